"""The last reading of each kind lags behind the meter values, and nobody ever sees it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from hypothesis import example, given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.applying import apply
from ocppgw.model.records import ChargePointRecord, MeterKey
from ocppgw.store import metering
from ocppgw.store.backlog import Entry
from ocppgw.store.batches import write
from ocppgw.store.ids import Ids
from ocppgw.store.lastreadings import settle
from ocppgw.store.loading import load
from tests.store.contract import ADDED, T0
from tests.store.dumps import inMemory

POWER, SOC = MeterKey("Power.Active.Import"), MeterKey("SoC")
SIGNED = MeterKey("SignedData.Energy.Active.Import.Register")


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def told(values: dict[MeterKey, float | str], source: float, received: float) -> f.Measured:
    readings = (
        f.Reading(key, None, value, "Sample.Periodic", at(source), key == SIGNED)
        if isinstance(value, str)
        else f.Reading(key, value, str(value), "Sample.Periodic", at(source))
        for key, value in values.items()
    )
    return f.Measured(1, None, tuple(readings), at(received))


class SettlingCase(SynchronousTestCase):
    """A database that is written batch by batch."""

    def setUp(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.connection = inMemory()
        self.addCleanup(self.connection.close)
        self.ids = Ids()
        self.write(ADDED)

    def write(self, *facts: f.Fact) -> None:
        with self.connection, closing(self.connection.cursor()) as cursor:
            write(cursor, self.ids, 1, [Entry("CP1", facts)])

    def settle(self) -> None:
        with self.connection, closing(self.connection.cursor()) as cursor:
            settle(cursor)

    def last(self) -> dict[str, Any]:
        rows = self.connection.execute(
            """SELECT k.measurand, ifnull(r.value, r.text) FROM last_reading r
               JOIN measured_kind k ON k.id = r.kind"""
        )
        return dict(rows.fetchall())


class SettlingTests(SettlingCase):
    """When it happens, and what comes of it."""

    def test_each(self) -> None:
        """Each kind has its last reading, whatever message brought it: numbers, texts, signed."""
        self.write(told({POWER: 1.0, SOC: 10.0}, 1, 1), told({SIGNED: "OCMF|{}"}, 2, 2))
        self.write(told({POWER: 2.0}, 3, 3), told({SOC: "?"}, 4, 4))
        self.assertEqual(self.last(), {})
        self.settle()
        self.assertEqual(
            self.last(),
            {POWER.measurand: 2.0, SOC.measurand: "?", SIGNED.measurand: "OCMF|{}"},
        )

    def test_infinite(self) -> None:
        """What is no finite number is kept as its text."""
        for number in (float("inf"), float("-inf"), float("nan")):
            self.begin()
            reading = f.Reading(POWER, number, "1e308", "Sample.Periodic", T0)
            self.write(f.Measured(1, None, (reading,), T0))
            self.settle()
            self.assertEqual(self.last(), {POWER.measurand: "1e308"})

    def test_goesOn(self) -> None:
        """The next time begins where the last one ended."""
        self.write(told({POWER: 1.0}, 1, 1))
        self.settle()
        self.write(told({SOC: 10.0}, 2, 2))
        with self.connection:
            self.connection.execute("UPDATE last_reading SET value = 7.0")
        self.settle()
        self.assertEqual(self.last(), {POWER.measurand: 7.0, SOC.measurand: 10.0})

    def test_pruned(self) -> None:
        """It does not go back where all meter values were thrown away."""
        self.write(told({POWER: 1.0}, 1, 1))
        self.settle()
        with self.connection:
            self.connection.execute("DELETE FROM meter_value")
        self.write(told({POWER: 2.0}, 2, 2))
        self.settle()
        self.assertEqual(self.last(), {POWER.measurand: 2.0})

    def test_byItself(self) -> None:
        """After so many meter values it is done with the batch."""
        self.patch(metering, "UNSETTLED", 3)
        for number in range(1, 6):
            self.write(told({POWER: float(number)}, number, number))
        self.assertEqual(self.last(), {POWER.measurand: 3.0})

    def test_outOfMemory(self) -> None:
        """The rows are not read again then."""
        self.patch(metering, "UNSETTLED", 4)
        asked: list[str] = []
        self.connection.set_trace_callback(asked.append)
        for number in range(1, 10):
            self.write(told({POWER: float(number)}, number, number))
        self.assertEqual(self.last(), {POWER.measurand: 8.0})
        self.assertEqual([sql for sql in asked if "sampled\n    FROM meter_value" in sql], [])

    def test_somebodyElse(self) -> None:
        """What was settled and thrown away meanwhile does not count twice."""
        self.patch(metering, "UNSETTLED", 3)
        self.write(told({POWER: 9.0}, 9, 9), told({POWER: 1.0}, 1, 1))
        self.settle()
        with self.connection:
            self.connection.execute("UPDATE last_reading SET value = 7.0")
        self.write(told({SOC: 10.0}, 10, 10))
        self.assertEqual(self.last(), {POWER.measurand: 7.0, SOC.measurand: 10.0})

    def test_repeated(self) -> None:
        """Values that came before bring nothing back."""
        self.patch(metering, "UNSETTLED", 4)
        first = told({POWER: 1.0}, 500, 500)
        self.write(first, told({POWER: 2.0}, 900, 900))
        self.write(first, told({SOC: 3.0}, 901, 901))
        self.assertEqual(self.last(), {POWER.measurand: 2.0, SOC.measurand: 3.0})

    def test_afterFailure(self) -> None:
        """Rows that others wrote before are found as well."""
        self.patch(metering, "UNSETTLED", 2)
        self.write(told({SOC: 1.0}, 1, 1))
        self.ids = Ids()
        self.write(told({POWER: 2.0}, 2, 2), told({POWER: 3.0}, 3, 3))
        self.assertEqual(self.last(), {POWER.measurand: 3.0, SOC.measurand: 1.0})

    @given(
        st.lists(
            st.tuples(
                st.sampled_from([(POWER,), (SOC,), (POWER, SOC), (SOC, POWER)]),
                st.integers(0, 1000),
                st.integers(0, 400),
            ),
            max_size=12,
        ),
        st.integers(0, 12),
    )
    def test_asTheRecord(
        self, messages: Sequence[tuple[tuple[MeterKey, ...], int, int]], between: int
    ) -> None:
        """T9: it is what the record showed, in whatever order and how late messages came."""
        self.begin()
        record = ChargePointRecord("CP1", "CP1", T0)
        received = 0
        for number, (keys, passed, age) in enumerate(messages):
            received += passed
            fact = told(dict.fromkeys(keys, float(number)), received - age, received)
            record = apply(record, fact)
            self.write(fact)
            if number == between:
                self.settle()
        self.settle()
        [loaded] = load(self.connection.cursor(), T0).records
        shown, kept = (
            {
                key: (point.value, point.sourceTime)
                for one in found.connectors.values()
                for key, point in one.readings.items()
            }
            for found in (record, loaded)
        )
        self.assertEqual(kept, shown)

    @given(
        st.lists(
            st.tuples(
                st.sampled_from([(POWER,), (SOC,), (POWER, SOC), (SOC, POWER)]),
                st.integers(-4, 10).map(lambda step: step * 50),
                st.integers(-2, 10).map(lambda step: step * 50),
            ),
            max_size=8,
        )
    )
    @example([((POWER, SOC), 0, 100), ((POWER,), 150, 300), ((POWER,), 100, 400)])
    def test_oneByOne(self, messages: Sequence[tuple[tuple[MeterKey, ...], int, int]]) -> None:
        """However late, and while our clock is set back: as if each were settled at once."""
        found = []
        for isEach, most in ((False, 100), (True, 100), (False, 2), (False, 3)):
            self.patch(metering, "UNSETTLED", most)
            self.begin()
            received = 0
            for number, (keys, passed, age) in enumerate(messages):
                received += passed
                self.write(told(dict.fromkeys(keys, float(number)), received - age, received))
                if isEach:
                    self.settle()
            self.settle()
            found.append(self.last())
        self.assertEqual(found, found[:1] * len(found))
