"""
Operations on charge points: list, look, announce, set, remove; their configuration keys.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType
from twisted.internet.defer import Deferred, inlineCallbacks

from ocppgw.model import commands as c
from ocppgw.web.api import answers as a, telling
from ocppgw.web.api.declaring import ApiError, Asked, Operations, Problem
from ocppgw.web.api.fields import (
    Description,
    Identity,
    Limit,
    NodeName,
    Offset,
    Search,
    Short,
    Title,
)
from ocppgw.web.api.finding import isNumber, recordOf
from ocppgw.web.api.outcomes import PROBLEMS, answered, told
from ocppgw.web.checking import checked
from ocppgw.web.doing import issue, request
from ocppgw.web.files.exports import JSON_LINES, Export
from ocppgw.web.files.frames import framesFile
from ocppgw.web.security.rights import Right
from ocppgw.web.selecting import selected

operation = Operations()


class ListQuery(msgspec.Struct, frozen=True):
    """Which charge points."""

    search: Annotated[Search, Meta(description="Part of a name, maker, model or address.")] = ""
    state: Literal["", "online", "offline", "charging", "alarm", "disabled", "pending"] = ""
    offset: Offset = 0
    limit: Limit = 50


@operation("GET", "/chargepoints", Right.look, answer=a.ChargePointList, query=ListQuery)
def listChargePoints(asked: Asked) -> a.ChargePointList:
    """Charge points, in the order of their node names."""
    query = asked.query
    slots = asked.means.registry.chargePoints.values()
    records = (slot.record for slot in slots)
    page = selected(records, query.search, query.state, query.offset, query.limit)
    lines = [telling.summary(record) for record in page.records]
    return a.ChargePointList(lines, page.total, page.offset, page.limit)


class NewChargePoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A charge point that is to be known before it calls in."""

    identity: Identity
    nodeName: NodeName = ""
    connectors: Annotated[int, Meta(ge=0, le=64)] = 0


@operation(
    "POST",
    "/chargepoints",
    Right.administer,
    answer=a.OutcomeAnswer,
    body=NewChargePoint,
    problems=PROBLEMS,
)
def addChargePoint(asked: Asked) -> Deferred[a.OutcomeAnswer]:
    """Make a charge point known before it calls in."""
    body, registry = asked.body, asked.means.registry
    if registry.nodeNameOf(body.identity) or registry.record(body.nodeName or body.identity):
        raise ApiError(409, Problem("known", "there is such a charge point", "identity"))
    action = c.AddChargePoint(body.identity, body.nodeName, body.connectors)
    return told(request(asked.means, asked.visitor, action))


@operation(
    "GET", "/chargepoints/{nodeName}", Right.look, answer=a.ChargePointAnswer, problems=(404,)
)
def getChargePoint(asked: Asked) -> a.ChargePointAnswer:
    """One charge point, with connectors, live values, running transactions and quirks."""
    record = recordOf(asked)
    fromFile = asked.means.configuration().settingsFor(record.identity).configured
    return telling.chargePoint(
        record, asked.means.frames, fromFile, asked.visitor.role.mayReadPersonal
    )


class ChargePointChange(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is left out stays as it is."""

    name: Title | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET


@operation(
    "PATCH",
    "/chargepoints/{nodeName}",
    Right.configure,
    answer=a.ChargePointAnswer,
    body=ChargePointChange,
    problems=PROBLEMS,
)
@inlineCallbacks
def changeChargePoint(asked: Asked) -> Any:
    """Set name, description or whether it may connect; the first that is refused ends it."""
    node = recordOf(asked).nodeName
    made = (("name", c.SetName), ("description", c.SetDescription), ("enabled", c.SetEnabled))
    for field, action in made:
        value = getattr(asked.body, field)
        if value is not UNSET:
            answered((yield request(asked.means, asked.visitor, action(node, value))))
    return getChargePoint(asked)


@operation(
    "DELETE",
    "/chargepoints/{nodeName}",
    Right.administer,
    answer=a.OutcomeAnswer,
    problems=PROBLEMS,
)
def removeChargePoint(asked: Asked) -> Deferred[a.OutcomeAnswer]:
    """Forget a charge point that is not connected."""
    action = c.RemoveChargePoint(recordOf(asked).nodeName)
    return told(request(asked.means, asked.visitor, action))


class Acceptance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The registration that a charge point shall have."""

    status: Literal["Accepted"]


@operation(
    "PUT",
    "/chargepoints/{nodeName}/registration",
    Right.administer,
    answer=a.OutcomeAnswer,
    body=Acceptance,
    problems=PROBLEMS,
)
def acceptChargePoint(asked: Asked) -> Deferred[a.OutcomeAnswer]:
    """Take in a charge point whose registration is Pending."""
    action = c.AcceptChargePoint(recordOf(asked).identity)
    return told(request(asked.means, asked.visitor, action))


class Replacement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The hardware that takes over a node name."""

    newIdentity: Identity


@operation(
    "PUT",
    "/chargepoints/{nodeName}/identity",
    Right.administer,
    answer=a.OutcomeAnswer,
    body=Replacement,
    problems=PROBLEMS,
)
def replaceChargePoint(asked: Asked) -> Deferred[a.OutcomeAnswer]:
    """Put new hardware under an old node name; settings and history stay."""
    nodeName = recordOf(asked).nodeName
    if asked.means.registry.nodeNameOf(asked.body.newIdentity):
        raise ApiError(409, Problem("known", "there is such a charge point", "newIdentity"))
    action = c.ReplaceChargePoint(nodeName, asked.body.newIdentity)
    return told(request(asked.means, asked.visitor, action))


@operation(
    "DELETE",
    "/chargepoints/{nodeName}/connectors/{connectorId}/transaction",
    Right.command,
    answer=a.OutcomeAnswer,
    problems=PROBLEMS,
)
def forceClose(asked: Asked) -> Deferred[a.OutcomeAnswer]:
    """Close a transaction that never ended; the charge point is not asked."""
    number = asked.path["connectorId"]
    if not isNumber(number):
        raise ApiError(404, Problem("unknownTarget", "there is no such connector", "connectorId"))
    action = c.ForceClose(recordOf(asked).nodeName, int(number))
    return told(request(asked.means, asked.visitor, action))


@operation(
    "GET",
    "/chargepoints/{nodeName}/configuration",
    Right.look,
    answer=a.ConfigurationAnswer,
    problems=(404,),
)
def getConfiguration(asked: Asked) -> a.ConfigurationAnswer:
    """The configuration keys as last reported."""
    record = recordOf(asked)
    known = record.configuration
    return a.ConfigurationAnswer(
        [
            telling.configurationKey(point, key in known.awaitingBoot)
            for key, point in sorted(known.points.items())
        ],
        sorted(known.unknownKeys),
        list(known.drift),
        record.registration.rebootRequired,
    )


@operation(
    "GET",
    "/chargepoints/{nodeName}/frames",
    Right.seePersons,
    answer=a.FrameList,
    problems=(404,),
)
def getFrames(asked: Asked) -> a.FrameList:
    """The last frames that passed, held against the specification."""
    frames = checked(asked.means.frames.latest(recordOf(asked).nodeName))
    return a.FrameList([telling.frame(one) for one in frames])


@operation(
    "GET",
    "/chargepoints/{nodeName}/frames.jsonl",
    Right.seePersons,
    answer=str,
    produces=JSON_LINES,
    problems=(404,),
)
def downloadFrames(asked: Asked) -> Export:
    """The last frames that passed, one in each line."""
    return framesFile(asked.means.frames.latest(recordOf(asked).nodeName))


class KeyValue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The value that a key shall have, as text."""

    value: Short


@operation(
    "PUT",
    "/chargepoints/{nodeName}/configuration/{key}",
    Right.configure,
    answer=a.OutcomeAnswer,
    body=KeyValue,
    problems=PROBLEMS,
)
def changeKey(asked: Asked) -> Deferred[a.OutcomeAnswer]:
    """Change a configuration key; the answer also tells what was read back."""
    action = c.ChangeConfiguration(asked.path["key"], asked.body.value)
    return told(issue(asked.means, asked.visitor, recordOf(asked).nodeName, action))
