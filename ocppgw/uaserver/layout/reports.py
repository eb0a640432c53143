"""
Sources of what a StatusNotification says.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from datetime import datetime
from operator import attrgetter
from typing import Any

from ocppgw.model.point import GOOD, Point, Quality, Value
from ocppgw.model.quality import Kind
from ocppgw.uaserver.layout.sources import Source


def report(attribute: str, meant: Set[Value] = frozenset(), foreign: bool = True) -> Source:
    """
    A value of a connector's last status report, which the loss of the link makes bad.

    :param meant: rather whether it is one of these.
    :param foreign: follows from the status word, and so is uncertain where OCPP does not
        know the word.
    """
    get: Callable[[Any], Value] = attrgetter(attribute)
    value = (lambda found: get(found) in meant) if meant else get

    def point(holder: Any, since: datetime) -> Point | None:
        found = holder.status
        if found is None:
            return None
        unsure = foreign and not found.number
        quality = Quality.uncertain if unsure else GOOD
        return Point(value(found), found.sourceTime, found.receivedTime, quality)

    def isAlike(former: Any, found: Any) -> bool:
        isSaidSo = value(former) == value(found)
        return isSaidSo and (not foreign or bool(former.number) is bool(found.number))

    return Source(
        lambda holder: holder.status,
        point,
        Kind.status,
        "status",
        isRoot=True,
        reads=(attribute, "number") if foreign else (attribute,),
        isAlike=isAlike,
    )
