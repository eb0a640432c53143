"""
What variables have in common, so that those which cannot have changed are passed over together.

A *stem* is one attribute of a charge point's or connector's record, such as ``readings``: while
that is the same object, no variable whose part hangs on it has changed.  The stems of one holder
have their *trunk* in common, its whole record.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from attrs import frozen
from zope.interface import implementer

from ocppgw.model.records import GatewayRecord
from ocppgw.uaserver.layout.node import connectorOf
from ocppgw.uaserver.layout.sources import NEVER
from ocppgw.uaserver.nodes import IStem, ITrunk

Between = tuple[Any, Any, bool]
"""A holder before and after, and whether the link is as before; no holders: all is new."""


@implementer(ITrunk)
@frozen
class Trunk:
    """
    The record of a connector.

    :ivar connectorId: of which; ``None``: the whole record of the subject.
    """

    connectorId: int | None

    def between(self, old: Any, new: Any) -> Between | None:
        """What stems need to know of two records of the subject; ``None``: nothing differs."""
        if old is None or new is None:
            return None, None, False
        isAlike = old is new or _isLinkedAlike(old, new)
        number = self.connectorId
        if number is None:
            return old, new, isAlike
        former, holder = old.connectors.get(number), new.connectors.get(number)
        if former is holder and isAlike:
            return None
        return former or connectorOf(old, number), holder or connectorOf(new, number), isAlike


#: The shared trunk.
trunkOf = lru_cache(maxsize=1024)(Trunk)


@implementer(IStem)
@frozen
class Stem:
    """
    One attribute of a holder.

    Equal ones are the same: it is by them that variables are grouped, and few are kept.

    :ivar connectorId: of which connector; ``None``: of the record itself.
    :ivar root: the name of the attribute, or `NEVER`.
    :ivar isAlways: the state of the link has no bearing on what hangs on it.
    """

    connectorId: int | None
    root: str
    isAlways: bool

    @property
    def trunk(self) -> Trunk:
        """What it has in common with others."""
        return trunkOf(self.connectorId)

    def news(
        self, between: Between, record: Any, watched: Sequence[Any]
    ) -> Sequence[tuple[Any, Any]]:
        """
        Those of ``watched`` whose variables could differ, and their values by the new record.

        What is the same for all of them is looked at once.
        """
        former, holder, isAlike = between
        if former is None or not (self.isAlways or isAlike):
            return [(each, each.node.valueFrom(record)) for each in watched]
        if self.root == NEVER:
            return ()
        before, after = getattr(former, self.root), getattr(holder, self.root)
        if before is after:
            return ()
        found = []
        for each in watched:
            node = each.node
            source = node.declaration.source
            within = source.within
            part = source.part(holder) if within is None else within(after)
            if part is not (source.part(former) if within is None else within(before)):
                found.append((each, node.valueOf(record, holder, part)))
        return found


#: The shared stem; there are some twenty for each connector.
stemOf = lru_cache(maxsize=8192)(Stem)


def _isLinkedAlike(old: Any, new: Any) -> bool:
    """Does the state of the link bear on values as before?  The gateway's record has none."""
    if isinstance(new, GatewayRecord):
        return True
    return old.link is new.link and old.settings is new.settings
