"""
Operations on the gateway itself: how it stands, what was done, who asks.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from twisted.internet.defer import inlineCallbacks

from ocppgw.interfaces import OpcUaFacts
from ocppgw.model.archive import CommandPage
from ocppgw.web.api import answers as a, telling
from ocppgw.web.api.declaring import Asked, Operations
from ocppgw.web.api.fields import Before, Limit, Moment, Name
from ocppgw.web.api.transactions import narrowed
from ocppgw.web.security.rights import Right
from ocppgw.web.serving import server

operation = Operations()


@operation("GET", "/gateway", Right.look, answer=a.GatewayAnswer)
def getGateway(asked: Asked) -> a.GatewayAnswer:
    """How the gateway stands: counts, sums and health."""
    points = asked.means.registry.gateway.points
    return a.GatewayAnswer({name: telling.value(point) for name, point in sorted(points.items())})


@operation("GET", "/settings", Right.look, answer=a.SettingsAnswer)
@inlineCallbacks
def getSettings(asked: Asked) -> Any:
    """How the gateway is set: each setting with its meaning and where its value comes from."""
    opcua: OpcUaFacts = yield asked.means.opcua.describe()
    return telling.settings(asked.means.configuration(), server(asked.means), opcua.url)


class AuditQuery(msgspec.Struct, frozen=True):
    """Which entries."""

    start: Moment | UnsetType = UNSET
    end: Moment | UnsetType = UNSET
    chargePoint: Name = ""
    user: Name = ""
    before: Before | UnsetType = UNSET
    limit: Limit = 50


@operation("GET", "/audit", Right.look, answer=a.AuditList, query=AuditQuery)
@inlineCallbacks
def listAudit(asked: Asked) -> Any:
    """Who did what, with which outcome, newest first."""
    query, withPersons = asked.query, asked.visitor.role.mayReadPersonal
    wanted = narrowed(query, query.user)
    page: CommandPage = yield asked.means.archive.listCommands(wanted)
    return a.AuditList([telling.audit(one, withPersons) for one in page.entries], page.next)


@operation("GET", "/me", Right.anybody, answer=a.VisitorAnswer)
def getMe(asked: Asked) -> a.VisitorAnswer:
    """Who asks, and what they may do."""
    visitor = asked.visitor
    return a.VisitorAnswer(visitor.user, visitor.role.name, visitor.isLoggedIn, visitor.token)
