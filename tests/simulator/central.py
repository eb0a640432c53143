"""
A Central System in memory, as the other end of a simulated charge point.

It decodes all that comes to the letter of the specification: a frame that is not proper fails the
test by itself.  Nothing runs by its own: `settle` answers what has been sent, `run` lets time pass.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from twisted.internet.task import Clock

from ocppgw.ocppj.frames import Call, CallError, CallResult, newCall
from ocppgw.ocppj.parsing import parse
from ocppgw.simulator.chargepoint import ChargePoint
from ocppgw.simulator.memory import MemoryNetwork
from ocppgw.simulator.nameplate import Nameplate
from ocppgw.simulator.settings import Settings
from ocppgw.simulator.uplink import Uplink
from ocppgw.v16 import messages
from ocppgw.v16.actions import ACTIONS, actionOf
from ocppgw.v16.decoding import decode, encode
from ocppgw.v16.messages import IdTagInfo, Message
from ocppgw.v16.times import writeTime

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
SILENCE = "silence"
REFUSAL = "refusal"

Reply = Message | str


class Site:
    """
    A charge point, its uplink and its Central System.

    :ivar asked: what the charge point has asked, in order.
    :ivar replies: what is answered instead of the usual, by action; `SILENCE` and `REFUSAL` too.
    """

    def __init__(self, connectors: int = 1, /, **settings: str) -> None:
        self.clock = Clock()
        self.network = MemoryNetwork()
        self.asked: list[Message] = []
        self.replies: dict[str, Reply] = {}
        self.isReachable = True
        self._transactions = count(1)
        self._ids = count(1)
        self._results: dict[str, CallResult | CallError] = {}
        self._callOut = False
        self.point = ChargePoint(
            "CP1",
            Nameplate(connectors=connectors),
            self.clock,
            self.now,
            Random(7),
            settings=Settings(connectors, settings),
        )
        self.uplink = Uplink(self.network.dial, self.point, self.clock, Random(7))

    def now(self) -> datetime:
        """The time of the clock."""
        return START + timedelta(seconds=self.clock.seconds())

    # Time

    def start(self) -> None:
        """Dial, take the connection, and settle."""
        self.uplink.start()
        self.run(0)

    def run(self, seconds: float, step: float = 0.5) -> None:
        """Let time pass, answering all the while."""
        until = self.clock.seconds() + seconds
        self.clock.advance(0)
        self.settle()
        while self.clock.seconds() < until:
            self.clock.advance(min(step, until - self.clock.seconds()))
            self.settle()

    def settle(self) -> None:
        """Take a connection that waits, and answer all that was sent."""
        wires = self.network.wires
        if self.isReachable and wires and not wires[-1].isOpen and not wires[-1].isEnded:
            wires[-1].accept()
        while wires and (texts := wires[-1].take()):
            for text in texts:
                self._hear(text)

    def cut(self) -> None:
        """The network fails."""
        self.isReachable = False
        self.network.wire.drop()

    def heal(self) -> None:
        """The network works again, and the charge point has found out."""
        self.isReachable = True
        self.run(31)

    # What comes

    def _hear(self, text: bytes) -> None:
        frame = parse(text, lenient=False)
        if isinstance(frame, CallResult | CallError):
            self._results[frame.id] = frame
            return
        assert isinstance(frame, Call), text
        request: Message = decode(ACTIONS[frame.action].request, frame.payload, strict=True).message
        self.asked.append(request)
        reply = self.replies.get(frame.action) or self.usual(request)
        if reply == REFUSAL:
            self.network.wire.deliver(frame.error("InternalError").serialise())
        elif isinstance(reply, Message):
            self.network.wire.deliver(frame.result(encode(reply)).serialise())

    def usual(self, request: Message) -> Message:
        """What a friendly Central System answers."""
        name, now = actionOf(request).name, writeTime(self.now())
        accepted = IdTagInfo(status="Accepted")
        special: dict[str, Callable[[], Message]] = {
            "BootNotification": lambda: messages.BootNotificationConfirmation(
                status="Accepted", currentTime=now, interval=120
            ),
            "Heartbeat": lambda: messages.HeartbeatConfirmation(currentTime=now),
            "Authorize": lambda: messages.AuthorizeConfirmation(idTagInfo=accepted),
            "StartTransaction": lambda: messages.StartTransactionConfirmation(
                idTagInfo=accepted, transactionId=next(self._transactions)
            ),
        }
        return special.get(name, ACTIONS[name].confirmation)()

    def take(self) -> list[Message]:
        """What was asked since the last time."""
        taken, self.asked = self.asked, []
        return taken

    def actions(self) -> list[str]:
        """The names of what was asked since the last time."""
        return [actionOf(request).name for request in self.take()]

    def of(self, kind: type[Any]) -> list[Any]:
        """All requests of one kind that were asked and not taken yet."""
        return [request for request in self.asked if isinstance(request, kind)]

    def statuses(self) -> list[tuple[int | None, str]]:
        """All statuses that were reported and not taken yet."""
        sent = self.of(messages.StatusNotificationRequest)
        return [(request.connectorId, request.status) for request in sent]

    # What is commanded

    def send(self, request: Message) -> str:
        """Send a command; returns its message id."""
        call = newCall(f"c{next(self._ids)}", actionOf(request).name, encode(request))
        self.network.wire.deliver(call.serialise())
        return call.id

    def result(self, messageId: str) -> CallResult | CallError | None:
        """The answer that came to a command, if one did."""
        return self._results.get(messageId)

    def command(self, request: Message) -> Any:
        """Send a command and settle; returns the confirmation, or the CallError."""
        messageId = self.send(request)
        self.settle()
        answer = self.result(messageId)
        if not isinstance(answer, CallResult):
            return answer
        return decode(actionOf(request).confirmation, answer.payload, strict=True).message


def started(connectors: int = 1, /, **settings: str) -> Site:
    """A charge point that has booted and reported."""
    site = Site(connectors, **settings)
    site.start()
    site.take()
    return site
