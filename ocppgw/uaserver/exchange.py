"""
One request and the one answer it gets.

An exchange is answered exactly once, however many try; after its channel is
gone the answer is dropped.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator
from datetime import datetime
from typing import Any

from opcua import ua
from twisted.logger import Logger

from ocppgw.uaserver.codec.encoding import encoderOf, newTicks
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.codec.requesthead import RequestHead
from ocppgw.uaserver.library import declaredFields
from ocppgw.uaserver.sessions.session import Session
from ocppgw.uaserver.transport.channel import Channel
from ocppgw.uaserver.turns import Turns

#: What a service returns that will answer by itself.
LATER = object()

#: Share of the client's patience that we use up at most.
_PATIENCE = 0.9

_FAULT = ua.ObjectIds.ServiceFault_Encoding_DefaultBinary
#: TypeId (four-byte form), Timestamp, RequestHandle, ServiceResult, then no
#: diagnostics (1 byte), an empty string table (4) and no additional header (3).
_HEADER = struct.Struct("<BBHqII8x")

log = Logger()


class Exchange:
    """
    A request that waits for its answer.

    :ivar session: whose request it is; ``None`` for services without one.
    :ivar timeoutHint: milliseconds that the client waits, 0 for ever.
    :ivar arrived: clock seconds at which it came.
    :ivar handle: the client's own number of it.
    """

    __slots__ = (
        "_channel", "_now", "_requestId", "answered", "arrived", "handle", "session",
        "timeoutHint",
    )  # fmt: skip

    def __init__(
        self,
        channel: Channel,
        requestId: int,
        head: RequestHead,
        arrived: float,
        now: Callable[[], datetime],
    ) -> None:
        self.answered = False
        self.arrived = arrived
        self.session: Session | None = None
        self.timeoutHint: int = head.TimeoutHint
        self._channel = channel
        self._requestId = requestId
        self.handle: int = head.RequestHandle
        self._now = now

    @property
    def channel(self) -> Channel:
        """Where the request came from and the answer goes."""
        return self._channel

    @property
    def deadline(self) -> float | None:
        """Seconds that an operation may take for the client still to hear of it."""
        return self.timeoutHint / 1000 * _PATIENCE if self.timeoutHint else None

    def isStale(self, at: float) -> bool:
        """Has the client given up waiting by the clock's ``at``?"""
        return bool(self.timeoutHint) and at - self.arrived >= self.timeoutHint / 1000

    def wait(self) -> None:
        """The answer comes later; until then the session knows of it."""
        if self.session is not None and not self.answered:
            self.session.waiting[self] = None

    def answerInTurns(self, turns: Turns, steps: Generator[None, None, None]) -> Any:
        """
        Have it answered by work that takes more than one turn, see there; what it raises
        becomes a fault.

        :return: `LATER`, for a service to return.
        """
        turns.work(self.guarded(steps), lambda: self.answered)
        return LATER

    def guarded(self, steps: Generator[None, None, None]) -> Generator[None, None, None]:
        """The same steps; what they raise is answered as a fault."""
        try:
            yield from steps
        except Fault as fault:
            self.fault(fault.statusCode)
        except Exception:  # noqa: BLE001 - the peer gets an answer whatever we did wrong
            log.failure("A request could not be answered")
            self.fault(ua.StatusCodes.BadInternalError)

    def reply(self, response: Any) -> None:
        """Answer with one of the library's response objects."""
        if self.answered:
            return
        try:
            out = self.begin(response.TypeId.Identifier)
            for name, encodeField in _bodyOf(type(response)):
                encodeField(out, getattr(response, name))
        except Exception:  # noqa: BLE001 - the peer gets an answer whatever we did wrong
            log.failure("Response could not be encoded")
            self.fault(ua.StatusCodes.BadInternalError)
            return
        self.send(out)

    def fault(self, statusCode: int) -> None:
        """Answer that the whole request failed."""
        if not self.answered:
            self.send(self.begin(_FAULT, statusCode))

    def begin(self, typeId: int, statusCode: int = 0) -> bytearray:
        """Type and header of a response, for a service that encodes the rest itself."""
        return bytearray(_HEADER.pack(1, 0, typeId, newTicks(self._now()), self.handle, statusCode))

    def send(self, content: bytearray) -> None:
        """Answer with an encoded response."""
        if self.answered:
            return
        self.answered = True
        if self.session is not None:
            self.session.waiting.pop(self, None)
        if not self._channel.send(self._requestId, bytes(content)):
            small = self.begin(_FAULT, ua.StatusCodes.BadResponseTooLarge)
            self._channel.send(self._requestId, bytes(small))


_bodies: dict[Any, list[Any]] = {}


def _bodyOf(cls: Any) -> list[Any]:
    """Name and encoding function of each field behind TypeId and ResponseHeader."""
    found = _bodies.get(cls)
    if found is None:
        fields = declaredFields(cls)[2:]
        found = _bodies[cls] = [(each.name, encoderOf(each.typeName)) for each in fields]
    return found
