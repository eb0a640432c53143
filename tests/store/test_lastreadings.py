"""The last reading of each kind lags behind the meter values, and nobody ever sees it."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from hypothesis import example, given, strategies as st

from ocppgw.model import facts as f
from ocppgw.model.applying import apply
from ocppgw.model.records import ChargePointRecord, MeterKey
from ocppgw.store import lastreadings, metering
from ocppgw.store.ids import Ids
from ocppgw.store.lastreadings import settle
from ocppgw.store.loading import load
from tests.store.contract import T0
from tests.store.inmemory import InMemoryCase

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


class SettlingCase(InMemoryCase):
    """A database that is written batch by batch."""

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
        for isEach, most, text in (
            (False, 100, 1000),
            (True, 100, 1000),
            (False, 2, 1000),
            (False, 3, 1000),
            (False, 100, 10),
        ):
            self.patch(metering, "UNSETTLED", most)
            self.patch(lastreadings, "MOST_TEXT", text)
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


class BoundTests(SettlingCase):
    """However much charge points say before it is settled, the memory is not filled with it."""

    EACH = 100_000
    MESSAGES = 40

    def begin(self) -> None:
        super().begin()
        self.patch(lastreadings, "MOST_TEXT", 5 * self.EACH)

    def newestFirst(self, messages: int = MESSAGES) -> None:
        """Large values, each of which is much older than the one before."""
        for number in range(1, messages + 1):
            text = f"{number} " + "x" * self.EACH
            self.write(told({SIGNED: text}, -1000 * number, number))

    def ever(self) -> None:
        """Large values in order, each of another set."""
        for number in range(1, self.MESSAGES + 1):
            key = MeterKey(f"SignedData.{number}")
            reading = f.Reading(key, None, "x" * self.EACH, "Sample.Periodic", at(number), True)
            self.write(f.Measured(1, None, (reading,), at(number)))

    def spent(self, act: Callable[[], None]) -> tuple[int, int]:
        """How many of such values stay in memory, and were there meanwhile."""
        tracemalloc.start()
        try:
            act()
            kept, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        return kept // self.EACH, peak // self.EACH

    def check(self, act: Callable[[], None], most: int) -> None:
        """At most so many stay, those in hand are some more, and few are left to be read."""
        kept, peak = self.spent(act)
        self.assertLessEqual(kept, most)
        self.assertLessEqual(peak, 12)
        [unsettled] = self.connection.execute(
            """SELECT total(length(sampled)) FROM meter_value
               WHERE id > (SELECT value FROM counter WHERE name = 'settled')"""
        ).fetchone()
        self.assertLess(unsettled, 6 * self.EACH)

    def test_outOfOrder(self) -> None:
        """Values that do not replace each other are settled before they are too much."""
        self.check(self.newestFirst, 6)
        self.settle()
        self.assertEqual(self.last()[SIGNED.measurand][:2], "1 ")

    def test_everOther(self) -> None:
        """So are those of ever other sets."""
        self.check(self.ever, 6)
        self.settle()
        self.assertEqual(len(self.last()), self.MESSAGES)

    def test_doubted(self) -> None:
        """Of what is not sure nothing is kept, though there was something before."""
        again = told({POWER: 1.0}, 5000, 0)
        self.write(again)

        def act() -> None:
            self.newestFirst(3)
            self.write(again)

        self.check(act, 0)
        self.check(self.newestFirst, 6)

    def test_others(self) -> None:
        """Nor is anything kept where others wrote before."""
        self.write(told({POWER: 1.0}, 5000, 0))
        self.ids = Ids()
        self.check(lambda: self.newestFirst(3), 0)
        self.check(self.newestFirst, 6)

    def test_outOfTheDatabase(self) -> None:
        """Much that is found in the database is taken in piece by piece."""
        self.write(told({POWER: 1.0}, 5000, 0))
        self.ids = Ids()
        self.newestFirst()
        self.check(self.settle, 0)
        self.assertEqual(self.last()[SIGNED.measurand][:2], "1 ")
        used, newest = self.connection.execute(
            "SELECT max(used), (SELECT max(id) FROM meter_value) FROM measured_set"
        ).fetchone()
        self.assertEqual(used, newest)

    def test_letGo(self) -> None:
        """What was settled does not stay until there is more."""
        self.patch(metering, "UNSETTLED", self.MESSAGES)
        self.patch(lastreadings, "MOST_TEXT", self.MESSAGES * self.EACH * 2)
        kept, _ = self.spent(self.newestFirst)
        self.assertEqual(kept, 0)
