"""What has passed is thrown away after its time, slowly; what shows the present never is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
from twisted.internet import reactor
from twisted.internet.defer import Deferred, fail, inlineCallbacks, maybeDeferred
from twisted.internet.task import Clock
from twisted.logger import capturedLogs
from twisted.trial.unittest import TestCase

from ocppgw.config.sections import StoreSection
from ocppgw.config.times import FOREVER
from ocppgw.model import facts as f
from ocppgw.model.records import MeterKey
from ocppgw.store import clocktrust, pruning
from ocppgw.store.instants import toNumber
from ocppgw.store.loading import load
from ocppgw.store.pruning import Pruning, prune
from ocppgw.store.sqlite import SqliteStore
from tests.store.contract import ADDED, T0, report, started, stopped

DAY = timedelta(days=1)
RETENTION = StoreSection(10 * DAY, 20 * DAY, 30 * DAY, 40 * DAY)


def measured(at: datetime, value: float = 1.0) -> f.Measured:
    reading = f.Reading(MeterKey("Voltage"), value, str(value), "Sample.Periodic", at)
    return f.Measured(1, None, (reading,), at)


def ended(at: datetime) -> f.CommandEnded:
    return f.CommandEnded("Reset", "", "Accepted", "", "anna", "opcua", at)


def session(number: int, at: datetime) -> tuple[f.Fact, ...]:
    begun = started(number, startTime=at, receivedAt=at, timestampText=str(at))
    over = attrs.evolve(stopped(number), stopTime=at, receivedAt=at)
    return begun, over


class PruningCase(TestCase):
    """A database with what happened on each of 50 days, and rounds that the test begins."""

    retention = RETENTION
    isBroken = False

    @inlineCallbacks
    def setUp(self) -> Any:  # type: ignore[override]
        self.path = Path(self.mktemp()) / "ocppgw.sqlite3"
        self.store = SqliteStore(self.path, reactor)
        self.addCleanup(lambda: self.store.close())
        yield self.store.open(T0)
        yield self.store.commit("CP1", [ADDED, *self.past()])
        yield self.store.close()
        self.connection = sqlite3.connect(self.path)
        self.addCleanup(self.connection.close)
        self.clock = Clock()
        self.slices: list[str] = []

    def past(self) -> list[f.Fact]:
        facts: list[f.Fact] = []
        for day in range(50):
            at = T0 + day * DAY
            facts += [measured(at), f.StatusReported(1, report("Available", at)), ended(at)]
            facts += session(day + 1, at)
        return facts

    def run_(self, function: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        if function is prune:
            self.slices.append(arguments[0].table)
            if self.isBroken:
                return fail(sqlite3.OperationalError("disk I/O error"))
        with self.connection:
            return maybeDeferred(function, self.connection.cursor(), *arguments)

    def believe(self, days: float) -> None:
        """Have the clock of that day be believed."""
        with self.connection:
            self.connection.execute(
                "INSERT OR REPLACE INTO counter VALUES ('clock', ?)", (toNumber(T0 + days * DAY),)
            )

    def round(self, days: float = 50) -> None:
        """One whole round at noon of a day."""
        now = T0 + days * DAY
        pruned = Pruning(self.clock, lambda: now, self.run_, self.retention)
        pruned.start()
        self.clock.advance(pruning.INTERVAL)
        for _ in range(200):
            self.clock.advance(pruning.PAUSE)
        pruned.stop()

    def count(self, table: str) -> int:
        [[number]] = self.connection.execute(f"SELECT count(*) FROM {table}")
        return int(number)


class RetentionTests(PruningCase):
    """Each kind has its time."""

    def test_sets(self) -> None:
        """Kinds that no value is left of have no columns any more."""
        self.round(40)
        self.assertEqual(self.count("measured_column"), 1)
        self.believe(70)
        self.round(70)
        self.assertEqual((self.count("meter_value"), self.count("measured_column")), (0, 0))

    def test_eachItsTime(self) -> None:
        """What is older than its kind is kept for is gone; all that is younger is there."""
        self.round()
        self.assertEqual(
            [self.count(t) for t in ("meter_value", "status_report", "charge_transaction")],
            [10, 20, 30],
        )
        self.assertEqual(self.count("command"), 40)

    def test_thePresent(self) -> None:
        """Years of silence leave the last value, status, command, transaction and all counts."""
        self.believe(5000)
        self.round(5000)
        self.assertEqual(self.count("meter_value") + self.count("status_report"), 0)
        self.assertEqual(self.count("last_reading"), 1)
        snapshot = self.successResultOf(maybeDeferred(self.snapshot))
        self.assertEqual(snapshot, ("Available", 50, 50, 50, 50))

    def snapshot(self) -> tuple[Any, ...]:
        loaded = load(self.connection.cursor(), T0)
        [record] = loaded.records
        one = record.connectors[1]
        last = one.lastTransaction.transactionId if one.lastTransaction else None
        word = one.status.status if one.status else ""
        return word, last, record.lastCommand.number, one.finished, loaded.lastTransactionId

    def test_running(self) -> None:
        """A transaction that still runs is kept, however long ago it began."""
        self.connection.execute(
            "UPDATE charge_transaction SET stop_received_time = NULL WHERE id = 3"
        )
        self.connection.commit()
        self.believe(5000)
        self.round(5000)
        ids = self.connection.execute("SELECT id FROM charge_transaction ORDER BY id").fetchall()
        self.assertEqual(ids, [(3,), (50,)])

    def test_forever(self) -> None:
        """``forever`` means it."""
        self.retention = StoreSection(FOREVER, FOREVER, FOREVER, FOREVER)
        self.round(36_500)
        self.assertEqual(self.slices, [])


class ClockTests(PruningCase):
    """A clock that leaps ahead costs no history."""

    def test_leap(self) -> None:
        """What a clock years ahead would throw away stays, and the log says why, once a day."""
        with capturedLogs() as events:
            for hour in range(48):
                self.round(5000 + hour / 24)
        self.assertEqual(self.count("meter_value"), 50)
        warnings = [event for event in events if "the clock says" in event["log_format"]]
        self.assertEqual(len(warnings), 2)

    def test_backAgain(self) -> None:
        """Once it is right again, all goes on as before; the next leap is doubted anew."""
        self.round(5000)
        self.round(50)
        self.assertEqual(self.count("meter_value"), 10)
        for _ in range(clocktrust.PROBATION):
            self.round(5000)
        self.assertEqual(self.count("meter_value"), 10)

    def test_believedInTheEnd(self) -> None:
        """A gateway that was off for years cleans up again after a week."""
        for _ in range(clocktrust.PROBATION + 1):
            self.round(5000)
        self.assertEqual(self.count("meter_value"), 0)

    def test_storedInBetween(self) -> None:
        """What was stored by the clock that leapt does not make it right."""
        self.round(50)
        self.round(5000)
        late = toNumber(T0 + 5000 * DAY)
        with self.connection:
            self.connection.execute(
                "UPDATE meter_value SET received_time = ? WHERE id = 50", (late,)
            )
        self.round(5000)
        self.assertEqual(self.count("meter_value"), 10)

    def test_days(self) -> None:
        """Some days without a round are nothing special."""
        self.round(50)
        self.round(56)
        self.assertEqual(self.count("meter_value"), 4)


class SliceTests(PruningCase):
    """Nobody waits long for the broom."""

    def test_slices(self) -> None:
        """Each transaction looks at a few rows only, and pauses follow each."""
        self.patch(pruning, "SLICE", 7)
        self.round()
        self.assertEqual(self.count("meter_value"), 10)
        self.assertEqual(self.slices.count("meter_value"), 7)

    def test_failure(self) -> None:
        """A disk that fails ends the round; the next one goes on."""
        self.isBroken = True
        self.round()
        self.assertEqual(len(self.slices), 1)
        self.isBroken = False
        self.round()
        self.assertEqual(self.count("meter_value"), 10)

    def test_stop(self) -> None:
        """A store that closes leaves no timer behind."""
        self.round()
        self.assertEqual(self.clock.getDelayedCalls(), [])
