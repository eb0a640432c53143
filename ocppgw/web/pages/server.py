"""
How the gateway is set: where it listens, and each setting with its value, meaning and origin.

Nothing can be changed here: what comes from the file stands there, and is read again from there.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

from twisted.internet.defer import inlineCallbacks

from ocppgw.config.stating import Setting, settings
from ocppgw.interfaces import OpcUaFacts
from ocppgw.web.pages.visiting import Visiting
from ocppgw.web.security.rights import Right
from ocppgw.web.serving import server

PROFILES = (
    "0: plain, without a password",
    "1: plain, with a password",
    "2: TLS, with a password",
    "3: TLS, with a certificate of the charge point",
)
"""Security profiles, in words."""

MOST = 20
"""Listeners on the page; the API tells all."""


def addServer(visiting: Visiting) -> None:
    """Put the page into the application."""
    means = visiting.means

    @visiting.page("/server", Right.look)
    @inlineCallbacks
    def page(request: Any) -> Any:
        opcua: OpcUaFacts = yield means.opcua.describe()
        configuration, now = means.configuration(), server(means)
        return visiting.render(
            request,
            "server.html",
            file=configuration.origins.file,
            server=now,
            profiles=PROFILES,
            most=MOST,
            opcuaUrl=opcua.url,
            web=configuration.web,
            state=str(configuration.gateway.state),
            onboarding=configuration.ocpp.onboarding,
            unknownTags=configuration.authorization.default,
            counts={
                "[[chargePoints]]": len(configuration.chargePoints),
                "[[idTags]]": len(configuration.idTags),
                "[[users]]": len(configuration.users),
            },
            tables=tablesOf(settings(configuration)),
        )


def tablesOf(every: tuple[Setting, ...]) -> list[tuple[str, list[Setting]]]:
    """The settings by the tables that they stand in."""
    grouped = groupby(every, lambda one: one.table)
    return [(title, list(found)) for title, found in grouped][: MOST * 2]
