"""
Sending a file, piece by piece, no faster than its reader takes it.

In: an `Export`, whose pieces are made while they are sent.  Out: the response, and a work that
shows how far it is and can be cancelled.  Reactor thread.  `send` ends when all is written, when
the reader goes away or nobody waits for the response any more, or with the failure of a piece: one
that comes in the midst of a file cuts the connection, so that nobody takes half a file for a whole
one.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import attrs
from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IPushProducer
from twisted.logger import Logger
from zope.interface import implementer

from ocppgw.web.live.works import Work, Works

CSV = "text/csv"
JSON_LINES = "application/jsonl"

log = Logger()


@attrs.frozen
class Export:
    """
    A file.

    :ivar kind: its media type.
    :ivar unit: what its lines are, in the plural.
    :ivar pieces: its lines, as many at a time as come at once.
    """

    name: str
    kind: str
    unit: str
    pieces: AsyncIterator[list[str]]


@implementer(IPushProducer)
class Flow:
    """Lets one wait until the reader can take more."""

    def __init__(self, request: Any) -> None:
        self._waiting: Deferred[None] | None = None
        self._paused = False
        request.registerProducer(self, True)

    async def ready(self) -> None:
        """Ends once more can be written, or the reader is gone."""
        if self._paused:
            self._waiting = Deferred()
            await self._waiting

    def pauseProducing(self) -> None:
        self._paused = True

    def resumeProducing(self) -> None:
        self._paused = False
        waiting, self._waiting = self._waiting, None
        if waiting is not None:
            waiting.callback(None)

    def stopProducing(self) -> None:
        self.resumeProducing()


async def send(request: Any, export: Export, works: Works, user: str) -> bytes:
    """Send it; gives what is left to be written: nothing."""
    work = works.begin(user, f"Download of {export.name}", export.unit)
    gone: list[object] = []
    request.notifyFinish().addBoth(gone.append)
    try:
        await _passOn(request, export, work, gone)
    except CancelledError as error:
        gone.append(error)
    except Exception as error:
        works.end(work, f"Failed: {error}", isGood=False)
        if not request.startedWriting:
            raise
        log.failure("An export ended in its midst")
        _cut(request)
        return b""
    if gone:
        works.end(work, "Broken off by the browser.", isGood=False)
    elif work.isCancelled:
        works.end(work, "Cancelled.", isGood=False)
        _cut(request)
    else:
        works.end(work, "Complete.")
        request.unregisterProducer()
    return b""


async def _passOn(request: Any, export: Export, work: Work, gone: list[object]) -> None:
    """Write the pieces, until they end or nobody wants more of them."""
    flow: Flow | None = None
    lines = 0
    async for piece in export.pieces:
        if flow is None:
            flow = _begun(request, export)
        if gone or work.isCancelled:
            break
        request.write("".join(piece).encode())
        lines += len(piece)
        work.advance(lines)
        await flow.ready()


def _begun(request: Any, export: Export) -> Flow:
    request.setHeader("Content-Type", f"{export.kind}; charset=utf-8")
    request.setHeader("Content-Disposition", f'attachment; filename="{export.name}"')
    flow = Flow(request)
    if export.kind == CSV:
        # With a byte order mark, or spreadsheets take it for another encoding.
        request.write(b"\xef\xbb\xbf")
    return flow


def _cut(request: Any) -> None:
    channel: Any = request.channel
    if channel is not None:
        request.unregisterProducer()
        channel.forceAbortClient()
