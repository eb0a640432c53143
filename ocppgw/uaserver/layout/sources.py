"""
Where values come from: the part of a record that one depends on, and the point made of it.

Nothing here knows OPC UA.  *Holder* is the record that a variable's object stands for: of the
charge point, of one connector, or of the gateway.  A value is computed only when its part is
another object than before.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime
from operator import attrgetter, eq
from typing import Any

import attrs

from ocppgw.model.point import Point, Value
from ocppgw.model.quality import ALWAYS, Kind

NEVER = ""
"""The root of what never changes."""


def never(former: Any, part: Any) -> bool:
    """Of parts that are compared by identity alone."""
    return False


def alike(former: Point, part: Point) -> bool:
    """Do two points show the same but for their times?"""
    before, value = former.value, part.value
    return before == value and former.quality is part.quality and type(before) is type(value)


_LATER = {"live": "liveLater", "sums": "sumsLater"}
"""Where that is kept of which it is not known yet whether anybody asks."""

LATER = frozenset((*_LATER.values(), "readings"))
"""Roots under which there may be what is computed once somebody asks."""


@attrs.frozen(eq=False)
class Source:
    """
    Where a value comes from.

    :ivar part: what of the holder the value depends on; compared by identity.
    :ivar point: the point, or ``None`` while nothing was received.  The second argument is
        the time for a value that has no other.
    :ivar kind: how a lost link bears on its quality.
    :ivar root: the attribute of the holder in which the part is found, so that all that
        hangs on it is passed over together while that is the same; `NEVER`: there is no part
        that could change; ``None``: it is to be asked each time.
    :ivar within: finds the part in that attribute; ``None``: only ``part`` does.
    :ivar step: the key, or name, by which it is found there; ``None`` where there is none such.
    :ivar isRoot: the part is that attribute itself.
    :ivar isPoint: the part is the point.
    :ivar reads: the attributes of the part by which it gives a point, apart from its times; ``()``:
        that is not told.
    :ivar isAlike: do two parts, of which none is ``None``, give points that differ in their times
        at most?  Cheaper than making them; false where it takes more to know.
    """

    part: Callable[[Any], Any]
    point: Callable[[Any, datetime], Point | None]
    kind: Kind = Kind.own
    root: str | None = None
    within: Callable[[Any], Any] | None = None
    step: Hashable | None = None
    isRoot: bool = False
    isPoint: bool = False
    reads: tuple[str, ...] = ()
    isAlike: Callable[[Any, Any], bool] = never
    isAlways: bool = attrs.field(init=False)

    @isAlways.default
    def _whateverTheLink(self) -> bool:
        """Whether the state of the link has no bearing on its quality."""
        return self.kind in ALWAYS

    def changed(self, old: Any, new: Any) -> bool:
        """Could the point differ between two holders?"""
        return self.part(old) is not self.part(new)


def computed(
    part: str,
    value: Callable[[Any], Value],
    at: Callable[[Any], datetime | None],
    kind: Kind = Kind.own,
    reads: tuple[str, ...] = (),
) -> Source:
    """The value and the time that two functions find in a part; no value: not received yet."""
    find = attrgetter(part)

    def point(holder: Any, since: datetime) -> Point | None:
        found = find(holder)
        content = None if found is None else value(found)
        if content is None:
            return None
        moment = at(found) or since
        return Point(content, moment, moment)

    return Source(
        find,
        point,
        kind,
        rootOf(part),
        isRoot="." not in part,
        reads=reads if "." not in part else (),
        isAlike=lambda before, now: value(before) == value(now),
    )


def rootOf(path: str) -> str:
    """The first step of a path of attributes, where it costs nothing to look."""
    first = path.partition(".")[0]
    return _LATER.get(first, first)


def fact(part: str, attribute: str, at: str = "at", missing: Value = None) -> Source:
    """
    An attribute of a part, always good.

    :param missing: what stands there instead of ``None``; with ``None``: not received yet.
    """
    get: Callable[[Any], Value] = attrgetter(attribute)

    def value(found: Any) -> Value:
        content = get(found)
        return missing if content is None else content

    read = get if missing is None else value
    return computed(part, read, attrgetter(at), reads=(attribute,))


def known(part: str, attribute: str, at: str) -> Source:
    """An attribute that is good once the time ``at`` is known, and stays so."""
    get, when = attrgetter(attribute), attrgetter(at)
    return computed(
        part, lambda found: get(found) if when(found) else None, when, reads=(attribute, at)
    )


def plain(attribute: str, at: str = "") -> Source:
    """A value that stands in the holder itself; ``at`` is the path to its time."""
    get = attrgetter(attribute)
    when = attrgetter(at) if at else None

    def point(holder: Any, since: datetime) -> Point:
        moment = (when(holder) if when else None) or since
        return Point(get(holder), moment, moment)

    return Source(get, point, root=rootOf(attribute), isRoot="." not in attribute, isAlike=eq)


def told(path: str, kind: Kind = Kind.measurement) -> Source:
    """A point that the record carries as such."""
    find = attrgetter(path)
    rest = path.partition(".")[2]
    reads = (rest,) if rest and "." not in rest else ()
    return Source(
        find,
        lambda holder, since: find(holder),
        kind,
        rootOf(path),
        attrgetter(rest) if rest else None,
        rest or None,
        isPoint=True,
        reads=reads,
        isAlike=alike,
    )


def named(name: str) -> Source:
    """A point of the gateway, by its browse name."""

    def find(holder: Any) -> Point | None:
        found: Point | None = holder.points.get(name)
        return found

    return Source(find, lambda holder, since: find(holder), root="points")


def always(value: Value) -> Source:
    """What never changes."""
    return Source(lambda holder: None, lambda holder, since: Point(value, since, since), root=NEVER)
