"""
The table of the gateway's methods.

Only declarations.
"""

from __future__ import annotations

from datetime import UTC, datetime

from ocppgw.model.commands import (
    AcceptChargePoint,
    AddChargePoint,
    AddIdTag,
    ListIdTags,
    RemoveChargePoint,
    RemoveIdTag,
    ReplaceChargePoint,
)
from ocppgw.uaserver.layout.arguments import (
    STATUS_OUTPUT,
    among,
    number,
    text,
    texts,
    within,
)
from ocppgw.uaserver.layout.datatypes import DataType
from ocppgw.uaserver.layout.declarations import (
    ArgumentDeclaration,
    May,
    MethodDeclaration,
    Target,
)

M = MethodDeclaration

_NODE = text("Node", "Node name of the charge point.", within(255, 1), "nodeName")
_ID_TAG = text("IdTag", "The idTag; letter case makes no difference.", within(255, 1))


def _added(target: Target, identity: str, node: str, connectors: int) -> AddChargePoint:
    return AddChargePoint(identity, node, max(0, connectors))


def _expiry(moment: datetime | None) -> datetime | None:
    """An aware time; the null DateTime means that there is none."""
    if moment is None or moment.year <= 1601 or moment.year >= 9999:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _addIdTag(
    target: Target, idTag: str, status: str, expiryDate: datetime | None, parentIdTag: str
) -> AddIdTag:
    return AddIdTag(idTag, status, _expiry(expiryDate), parentIdTag)


CHARGE_POINT_ADMINISTRATION = (
    M(
        "AddChargePoint",
        "Makes a charge point known before it calls in.",
        _added,
        (
            text("Identity", "With which identity it will call in.", within(255, 1)),
            text("Node", "Its name in OPC UA; empty: the identity.", within(255), "nodeName"),
            number(
                "Connectors",
                "How many connectors it has; 0: not known yet.",
                lambda count: -1 <= count <= 64,
            ),
        ),
        (STATUS_OUTPUT,),
        May.administer,
    ),
    M(
        "RemoveChargePoint",
        "Forgets a charge point that is not connected.",
        lambda target, node: RemoveChargePoint(node),
        (_NODE,),
        (STATUS_OUTPUT,),
        May.administer,
    ),
    M(
        "ReplaceChargePoint",
        "Puts new hardware under the node name of the old.",
        lambda target, node, newIdentity: ReplaceChargePoint(node, newIdentity),
        (
            _NODE,
            text("NewIdentity", "With which identity the new hardware calls in.", within(255, 1)),
        ),
        (STATUS_OUTPUT,),
        May.administer,
    ),
    M(
        "AcceptChargePoint",
        "Takes in a charge point whose registration is pending.",
        lambda target, identity: AcceptChargePoint(identity),
        (text("Identity", "With which identity it calls in.", within(255, 1)),),
        (STATUS_OUTPUT,),
        May.administer,
    ),
)

ID_TAG_ADMINISTRATION = (
    M(
        "AddIdTag",
        "Adds an idTag, or changes one that is known.",
        _addIdTag,
        (
            _ID_TAG,
            text(
                "Status",
                "Accepted, Blocked, Expired or Invalid.",
                among("Accepted", "Blocked", "Expired", "Invalid"),
            ),
            ArgumentDeclaration(
                "ExpiryDate",
                DataType.DateTime,
                "Until when it counts; the null DateTime: for ever.",
            ),
            text("ParentIdTag", "The group that it belongs to; empty: none.", within(255)),
        ),
        (STATUS_OUTPUT,),
        May.administer,
    ),
    M(
        "RemoveIdTag",
        "Removes an idTag; one of the configuration file is blocked instead.",
        lambda target, idTag: RemoveIdTag(idTag),
        (_ID_TAG,),
        (STATUS_OUTPUT,),
        May.administer,
    ),
    M(
        "ListIdTags",
        "Lists all idTags that the gateway knows.",
        lambda target: ListIdTags(),
        outputs=(
            texts("IdTags", "The idTags."),
            texts("Statuses", "What each is answered."),
            ArgumentDeclaration(
                "ExpiryDates",
                DataType.DateTime,
                "Until when each counts; the null DateTime: for ever.",
                isList=True,
            ),
            texts("ParentIdTags", "The group of each; empty: none."),
        ),
        may=May.seePersons,
    ),
)

GATEWAY_METHODS = (*CHARGE_POINT_ADMINISTRATION, *ID_TAG_ADMINISTRATION)
