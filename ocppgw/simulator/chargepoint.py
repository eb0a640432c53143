"""
A charge point without a transport: puts its parts together and says what drivers can do.

Owns the conversation over the link that it has at present, if any, and the way through a restart;
everything else is owned by the parts.  Flow: `opened`, `received` and `closed` come from the
uplink, commands go to `commands`, what drivers do comes from tests or `visits`.  Every Deferred
ends with the conversation that it was asked in.  `stop` leaves no timer behind.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import count
from random import Random

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from ocppgw.simulator.alarm import Alarm
from ocppgw.simulator.authorization import Authorization
from ocppgw.simulator.car import Car
from ocppgw.simulator.commands import Commands
from ocppgw.simulator.connector import Connector, Fault
from ocppgw.simulator.conversation import AskFailed, Conversation
from ocppgw.simulator.meter import Meter
from ocppgw.simulator.metering import Metering
from ocppgw.simulator.mischief import Mischief
from ocppgw.simulator.nameplate import Nameplate
from ocppgw.simulator.outbox import Outbox
from ocppgw.simulator.pulse import Pulse
from ocppgw.simulator.registration import Registration
from ocppgw.simulator.settings import Settings
from ocppgw.simulator.statuses import Statuses
from ocppgw.simulator.transactions import Transactions
from ocppgw.simulator.triggers import Triggers
from ocppgw.simulator.wire import IDevice, IWire
from ocppgw.v16.messages import HeartbeatRequest, Message

log = Logger()

RESTART = 3.0
"""Seconds that a restart takes."""

DRAIN = 10.0
"""Seconds that a soft reset waits at most for transaction messages to be delivered."""

LOOK = 0.5


@implementer(IDevice)
class ChargePoint:
    """
    One charge point.

    :param clock: drives all timers.
    :param now: what the time is, aware; it may disagree with the clock.
    :param random: makes up the measurements.
    """

    def __init__(
        self,
        identity: str,
        nameplate: Nameplate,
        clock: IReactorTime,
        now: Callable[[], datetime],
        random: Random,
        *,
        settings: Settings | None = None,
        mischief: Mischief | None = None,
    ) -> None:
        self.identity = identity
        self.nameplate = nameplate
        self.settings = settings or Settings(nameplate.connectors)
        self.mischief = mischief or Mischief()
        self.connectors = tuple(
            Connector(number, Meter(random)) for number in range(1, nameplate.connectors + 1)
        )
        self._clock = clock
        self._trueNow = now
        self._ids = count(1)
        self._wire: IWire | None = None
        self._conversation: Conversation | None = None
        self._away = 0.0
        self._drainUntil = 0.0
        self._draining = Alarm(clock, self._drained)
        self._build()
        self.settings.changed = self._settingChanged

    def _build(self) -> None:
        clock, settings, connectors = self._clock, self.settings, self.connectors
        self.registration = Registration(
            clock, self.nameplate.boot, lambda request: self._ask(request, True), self._accepted
        )
        self.pulse = Pulse(
            clock,
            lambda: settings.number("HeartbeatInterval"),
            lambda: self._say(HeartbeatRequest()),
        )
        self.outbox = Outbox(clock, settings, self.mischief, self._ask)
        self.authorization = Authorization(settings, self._ask)
        self.statuses = Statuses(connectors, self.nameplate.vendor, self.now, self._ask)
        report = self.statuses.report
        self.metering = Metering(
            connectors, clock, self.now, settings, self.outbox, say=self._say, moved=report
        )
        self.transactions = Transactions(
            connectors,
            clock,
            self.now,
            settings=settings,
            outbox=self.outbox,
            metering=self.metering,
            authorization=self.authorization,
            report=report,
        )
        self.commands = self._commands()

    def _commands(self) -> Commands:
        return Commands(
            connectors=self.connectors,
            settings=self.settings,
            registration=self.registration,
            authorization=self.authorization,
            statuses=self.statuses,
            transactions=self.transactions,
            triggers=Triggers(
                self.connectors, self.registration, self.statuses, self.metering, self._say
            ),
            reset=self.reset,
        )

    def now(self) -> datetime:
        """What the charge point believes the time to be."""
        return self._trueNow() + self.mischief.skew

    def connector(self, number: int) -> Connector:
        """One connector, from 1 on."""
        return self.connectors[number - 1]

    @property
    def isOnline(self) -> bool:
        """Whether there is a link."""
        return self._conversation is not None

    # The link

    def opened(self, wire: IWire) -> None:
        self._unlink()
        self._wire = wire
        self._conversation = Conversation(
            wire,
            self._clock,
            self.mischief,
            answer=self.commands.answer,
            timeout=lambda: max(1, self.settings.number("MessageTimeout")),
            newId=lambda: str(next(self._ids)),
            sent=self.pulse.sent,
        )
        self.registration.linked()
        if self.registration.isAccepted:
            self._resume()

    def received(self, text: bytes) -> None:
        if self._conversation is not None:
            self._conversation.received(text)

    def closed(self) -> float:
        self._unlink()
        away, self._away = self._away, 0.0
        return away

    def _unlink(self) -> None:
        conversation, self._conversation = self._conversation, None
        self._wire = None
        self.pulse.stop()
        self.registration.unlinked()
        if conversation is not None:
            conversation.close()

    def _accepted(self, interval: int) -> None:
        if interval > 0:
            self.settings.put("HeartbeatInterval", str(interval))
        self.statuses.reportAll()
        self._resume()

    def _resume(self) -> None:
        """There is a link and a registration: what is due goes out."""
        self.statuses.report()
        self.outbox.linked()
        self.metering.start()
        self.pulse.start()

    # Asking the Central System

    def _ask(self, request: Message, wasAsked: bool = False) -> Deferred[Message] | None:
        """Ask; ``None`` without a link, or unregistered where nobody asked for it."""
        if self._conversation is None or not (wasAsked or self.registration.isAccepted):
            return None
        return self._conversation.ask(request)

    def _say(self, request: Message, wasAsked: bool = False) -> None:
        """Send what may get lost."""
        asked = self._ask(request, wasAsked)
        if asked is not None:
            asked.addErrback(_lost)

    # Changes from inside

    def _settingChanged(self, name: str) -> None:
        if name == "HeartbeatInterval" and self.registration.isAccepted and self.isOnline:
            self.pulse.start()
        elif name in ("MeterValueSampleInterval", "ClockAlignedDataInterval"):
            self.metering.intervalsChanged()

    def reset(self, kind: str) -> None:
        """Restart: softly when the transaction messages are delivered, hard at once."""
        if kind == "Hard":
            self._goDown("HardReset")
            return
        self.transactions.stopAll("SoftReset")
        self._drainUntil = self._clock.seconds() + DRAIN
        self._drained()

    def _drained(self) -> None:
        waits = self._clock.seconds() < self._drainUntil
        if waits and self.isOnline and not self.outbox.isEmpty:
            self._draining.set(LOOK)
        else:
            self._goDown("SoftReset")

    def _goDown(self, reason: str) -> None:
        wire = self._wire
        self._draining.cancel()
        self._unlink()
        self.registration.restart()
        self.transactions.stopAll(reason)
        self.transactions.forget()
        self.settings.boot()
        if wire is not None:
            self._away = RESTART
            wire.close()

    def dropLink(self, seconds: float) -> None:
        """Lose the link by force, and stay away for a while."""
        if self._wire is not None:
            self._away = seconds
            self._wire.abort()

    def stop(self) -> None:
        """End all timers and all that waits; the uplink closes the link."""
        self._unlink()
        self._draining.cancel()
        self.registration.restart()
        self.metering.stop()
        self.transactions.halt()
        self.outbox.stop()

    # What drivers do, and what happens to connectors

    def plugIn(self, number: int, car: Car) -> None:
        """A car is plugged in."""
        connector = self.connector(number)
        connector.measure(self._clock.seconds())
        connector.car, connector.isOver = car, False
        if connector.idTag is not None and connector.isFree:
            self.transactions.begin(connector)
        self.statuses.report()

    def present(self, number: int, idTag: str) -> None:
        """Somebody shows a tag."""
        self.transactions.present(self.connector(number), idTag)

    def unplug(self, number: int) -> None:
        """The plug is pulled at the car."""
        connector = self.connector(number)
        if self.settings.isOn("StopTransactionOnEVSideDisconnect"):
            self.transactions.stop(connector, "EVDisconnected")
        connector.measure(self._clock.seconds())
        connector.meter.cut()
        connector.car, connector.isOver = None, False
        self.statuses.report()

    def fail(self, number: int, fault: Fault) -> None:
        """Something breaks; a transaction goes on without current."""
        connector = self.connector(number)
        connector.measure(self._clock.seconds())
        connector.meter.cut()
        connector.fault = fault
        self.statuses.report()

    def repair(self, number: int) -> None:
        """It works again."""
        connector = self.connector(number)
        connector.measure(self._clock.seconds())
        connector.fault = None
        self.statuses.report()


def _lost(failure: Failure) -> None:
    failure.trap(AskFailed)
