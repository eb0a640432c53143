"""
Server-sent events: browsers are told that what they show has changed.

Owns the open streams.  In: changes of the registry, works of the user.  Out: at most one line a
second and stream; a browser that does not read is told nothing until it does, so nothing piles up.
Reactor thread; one timer.  A stream ends when its browser goes away, or at the stop.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IPushProducer
from twisted.internet.task import LoopingCall
from zope.interface import implementer

from ocppgw.model.registry import GATEWAY, Registry
from ocppgw.web.live.works import Works

INTERVAL = 1.0
"""Seconds between two lines of a stream."""

QUIET = 15
"""Intervals after which a silent stream says that it lives."""

MOST = 200
"""Streams at once."""

EACH = 50
"""Streams at once of one place."""

EVERYTHING = ""
"""The subject of streams that want to know of every charge point."""


@implementer(IPushProducer)
class Stream:
    """
    One browser that waits.

    :ivar subject: a node name, `EVERYTHING`, or the gateway's.
    :ivar user: whose works it also tells of.
    :ivar place: where the browser is.
    :ivar ended: fires when it was ended from here.
    """

    def __init__(self, request: Any, subject: str, user: str, place: str) -> None:
        self.subject = subject
        self.place = place
        self.user = user
        self.hasNews = False
        self._request = request
        self._paused = False
        self._quiet = 0
        request.setHeader("Content-Type", "text/event-stream")
        request.setHeader("X-Accel-Buffering", "no")
        request.registerProducer(self, True)
        request.write(b"retry: 3000\n\n")
        self.ended: Deferred[bytes] = Deferred()

    def tell(self) -> None:
        """Once an interval: say what there is to say."""
        self._quiet += 1
        if self._paused:
            return
        if self.hasNews:
            self._write(b"event: changed\ndata: 1\n\n")
        elif self._quiet >= QUIET:
            self._write(b": still here\n\n")

    def end(self) -> None:
        """Close it."""
        self._request.unregisterProducer()
        if not self.ended.called:
            self.ended.callback(b"")

    def pauseProducing(self) -> None:
        self._paused = True

    def resumeProducing(self) -> None:
        self._paused = False

    def stopProducing(self) -> None:
        self._paused = True

    def _write(self, line: bytes) -> None:
        self.hasNews, self._quiet = False, 0
        self._request.write(line)


class Streams:
    """All of them."""

    def __init__(self, registry: Registry, works: Works, clock: Any) -> None:
        self._works = works
        self._streams: set[Stream] = set()
        self._ticking = LoopingCall(self._tick)
        self._ticking.clock = clock
        registry.observe(self._changed)
        works.observe(self._worked)

    def __len__(self) -> int:
        return len(self._streams)

    def start(self) -> None:
        """Begin to tell."""
        self._ticking.start(INTERVAL, now=False)

    def stop(self) -> None:
        """End every stream."""
        if self._ticking.running:
            self._ticking.stop()
        for stream in tuple(self._streams):
            stream.end()
        self._streams.clear()

    def open(self, request: Any, subject: str, user: str, place: str) -> Deferred[bytes] | None:
        """
        Let a request become a stream; ``None`` where there are too many, in all or of one place.

        Fires, with what is left to be written, when the stream was ended from here.
        """
        mine = sum(1 for one in self._streams if one.place == place)
        if len(self._streams) >= MOST or mine >= EACH:
            return None
        stream = Stream(request, subject, user, place)
        self._streams.add(stream)
        request.notifyFinish().addBoth(lambda _: self._streams.discard(stream))
        return stream.ended

    def _changed(self, subject: str, old: Any, new: Any) -> None:
        for stream in self._streams:
            if stream.subject == subject or (stream.subject == EVERYTHING and subject != GATEWAY):
                stream.hasNews = True

    def _worked(self, user: str) -> None:
        for stream in self._streams:
            if stream.user == user:
                stream.hasNews = True

    def _tick(self) -> None:
        for stream in tuple(self._streams):
            stream.hasNews = stream.hasNews or self._works.isBusy(stream.user)
            stream.tell()
