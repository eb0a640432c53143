"""
When meter values are taken and sent.

Owns an alarm per running transaction for the sampled ones, one for those at fixed times of the
clock, and one that lets time pass for the cars.  Readings of a transaction go through the outbox,
the others only while there is a link.  Source: OCPP 1.6 sections 3.16 and 4.7.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from twisted.internet.interfaces import IReactorTime

from ocppgw.simulator.alarm import Alarm
from ocppgw.simulator.connector import Connector
from ocppgw.simulator.outbox import Entry, Outbox
from ocppgw.simulator.sampling import sample
from ocppgw.simulator.settings import Settings
from ocppgw.v16.measurands import DEFAULT_MEASURAND
from ocppgw.v16.messages import Message, MeterValue, MeterValuesRequest
from ocppgw.v16.times import writeTime

PERIODIC = "Sample.Periodic"
ALIGNED = "Sample.Clock"
BEGIN = "Transaction.Begin"
END = "Transaction.End"
TRIGGER = "Trigger"

MOVE = 5.0
"""How many seconds pass at most between two looks at a charging car."""


class Metering:
    """
    The readings of one charge point.

    :param say: sends a message now or never; also unregistered where the last argument is true.
    :param moved: told that time has passed for the cars.
    """

    def __init__(
        self,
        connectors: Sequence[Connector],
        clock: IReactorTime,
        now: Callable[[], datetime],
        settings: Settings,
        outbox: Outbox,
        *,
        say: Callable[[Message, bool], object],
        moved: Callable[[], object],
    ) -> None:
        self._connectors = connectors
        self._clock = clock
        self._now = now
        self._settings = settings
        self._outbox = outbox
        self._say = say
        self._moved = moved
        self._sampling: dict[int, Alarm] = {}
        self._aligned = Alarm(clock, self._clockStrikes)
        self._move = Alarm(clock, self._moves)

    def reading(self, connector: Connector, key: str, context: str) -> MeterValue | None:
        """What a key asks for, measured now; ``None`` where it asks for nothing."""
        items = self._settings.items(key)
        return self._measure(connector, items, context) if items else None

    def _measure(
        self, connector: Connector, items: tuple[str, ...], context: str
    ) -> MeterValue | None:
        measured = connector.measure(self._clock.seconds())
        values = sample(items, measured, context)
        return MeterValue(timestamp=writeTime(self._now()), sampledValue=values) if values else None

    # During transactions

    def begin(self, connector: Connector) -> None:
        """A transaction has begun."""
        self._keep(connector, "StopTxnSampledData", BEGIN)
        self._sampling[connector.id] = Alarm(self._clock, lambda: self._sampled(connector))
        self._setSampling(connector.id)
        if not self._move.isSet:
            self._move.set(MOVE)

    def end(self, connector: Connector) -> None:
        """A transaction is about to end."""
        self._keep(connector, "StopTxnSampledData", END)
        alarm = self._sampling.pop(connector.id, None)
        if alarm is not None:
            alarm.cancel()
        if not self._sampling:
            self._move.cancel()

    def _setSampling(self, connectorId: int) -> None:
        interval = self._settings.number("MeterValueSampleInterval")
        alarm = self._sampling[connectorId]
        if interval > 0:
            alarm.set(interval)
        else:
            alarm.cancel()

    def _sampled(self, connector: Connector) -> None:
        self._setSampling(connector.id)
        self._send(connector, self.reading(connector, "MeterValuesSampledData", PERIODIC))
        self._moved()

    def _moves(self) -> None:
        self._move.set(MOVE)
        for connector in self._connectors:
            if connector.id in self._sampling:
                connector.measure(self._clock.seconds())
        self._moved()

    def _keep(self, connector: Connector, key: str, context: str) -> None:
        """A reading that StopTransaction will carry; the last place is kept for its end."""
        transaction = connector.transaction
        reading = self.reading(connector, key, context)
        most = self._settings.number("StopTransactionMaxMeterValues") - (context != END)
        if transaction is not None and reading is not None and len(transaction.data) < most:
            transaction.data.append(reading)

    def _send(self, connector: Connector, reading: MeterValue | None) -> None:
        if reading is None:
            return
        transaction = connector.transaction
        if transaction is None:
            self._say(_request(connector.id, None, reading), False)
            return
        running = transaction
        self._outbox.add(
            Entry(lambda: _request(connector.id, running.sentId, reading), isReading=True)
        )

    # At fixed times

    def start(self) -> None:
        """The charge point runs."""
        interval = self._settings.number("ClockAlignedDataInterval")
        if interval <= 0:
            self._aligned.cancel()
            return
        now = self._now()
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self._aligned.set(interval - (now - midnight).total_seconds() % interval)

    def _clockStrikes(self) -> None:
        self.start()
        for connector in self._connectors:
            self._keep(connector, "StopTxnAlignedData", ALIGNED)
            self._send(connector, self.reading(connector, "MeterValuesAlignedData", ALIGNED))

    # On demand

    def trigger(self, connector: Connector) -> None:
        """Send the sampled data now."""
        items = self._settings.items("MeterValuesSampledData") or (DEFAULT_MEASURAND,)
        reading = self._measure(connector, items, TRIGGER)
        number = connector.transaction.id if connector.transaction else None
        if reading is not None:
            self._say(_request(connector.id, number, reading), True)

    def intervalsChanged(self) -> None:
        """Take the intervals as they are now."""
        self.start()
        for connectorId in self._sampling:
            self._setSampling(connectorId)

    def stop(self) -> None:
        """End all alarms."""
        self._aligned.cancel()
        self._move.cancel()
        for alarm in self._sampling.values():
            alarm.cancel()


def _request(connectorId: int, number: int | None, reading: MeterValue) -> MeterValuesRequest:
    return MeterValuesRequest(connectorId=connectorId, transactionId=number, meterValue=(reading,))
