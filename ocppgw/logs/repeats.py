"""
Messages that are alike, told once and then counted.

Two are alike when namespace, format and subject are the same: whom or what the message is about,
and why.  Owns a bounded memory of what was told lately.  Events come from any thread;
`Repeats.sweep` is to be called now and then, so that a count is told although nothing follows.
What a signal has to say while it interrupts the counting is handed on uncounted.
"""

from __future__ import annotations

import string
import threading
from collections import OrderedDict
from collections.abc import Callable

import attrs
from twisted.logger import ILogObserver, LogEvent, LogLevel, formatEvent
from zope.interface import implementer

from ocppgw.access.peers import hostOf

MOST = 1000
"""Kinds of message that are remembered; the count of the oldest is told when it is forgotten."""

SUBJECTS = (
    *("node", "nodeName", "identity", "address", "host", "peer"),
    *("endpoint", "path", "file", "folder", "action", "name", "typeId"),
    *("fault", "why", "reason", "kind", "what", "facts", "changed", "certificate"),
)
"""
Fields that name a subject, or a particular in words of ours.  What anybody may make up, such as the
name of a user, is none: it would make each message another one.
"""

HIDDEN = frozenset({LogLevel.debug})
"""Levels that nobody turns on to see less."""

Key = tuple[str, str, str]


@attrs.define
class _Told:
    since: float
    last: LogEvent
    more: int = 0


@implementer(ILogObserver)
class Repeats:
    """
    Hands on what is new.

    :param to: what gets the rest.
    :param seconds: a clock that never goes back.
    :param interval: seconds in which the same is told once; 0 tells all.
    """

    def __init__(
        self, to: Callable[[LogEvent], None], seconds: Callable[[], float], interval: float
    ) -> None:
        self._to = to
        self._seconds = seconds
        self.interval = interval
        self._told: OrderedDict[Key, _Told] = OrderedDict()
        self._lock = threading.RLock()
        self._isCounting = False

    def __len__(self) -> int:
        return len(self._told)

    def __call__(self, event: LogEvent) -> None:
        """One event; any thread."""
        if not self.interval or event.get("log_level") in HIDDEN:
            self._to(event)
            return
        due: list[_Told] = []
        isNew = True
        with self._lock:
            if not self._isCounting:
                self._isCounting = True
                due, isNew = self._taken(event)
                self._isCounting = False
        for told in due:
            self._count(told)
        if isNew:
            self._to(event)

    def _taken(self, event: LogEvent) -> tuple[list[_Told], bool]:
        due = self._due(self._seconds() - self.interval)
        isNew = self._isNew(event)
        if len(self._told) > MOST:
            due.append(self._told.popitem(last=False)[1])
        return due, isNew

    def sweep(self) -> None:
        """Tell the counts whose time is over.  Any thread."""
        self._tell(self._seconds() - self.interval)

    def flush(self) -> None:
        """Tell every count: nothing follows."""
        self._tell(float("inf"))

    def _tell(self, until: float) -> None:
        with self._lock:
            self._isCounting = True
            due = self._due(until)
            self._isCounting = False
        for told in due:
            self._count(told)

    def _isNew(self, event: LogEvent) -> bool:
        key = keyOf(event)
        told = self._told.get(key)
        if told is None:
            self._told[key] = _Told(self._seconds(), event)
            return True
        told.more += 1
        told.last = event
        return False

    def _due(self, until: float) -> list[_Told]:
        # In the order of their beginnings, so that the first that is not due ends the search.
        due = []
        while self._told:
            told = next(iter(self._told.values()))
            if told.since > until:
                break
            due.append(told)
            self._told.popitem(last=False)
        return due

    def _count(self, told: _Told) -> None:
        if not told.more:
            return
        event = {key: value for key, value in told.last.items() if key != "log_failure"}
        text = formatEvent(told.last)
        event |= {
            "log_format": "{message} ({count} more like this since the line before)",
            "message": text,
            "count": told.more,
        }
        self._to(event)


def keyOf(event: LogEvent) -> Key:
    """What two messages that are alike have in common."""
    format = event.get("log_format")
    text = format if isinstance(format, str) and _saysSomething(format) else formatEvent(event)
    failure = event.get("log_failure")
    kind = getattr(getattr(failure, "type", None), "__name__", "")
    return str(event.get("log_namespace", "")), f"{text}{kind}", subjectOf(event)


def subjectOf(event: LogEvent) -> str:
    """Whom or what a message is about; the port of a peer is another one each time."""
    return "\n".join(_valueOf(event, name) for name in SUBJECTS if name in event)


def _valueOf(event: LogEvent, name: str) -> str:
    value = str(event[name])
    return hostOf(value) or value if name == "peer" else value


def _saysSomething(format: str) -> bool:
    """Whether a format has words of its own, and does not only wrap a text made elsewhere."""
    try:
        return any(literal.strip() for literal, *_ in string.Formatter().parse(format))
    except ValueError:
        return False
