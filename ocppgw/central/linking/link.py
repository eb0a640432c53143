"""
One live WebSocket of one charge point.

Owns our Calls of this link (`asking`), its liveness and why it is held.  Messages flow in from
the transport; Calls go to `LinkMeans.take`, which answers them in order; answers go to who
asked, at once, so that a command never waits behind a Call.  When the connection ends, or a newer
one takes its place, everything that waits fails and the link is deaf.  Reactor thread.  A test
gives a wire that keeps what is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from zope.interface import Interface, implementer

from ocppgw.central.entrance.wires import IInbound, IWire
from ocppgw.central.linking.asking import Asking
from ocppgw.central.linking.budget import BYTES_PER_MESSAGE, Budget
from ocppgw.central.linking.liveness import Liveness
from ocppgw.central.linking.pings import Pinged
from ocppgw.config.settings import ChargePointSettings
from ocppgw.ocppj.deviations import Deviation, bytesExcerpt, excerpt
from ocppgw.ocppj.exchange import Standing
from ocppgw.ocppj.frames import Call, CallError, CallResult, Ignored
from ocppgw.ocppj.parsing import FramingError, isUtf8
from ocppgw.ocppj.repairing import read
from ocppgw.v16.forms import FormReader, Forms
from ocppgw.v16.messages import Message

UNSUPPORTED_DATA = 1003
"""The close code for a kind of message that is not understood (RFC 6455 section 7.4.1)."""

INVALID_DATA = 1007
"""The close code for a text that is not UTF-8."""

POLICY_VIOLATION = 1008

UNREADABLE = 50
"""So many messages in a row that nobody can read end the link (S14)."""

LONG_IDLE = 10.0
"""Seconds of silence before an end that are worth telling (C14)."""


class IReceiving(Interface):
    """Who is told what there is to tell of the links of one charge point, besides its messages."""

    def deviated(nodeName: str, deviations: tuple[Deviation, ...]) -> None:
        """A message left the specification."""

    def took(nodeName: str, milliseconds: float) -> None:
        """How long the other end took to answer."""

    def late(nodeName: str, confirmation: Message) -> None:
        """An answer came after its time; whoever asked has been told so."""

    def closed(nodeName: str, pinged: Pinged) -> None:
        """The other end closed a link, which tells what it thinks of pings."""

    def ended(link: Link, reason: str) -> None:
        """The link is gone."""


@attrs.frozen
class LinkMeans:
    """
    What every link needs.

    :ivar now: the time of day.
    :ivar newIds: makes the source of message ids of one link.
    :ivar forms: those of the MeterValues of all links.
    :ivar passed: told of each message, of whom, whether it is ours, how it reads, when, and whether
        its values are known to be few, see `Frames.note`.
    :ivar heard: told of each message that came, of whom and when.
    :ivar take: answers a Call of so many bytes that came then, after those that came before.
    """

    clock: IReactorTime
    now: Callable[[], datetime]
    receiving: IReceiving
    newIds: Callable[[], Callable[[], str]]
    forms: Forms
    passed: Callable[[str, bool, bytes, datetime, bool], None]
    heard: Callable[[str, datetime], None]
    take: Callable[[Link, Call, int, datetime], None]


@implementer(IInbound)
class Link:
    """
    One live WebSocket.

    :ivar isOver: whether it ended, or was replaced; nothing is sent then.
    """

    # All of it is looked at with each message; slots keep it together, for where there are very
    # many links none of them is in a cache any more by then.
    __slots__ = (
        "_asking",
        "_budget",
        "_clock",
        "_heard",
        "_held",
        "_liveness",
        "_now",
        "_passed",
        "_readUsual",
        "_receiving",
        "_rest",
        "_take",
        "_unreadable",
        "isOver",
        "isStrict",
        "nodeName",
        "wire",
    )

    def __init__(
        self, nodeName: str, settings: ChargePointSettings, wire: IWire, means: LinkMeans
    ) -> None:
        self.nodeName = nodeName
        self.wire = wire
        self.isOver = False
        self.isStrict = settings.strict
        self._receiving = means.receiving
        self._passed, self._heard, self._take = means.passed, means.heard, means.take
        self._asking = Asking(means.clock, means.newIds(), self._send, settings.strict, self._took)
        self._liveness = Liveness(means.clock, wire.ping, self.fail)
        self._readUsual = FormReader(means.forms).call
        self._clock, self._now = means.clock, means.now
        self._budget = Budget(settings.maxMessageRate, means.clock.seconds())
        self._rest: IDelayedCall | None = None
        self._unreadable = 0
        self._held: set[str] = set()
        self._liveness.start(
            settings.pingInterval, settings.pingTimeout, settings.heartbeatInterval
        )

    # Outward

    def call(self, request: Any, timeout: float) -> Deferred[Any]:
        """Send a Call of ours; see `ICaller.call`."""
        return self._asking.ask(request, timeout)

    def send(self, frame: CallResult | CallError) -> None:
        """Answer a Call; after the end of the link nobody hears it."""
        if not self.isOver:
            self._send(frame.serialise())

    def _send(self, payload: bytes) -> None:
        self._passed(self.nodeName, True, payload, self._now(), False)
        self.wire.send(payload)

    # Inward

    def usual(self, text: bytes) -> None:
        now = self._clock.seconds()
        self._liveness.heard(now)
        self._spend(now, 1 + len(text) // BYTES_PER_MESSAGE)
        if text and not self.isOver:
            self._read(text)

    def received(self, payload: bytes, isBinary: bool) -> None:
        if self.isOver or (isBinary and not self._takesBinary(payload)):
            return
        if payload:
            self._spend(self._clock.seconds(), len(payload) // BYTES_PER_MESSAGE)
            self._read(payload)

    def _read(self, payload: bytes) -> None:
        at = self._now()
        call = self._readUsual(payload)
        isUsual = call is not None and call.said is not None
        self._passed(self.nodeName, False, payload, at, isUsual)
        self._heard(self.nodeName, at)
        if call is None:
            self._readAny(payload, at)
        else:
            self._unreadable = 0
            self._take(self, call, len(payload), at)

    def _readAny(self, payload: bytes, at: datetime) -> None:
        """What is not a Call as nearly all are."""
        try:
            frames = read(payload, lenient=not self.isStrict)
        except FramingError as error:
            self._refuse(error, payload)
            return
        self._unreadable = 0
        for frame in frames:
            if frame.deviations:
                self._deviated(frame.deviations)
            if isinstance(frame, Call):
                self._take(self, frame, len(payload), at)
            elif not isinstance(frame, Ignored):
                self._answered(frame)

    def _takesBinary(self, payload: bytes) -> bool:
        if self.isStrict:
            self.end("a binary message", UNSUPPORTED_DATA)
            return False
        self._deviated((Deviation("C19", "", "a binary message, read as text", excerpt(payload)),))
        return True

    def _refuse(self, error: FramingError, payload: bytes) -> None:
        if self.isStrict and not isUtf8(payload):
            self.end("a text that is not UTF-8", INVALID_DATA)
            return
        deviation = Deviation("unreadable", "", error.description, bytesExcerpt(payload))
        self._deviated((deviation,))
        answer = error.answer()
        if answer is not None:
            self.send(answer)
        self._unreadable += 1
        if self._unreadable >= UNREADABLE:
            self.end("nothing that it sends can be read", POLICY_VIOLATION)

    def _answered(self, frame: CallResult | CallError) -> None:
        match = self._asking.answered(frame)
        if match.standing is Standing.late and match.pending is not None:
            late = self._asking.lateAnswer(match)
            if late is not None:
                self._receiving.late(self.nodeName, late)
        if match.standing is not Standing.inTime:
            text = f"an answer that is {match.standing.value}"
            self._deviated((Deviation("S18", "", text, excerpt(frame.id)),))

    def _deviated(self, deviations: tuple[Deviation, ...]) -> None:
        if deviations:
            self._receiving.deviated(self.nodeName, deviations)

    def _took(self, milliseconds: float) -> None:
        self._receiving.took(self.nodeName, milliseconds)

    # Life and pressure

    def heard(self) -> None:
        self._liveness.heard(self._clock.seconds())

    def pong(self, payload: bytes) -> None:
        taken = self._liveness.pong(payload)
        if taken is not None:
            self._took(taken)

    def drained(self, isDrained: bool) -> None:
        self.hold("writing", not isDrained)

    def hold(self, why: str, isHeld: bool) -> None:
        """Read no more while there is any reason for that."""
        if self.isOver:
            return
        wasHeld = bool(self._held)
        (self._held.add if isHeld else self._held.discard)(why)
        # Who is held by us cannot show that it lives; who does not read can be expected to.
        self._liveness.excused = bool(self._held - {"writing"})
        if bool(self._held) != wasHeld:
            (self.wire.pause if self._held else self.wire.resume)()

    def framed(self) -> None:
        self._spend(self._clock.seconds(), 1)

    def _spend(self, now: float, cost: int) -> None:
        """Whoever sends more than is dealt with is read later (what was read counts still)."""
        wait = self._budget.spend(now, cost)
        if wait and self._rest is None and not self.isOver:
            self.hold("rate", True)
            self._rest = self._clock.callLater(wait, self._rested)

    def _rested(self) -> None:
        """Listen again, once what was sent too fast is made up for."""
        self._rest = None
        wait = self._budget.wait(self._clock.seconds())
        if wait > 0:
            self._rest = self._clock.callLater(wait, self._rested)
        else:
            self.hold("rate", False)

    # The end

    def end(self, reason: str, code: int = 1000) -> None:
        """Close in good order."""
        self._over(reason, tell=True)
        self.wire.close(reason, code)

    def fail(self, reason: str) -> None:
        """Drop the connection now."""
        self._over(reason, tell=True)
        self.wire.abort()

    def finish(self) -> None:
        """Hear what was read already, whatever it is held for: the end follows."""
        self.wire.finish()

    def supersede(self) -> None:
        """A newer connection took the place of this one."""
        self._over("superseded", tell=False)
        self.wire.abort()

    def hangUp(self, reason: str) -> None:
        """End without a close frame, once what was written is out."""
        self._over(reason, tell=True)
        self.wire.hangUp()

    def ended(self, reason: str) -> None:
        if self.isOver:
            return
        idle = self._liveness.idle
        self._receiving.closed(self.nodeName, self._liveness.pinged)
        if idle >= LONG_IDLE:
            reason = f"{reason}, after {idle:.0f} s without a byte"
        self._over(reason, tell=True)

    def _over(self, reason: str, tell: bool) -> None:
        if self.isOver:
            return
        self.isOver = True
        self._liveness.stop()
        if self._rest is not None:
            self._rest.cancel()
        if tell:
            self._receiving.ended(self, reason)
        self._asking.close(reason)
