"""
What variables have in common, so that those which cannot have changed are passed over together.

A *stem* is one attribute of a charge point's or connector's record, such as ``readings``: while
that is the same object, no variable whose part hangs on it has changed.  The stems of one holder
have their *trunk* in common, its whole record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import compress
from operator import attrgetter, is_not, ne, or_
from typing import Any

from attrs import frozen
from zope.interface import implementer

from ocppgw.model.latest import quick
from ocppgw.model.records import GatewayRecord
from ocppgw.uaserver.codec.sharedvalues import GoodDouble
from ocppgw.uaserver.layout.columns import (
    Columns,
    Steps,
    goodDoublesOf,
    haveOnePlan,
    stepsOf,
)
from ocppgw.uaserver.layout.node import connectorOf
from ocppgw.uaserver.layout.sources import LATER
from ocppgw.uaserver.nodes import IStem, ITrunk

News = Iterable[tuple[Any, Any]]
"""What is watched, and the value that it could have now."""


class _Found:
    """
    What is news between two records of a holder.

    The same in two lists, because pairs of very many would make the collector run.

    :ivar former: the holder before.
    :ivar holder: the holder now.
    :ivar record: the whole record now.
    :ivar isWhole: see `ITrunk.news`.
    """

    __slots__ = ("former", "holder", "isWhole", "record", "values", "watched")

    def __init__(self, former: Any, holder: Any, record: Any, isWhole: bool) -> None:
        self.former = former
        self.holder = holder
        self.record = record
        self.isWhole = isWhole
        self.watched: list[Any] = []
        self.values: list[Any] = []

    def anew(self, watched: Iterable[Any]) -> None:
        """Whatever it was before."""
        for each in watched:
            self.watched.append(each)
            self.values.append(each.node.valueFrom(self.record))

    def numbers(
        self, columns: Columns, before: Any, after: Any, watched: Sequence[Any], isTimed: bool
    ) -> None:
        """
        Of what are the numbers of two batches of one plan those that are other ones.

        :param isTimed: timestamps alone are news to somebody of one of them.
        """
        take = columns.numbers
        found: Iterable[Any] = columns.watched(watched)
        differ = [True]
        if not self.isWhole:
            differ = list(map(ne, take(before.numbers), take(after.numbers)))
            if isTimed:
                differ = list(map(or_, differ, [each.isTimed for each in found]))
            if not any(differ):
                return
        values: Iterable[GoodDouble] = take(goodDoublesOf(after.batch))
        if not all(differ):  # all of this is done in C
            found, values = compress(found, differ), compress(values, differ)
        self.watched += found
        self.values += values

    def parts(self, stem: Stem, before: Any, after: Any, watched: Iterable[Any]) -> None:
        """
        Those whose part is another one, but for what is only told again, to nobody.

        :param before: the attribute on which they hang, in the former holder.
        :param after: the same in the holder.
        """
        record, holder = self.record, self.holder
        link, settings = (None, None) if stem.isAlways else (record.link, record.settings)
        isSeen = link is None or link.connected
        for each in watched:
            node = each.node
            source = node.declaration.source
            within = source.within
            if within is not None:
                was, part = within(before), within(after)
            elif source.isRoot:
                was, part = before, after
            else:
                was, part = source.part(self.former), source.part(holder)
            if part is was:
                continue
            if (
                not self.isWhole
                and not each.isTimed
                and was is not None
                and part is not None
                and source.isAlike(was, part)
            ):
                continue  # told again, and nobody would be told of it
            if isSeen and source.isPoint and part is not None:
                value = node.valueOfPoint(part, link, settings)
            else:
                value = node.valueOf(record, holder, part)
            self.watched.append(each)
            self.values.append(value)

    @property
    def news(self) -> News:
        """All of them."""
        return zip(self.watched, self.values, strict=True)


@implementer(ITrunk)
@frozen
class Trunk:
    """
    The record of a connector.

    :ivar connectorId: of which; ``None``: the whole record of the subject.
    """

    connectorId: int | None

    def news(self, old: Any, new: Any, stems: Any, isWhole: bool) -> News:
        """What could differ between two records of the subject, and its values by the new one."""
        if old is None or new is None:
            found = _Found(old, new, new, isWhole)
            for group in stems.values():
                found.anew(group)
            return found.news
        isAlike = _isLinkedAlike(old, new)
        former, holder = old, new
        number = self.connectorId
        if number is not None:
            former, holder = connectorOf(old, number), connectorOf(new, number)
            if former is holder and isAlike:
                return ()
        found = _Found(former, holder, new, isWhole)
        # There are dozens of stems, and mostly nothing is new below them.
        roots = stems.memo or _rootsOf(stems)
        isOther = map(is_not, roots(former), roots(holder))
        if isAlike:
            for stem, watched in compress(stems.items(), isOther):
                stem.find(found, watched)
        else:
            _findUnlike(found, stems, isOther)
        return found.news


def _findUnlike(found: _Found, stems: Any, isOther: Iterable[bool]) -> None:
    """Where the state of the link is another one, too."""
    for (stem, watched), isNew in zip(stems.items(), isOther, strict=False):
        if not stem.isAlways:
            found.anew(watched)
        elif isNew:
            stem.find(found, watched)


def _rootsOf(stems: Any) -> Callable[[Any], Iterable[Any]]:
    """Gives the attribute of each stem, or its class where nothing below it ever changes."""
    roots = [stem.root or "__class__" for stem in stems]
    found: Callable[[Any], Iterable[Any]] = _getting(*roots, "__class__")  # lest it be no tuple
    stems.memo = found
    return found


_getting = lru_cache(maxsize=1024)(attrgetter)

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

    def find(self, found: _Found, watched: Any) -> None:
        """Find those that are news, knowing that the attribute is another one."""
        before, after = getattr(found.former, self.root), getattr(found.holder, self.root)
        steps, isTimed = watched.memo or _remembered(watched)
        reads = steps.reads
        if self.root in LATER:
            if haveOnePlan(before, after) and found.record.link.connected:
                columns = steps.columns(after.placesIn, after.batch.plan)
                found.numbers(columns, before, after, watched, isTimed)
                if before.old is not after.old:
                    found.parts(self, before.old, after.old, columns.standing(watched))
                watched = columns.others(watched)
                if not watched:
                    return
                reads = None  # which is of all of them
            before, after = quick(before), quick(after)
        if not (reads is None or found.isWhole or isTimed or before is None or after is None):
            watched = reads.changed(before, after)(watched)
        found.parts(self, before, after, watched)


def _remembered(watched: Any) -> tuple[Steps, bool]:
    """How those that are watched are found, and whether timestamps alone are news to somebody."""
    sources = tuple([each.node.declaration.source for each in watched])
    watched.memo = stepsOf(sources), any(each.isTimed for each in watched)
    found: tuple[Steps, bool] = watched.memo
    return found


#: The shared stem; there are some twenty for each connector.
stemOf = lru_cache(maxsize=8192)(Stem)


def _isLinkedAlike(old: Any, new: Any) -> bool:
    """Does the state of the link bear on values as before?  The gateway's record has none."""
    if isinstance(new, GatewayRecord):
        return True
    return old.link is new.link and old.settings is new.settings
