"""
What variables have in common, so that those which cannot have changed are passed over together.

A *stem* is one attribute of a charge point's or connector's record, such as ``readings``: while
that is the same object, no variable whose part hangs on it has changed.  The stems of one holder
have their *trunk* in common, its whole record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from attrs import frozen
from zope.interface import implementer

from ocppgw.model.records import GatewayRecord
from ocppgw.uaserver.layout.node import connectorOf
from ocppgw.uaserver.layout.sources import NEVER
from ocppgw.uaserver.nodes import IStem, ITrunk

News = list[tuple[Any, Any]]
"""What is watched, and the value that it could have now."""


@implementer(ITrunk)
@frozen
class Trunk:
    """
    The record of a connector.

    :ivar connectorId: of which; ``None``: the whole record of the subject.
    """

    connectorId: int | None

    def news(self, old: Any, new: Any, stems: Mapping[Stem, Sequence[Any]]) -> News:
        """What could differ between two records of the subject, and its values by the new one."""
        if old is None or new is None:
            return [pair for group in stems.values() for pair in _anew(new, group)]
        isAlike = _isLinkedAlike(old, new)
        former, holder = old, new
        number = self.connectorId
        if number is not None:
            former, holder = connectorOf(old, number), connectorOf(new, number)
            if former is holder and isAlike:
                return []
        found: News = []
        for stem, watched in stems.items():  # dozens, and mostly nothing is new below them
            root = stem.root
            if not isAlike and not stem.isAlways:
                found += _anew(new, watched)
            elif root != NEVER and getattr(former, root) is not getattr(holder, root):
                found += stem.news(former, holder, new, watched)
        return found


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

    def news(self, former: Any, holder: Any, record: Any, watched: Sequence[Any]) -> News:
        """Those whose part is another one in the holder than in the former one."""
        before, after = getattr(former, self.root), getattr(holder, self.root)
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


def _anew(record: Any, watched: Iterable[Any]) -> News:
    return [(each, each.node.valueFrom(record)) for each in watched]


def _isLinkedAlike(old: Any, new: Any) -> bool:
    """Does the state of the link bear on values as before?  The gateway's record has none."""
    if isinstance(new, GatewayRecord):
        return True
    return old.link is new.link and old.settings is new.settings
