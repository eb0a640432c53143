"""
One TCP connection of an OPC UA client: an asyncio protocol that moves bytes.

Owns its framing, its channel, and the deadlines before a channel is open, for
silence and for a peer that does not read.  In: bytes; out: requests by the
channel's ``deliver``.  Whatever is wrong with what the peer sends ends in an
Error message and the end of this connection, nobody else's.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

from opcua import ua
from twisted.logger import Logger
from zope.interface import Interface

from ocppgw.access.peers import hostOf
from ocppgw.uaserver.environment import Environment
from ocppgw.uaserver.timer import Timer
from ocppgw.uaserver.transport.channel import Channel
from ocppgw.uaserver.transport.framing import HELLO, Frame, Framing, TransportError
from ocppgw.uaserver.transport.hello import agree, errorMessage

#: Seconds for a peer to read our last message before the connection is cut.
_LINGER = 2.0
#: Seconds that one connection may work before the others have their turn.
_TURN = 0.02
#: Characters of the library's own explanation that are logged; peers can make it long.
_CAUSE_LENGTH = 300

ENDED = (
    "Connection of {peer} ended: {reason} ({statusCode:#010x}){detail}; {more} more since the last "
    "line"
)

log = Logger()


class IConnectionOwner(Interface):
    """Who keeps the connections."""

    def admit(connection: Connection) -> bool:
        """Is there room for one more?"""

    def ended(connection: Connection) -> None:
        """It is over; called once for each that was made."""


class Connection(asyncio.Protocol):
    """
    One client's connection.

    :param deliver: see `Channel`.
    :param owner: admits the connection, and hears once of its end.
    """

    def __init__(
        self,
        environment: Environment,
        deliver: Callable[[Channel, int, bytes], None],
        owner: IConnectionOwner,
    ) -> None:
        self.channel: Channel | None = None
        self.peer = ""
        self._environment = environment
        self._deliver = deliver
        self._owner = owner
        self._framing = Framing(environment.limits.chunkSize)
        self._deadline = Timer(environment.clock)
        self._stall = Timer(environment.clock)
        self._turn = Timer(environment.clock)
        self._isStalled = self._isHeld = False
        self._transport: Any = None
        self._over = False
        self._heard = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self.peer = _peerName(transport.get_extra_info("peername"))
        _keepAlive(transport.get_extra_info("socket"))
        if self._owner.admit(self):
            self._deadline.start(self._environment.limits.opening, self._tooLate)
        else:
            code = ua.StatusCodes.BadTcpNotEnoughResources
            self.abort(code, "too many connections")

    def data_received(self, data: bytes) -> None:
        self._heard = self._environment.clock.seconds()
        self._framing.feed(data)
        if not (self._over or self._isStalled or self._isHeld or self._turn.running):
            self._work(self._heard)

    def judgeAgain(self) -> None:
        """End the connection if its client is not trusted any more."""
        if self._over or self.channel is None:
            return
        try:
            self.channel.judgeAgain()
        except TransportError as error:
            self.abort(error.statusCode, error.reason)

    def cut(self) -> None:
        """End the connection at once."""
        self._finish()
        self._transport.abort()

    def _work(self, begun: float) -> None:
        """
        Take what came, as long as the peer reads our answers, no large request
        is being decoded and it is not yet the others' turn.

        :param begun: clock seconds, now.
        """
        try:
            for frame in self._framing.frames():
                self._take(frame)
                if self.channel is not None and self.channel.isHeld:
                    self._isHeld = True
                    self._transport.pause_reading()
                if self._over or self._isStalled or self._isHeld:
                    return
                if self._framing.waiting and self._environment.clock.seconds() - begun > _TURN:
                    self._transport.pause_reading()
                    self._turn.start(0, self._nextTurn)
                    return
        except TransportError as error:
            cause = f": {error.__cause__}" if error.__cause__ is not None else ""
            self.abort(error.statusCode, error.reason, cause[:_CAUSE_LENGTH])
        except Exception:  # noqa: BLE001 - a mistake of ours ends one connection only
            log.failure("A message of {peer} met a mistake of ours", peer=self.peer)
            self.abort(ua.StatusCodes.BadTcpInternalError, "internal error")

    def pause_writing(self) -> None:
        """The peer does not read: take nothing more from it until it does."""
        self._isStalled = True
        self._turn.stop()
        self._transport.pause_reading()
        self._stall.start(self._environment.limits.stalled, self.cut)

    def resume_writing(self) -> None:
        self._isStalled = False
        if not self._over:
            self._stall.stop()
            if not self._isHeld:
                self._nextTurn()

    def _goOn(self) -> None:
        """The large request is decoded; the rest has its turn after the others'."""
        if self._isHeld:
            self._isHeld = False
            if not (self._over or self._isStalled):
                self._turn.start(0, self._nextTurn)

    def _nextTurn(self) -> None:
        """Go on with what came before, then with what comes."""
        self._transport.resume_reading()
        self._work(self._environment.clock.seconds())

    def connection_lost(self, exc: Exception | None) -> None:
        self._finish()

    def abort(self, statusCode: int, reason: str, detail: str = "") -> None:
        """Tell the peer why, then end the connection; ``detail`` is for our log only."""
        if self._over:
            return
        more = self._environment.security.sparing.ask(hostOf(self.peer))
        if more is not None:
            log.info(
                ENDED,
                peer=self.peer,
                reason=reason,
                statusCode=statusCode,
                detail=detail,
                more=more,
            )
        self._transport.write(errorMessage(statusCode, reason))
        self.close()

    def close(self) -> None:
        """End the connection; what was written is still sent, for a moment."""
        if self._over:
            return
        self._finish()
        self._transport.close()
        self._stall.start(_LINGER, self.cut)

    def _take(self, frame: Frame) -> None:
        if frame.kind == HELLO:
            self._hello(frame)
        elif self.channel is None:
            raise TransportError(ua.StatusCodes.BadTcpMessageTypeInvalid, "Hello has to come first")
        elif not self.channel.receive(frame):
            self.close()
        elif self.channel.isOpen and not self._deadline.running:
            self._watchIdle()

    def _hello(self, frame: Frame) -> None:
        if self.channel is not None:
            raise TransportError(ua.StatusCodes.BadTcpMessageTypeInvalid, "Hello comes once")
        agreement, acknowledge = agree(frame.content, self._environment.limits)
        self.channel = Channel(
            self._environment, agreement, self.peer, self._transport.write, self._deliver,
            self._expired, self._goOn,
        )  # fmt: skip
        self._transport.write(acknowledge)

    def _tooLate(self) -> None:
        if self.channel is None or not self.channel.isOpen:
            self.abort(ua.StatusCodes.BadTimeout, "no secure channel in time")
        else:
            self._watchIdle()

    def _watchIdle(self) -> None:
        idle = self._environment.limits.idle
        silent = self._environment.clock.seconds() - self._heard
        if self.channel is not None and not self.channel.sessions and silent >= idle:
            self.abort(ua.StatusCodes.BadTimeout, "idle without a session")
        else:
            self._deadline.start(max(idle - silent, idle / 10), self._watchIdle)

    def _expired(self) -> None:
        code = ua.StatusCodes.BadTcpSecureChannelUnknown
        self.abort(code, "the security token was not renewed")

    def _finish(self) -> None:
        if self._over:
            self._stall.stop()
            return
        self._over = True
        self._deadline.stop()
        self._stall.stop()
        self._turn.stop()
        if self.channel is not None:
            self.channel.closed()
        self._owner.ended(self)


def _peerName(address: Any) -> str:
    if isinstance(address, tuple) and len(address) >= 2:
        return f"{address[0]}:{address[1]}"
    return str(address or "unknown")


def _keepAlive(sock: Any) -> None:
    if sock is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
