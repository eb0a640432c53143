"""
How much of what was read from one connection is dealt with before others have their turn.

One read holds ten thousand tiny frames, or sixty that inflate to a megabyte each: seconds of work.
So a connection has a share of each turn of the reactor; what is left of a read stays where
Autobahn keeps it, nothing more is read meanwhile, and it goes on with the next turn.  The same
holds for a link that is not to be listened to for now.

What was read counts, also where the connection is lost, or replaced by another one of the same
charge point, before its turn comes.

Owns one timer per connection that has more to do.  Reactor thread.  These overrides go below
Autobahn's documented interface: ``consumeData``, ``processData``, ``dropConnection``;
tests guard them.
"""

# Half of Autobahn is not annotated.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from typing import Any

from autobahn.twisted.websocket import WebSocketServerProtocol
from autobahn.websocket.protocol import WebSocketProtocol
from twisted.internet.interfaces import IDelayedCall
from twisted.logger import Logger
from twisted.python.failure import Failure

_log = Logger()

SHARE = 32
"""Steps of one turn; a frame takes two of them, for its head and for its payload, if empty too."""

LAST = 16 * SHARE
"""Steps about what was read before a connection was over, all in one turn: more messages of usual
length than one read holds, and few enough not to hold up the others."""

BYTES_PER_STEP = 1024
"""Bytes of a message that count like one step more."""

_OPEN = (WebSocketProtocol.STATE_OPEN, WebSocketProtocol.STATE_CLOSING)


class PacedProtocol(WebSocketServerProtocol):
    """
    A WebSocket that does not do everything at once.

    :ivar isGone: the connection was lost or killed: nothing can be sent, and nothing is read.
    """

    transport: Any
    factory: Any
    data: bytes
    current_frame: Any

    _isHeld = False
    _isConsuming = False
    isGone = False
    _left = SHARE
    _resting: IDelayedCall | None = None

    @property
    def isResting(self) -> bool:
        """Whether what arrives has to wait."""
        return self._isHeld or self._resting is not None

    def connectionLost(self, reason: Failure) -> None:  # type: ignore[override]
        if self._resting is not None:
            self._resting.cancel()
            self._resting = None
        self.finish()
        super().connectionLost(reason)

    def finish(self) -> None:
        """
        Deal with what was read before the end, which may not be sent again; not if we ended.

        Nothing holds it up: it is all, up to `LAST`.  A mistake in that is logged and costs the
        rest of it; what ends the connection, or takes its place, goes on.
        """
        self.isGone, self._isHeld = True, False
        if self.state != WebSocketProtocol.STATE_OPEN or self._isConsuming:
            return
        try:
            self._consume(LAST)
        except Exception:  # noqa: BLE001 - whoever comes after it is to be heard
            _log.failure("What {peer} sent last could not be dealt with", peer=self.peer)

    def dropConnection(self, abort: bool = False) -> None:
        if self.state != WebSocketProtocol.STATE_CLOSED:
            # TLS ends once the other end says so as well, which is to be read.
            self.transport.resumeProducing()
        super().dropConnection(abort)

    def consumeData(self) -> None:
        if self.state == WebSocketProtocol.STATE_CLOSED:
            self.data = b""
            return
        if self.state not in _OPEN:
            super().consumeData()
            return
        if self.isResting or self._isConsuming:
            return
        self._consume(SHARE)
        if self._left <= 0 and self._hasMore() and not self._isHeld and self.state in _OPEN:
            self._rest()

    def _consume(self, steps: int) -> None:
        """Deal with what was read, in so many steps at most."""
        self._left = steps
        self._isConsuming = True
        try:
            super().consumeData()
        finally:
            self._isConsuming = False

    def _hasMore(self) -> bool:
        """Whether there is a step to take: an empty frame has one without a byte to it."""
        frame = self.current_frame
        return bool(self.data) or (frame is not None and frame.length == 0)

    def processData(self) -> bool:
        if self._isHeld or self._left <= 0:
            return False
        self._left -= 1
        return super().processData()

    def goesOn(self) -> None:
        """What was read before is dealt with now."""

    def took(self, size: int) -> None:
        """So many bytes of a message were dealt with."""
        self._left -= size // BYTES_PER_STEP

    def pause(self) -> None:
        """Read no more until `resume`, and do nothing about what was read."""
        if self.state != WebSocketProtocol.STATE_CLOSED and not self.isGone:
            self._isHeld = True
            self.transport.pauseProducing()

    def resume(self) -> None:
        """Go on, first with what was read before."""
        if self.state != WebSocketProtocol.STATE_CLOSED and self._isHeld:
            self._isHeld = False
            if self._resting is None:
                self._rest()

    def _rest(self) -> None:
        """Let others have their turn."""
        self.transport.pauseProducing()
        self._resting = self.factory.connections.soon(self._rested)

    def _rested(self) -> None:
        self._resting = None
        if self.state == WebSocketProtocol.STATE_CLOSED or self._isHeld:
            return
        if self._hasMore():
            self.goesOn()
            self.consumeData()
        if not self.isResting and self.state in _OPEN:
            # The next thing that is read may be the end, behind which nothing is written.
            self.factory.connections.post.empty()
            self.transport.resumeProducing()
