"""Values of one instant kept by columns: the same readings and the same records as one by one."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.applying import apply
from ocppgw.model.batch import Batch, planOf
from ocppgw.model.latest import LatestLive, LatestReadings
from ocppgw.model.records import ChargePointRecord, Settings, Sums, meterKey
from ocppgw.model.sharing import changed
from ocppgw.model.sums import LatestSums
from tests.model.given import POWER, REGISTER, after, at, connected, started, status, stopped
from tests.model.test_invariants import plain

SECONDS = st.integers(-400, 400)
KEYS = st.sampled_from(
    [
        *((POWER, phase) for phase in ("", "L1", "L2")),
        *((REGISTER, phase) for phase in ("", "L1")),
        *(("Current.Import", phase) for phase in ("L1", "L1-N")),
        ("W", ""),
        ("SoC", ""),
    ]
)
PLANS = st.lists(KEYS, min_size=1, max_size=4).map(
    lambda keys: planOf(
        tuple(meterKey(*key) for key in keys), tuple("Sample.Periodic" for _ in keys)
    )
)
USUAL = planOf(
    tuple(meterKey(*key) for key in ((REGISTER, ""), (POWER, ""), ("Current.Import", "L1"))),
    ("Sample.Periodic",) * 3,
)


def batch(
    seconds: float, *values: float, plan: object = USUAL, received: float | None = None
) -> Batch:
    """Values sampled and, unless told otherwise, received at one moment."""
    row = ",".join(f"{value:.15g}" for value in values)
    got = at(seconds if received is None else received)
    return Batch(plan, row, at(seconds), got)  # type: ignore[arg-type]


def told(readings: Batch, connectorId: int = 1, transactionId: int | None = None) -> f.Measured:
    """That a batch was received."""
    return f.Measured(connectorId, transactionId, readings, readings.receivedTime)


@st.composite
def messages(draw: Callable[[st.SearchStrategy[object]], object]) -> f.Measured:
    """Batches of usual and of other plans, now and then out of order."""
    plan = draw(st.one_of(st.just(USUAL), PLANS))
    values = draw(st.lists(st.integers(0, 10**6).map(float), min_size=9, max_size=9))
    seconds = draw(SECONDS)
    received = draw(st.one_of(st.just(seconds), SECONDS))
    several = tuple(values[: len(plan.keys)])  # type: ignore[attr-defined,index]
    readings = batch(seconds, *several, plan=plan, received=received)  # type: ignore[arg-type]
    named = draw(st.sampled_from([None, 1, 2]))
    return told(readings, draw(st.sampled_from([0, 1, 2])), named)  # type: ignore[arg-type]


HISTORIES = st.lists(
    st.one_of(
        messages(),
        messages(),
        messages(),
        st.builds(status, st.sampled_from(["Charging", "SuspendedEV", "Faulted"]), SECONDS),
        st.builds(started, st.sampled_from([1, 2]), SECONDS, st.integers(0, 1000)),
        st.builds(stopped, st.sampled_from([1, 2]), SECONDS, st.integers(0, 10**6)),
        st.builds(f.LiveAged, st.just(1), SECONDS.map(at)),
        st.builds(
            f.SettingsChanged,
            st.builds(Settings, zeroWhenIdle=st.booleans()),
            SECONDS.map(at),
        ),
    ),
    max_size=25,
)


def oneByOne(fact: f.Fact) -> f.Fact:
    """The same fact with its readings one by one."""
    if isinstance(fact, f.Measured):
        return msgspec.structs.replace(fact, readings=tuple(fact.readings))
    return fact


class SameTests(SynchronousTestCase):
    """Columns say what single readings say."""

    @given(HISTORIES, st.lists(st.booleans(), min_size=25, max_size=25))
    def test_records(self, history: list[f.Fact], asked: list[bool]) -> None:
        """After any history the records are equal, whether somebody looked in between or not."""
        one, other = connected(), connected()
        for fact, isAsked in zip(history, asked, strict=False):
            one, other = apply(one, fact), apply(other, oneByOne(fact))
            if isAsked:
                self.compare(one, other)
        self.compare(one, other)

    def compare(self, one: ChargePointRecord, other: ChargePointRecord) -> None:
        """Times of sums are those of the last change that somebody saw."""
        self.assertEqual(plain(one.sums), plain(other.sums))
        self.assertEqual(changed(one, sumsLater=Sums()), changed(other, sumsLater=Sums()))

    def test_zeroAtTheSameTime(self) -> None:
        """A sum of phases that is 0 is replaced by a newer one only, while nothing is charged."""
        phases = planOf((meterKey(POWER, "L1"), meterKey(POWER, "L2")), ("Sample.Periodic",) * 2)
        history: list[f.Fact] = [
            status("SuspendedEV"),
            told(batch(1, 5, 5, plan=phases)),
            told(batch(2, 0, 0, plan=phases)),
            told(batch(2, 7, 7, plan=phases)),
        ]
        one = after(connected(), *history)
        other = after(connected(), *map(oneByOne, history))
        self.assertEqual(one.sums.power.value, 0)  # type: ignore[union-attr]
        self.compare(one, other)

    def test_readings(self) -> None:
        """A batch is a sequence of the readings that are in it."""
        readings = batch(1, 10, 20.5, 30)
        first = f.Reading(meterKey(REGISTER), 10.0, "10", "Sample.Periodic", at(1))
        self.assertEqual(readings[0], first)
        self.assertEqual(len(readings), 3)
        self.assertEqual(readings, tuple(readings))
        self.assertEqual([reading.text for reading in readings[1:]], ["20.5", "30"])
        self.assertEqual(hash(readings), hash(tuple(readings)))


class LaterTests(SynchronousTestCase):
    """Nothing is computed before somebody asks, and then once."""

    def setUp(self) -> None:
        self.record = after(connected(), status("Charging"), told(batch(1, 10, 20, 30)))
        self.record = apply(self.record, told(batch(2, 11, 21, 31)))

    def test_lazy(self) -> None:
        """What follows from a batch is not there until somebody asks."""
        one = self.record.connectors[1]
        readings, live, sums = one.readings, one.liveLater, self.record.sumsLater
        assert isinstance(readings, LatestReadings)
        assert isinstance(live, LatestLive)
        assert isinstance(sums, LatestSums)
        self.assertEqual((readings.batch.made, live.made, sums.made), (None, None, None))
        self.assertEqual(self.record.sums.power.value, 21)  # type: ignore[union-attr]
        self.assertIs(self.record.sums, self.record.sums)
        self.assertEqual((readings.batch.made, live.made), (None, None), "sums need no more")
        self.assertIs(one.live.power, readings[meterKey(POWER)])
        self.assertIs(one.live, one.live)

    def test_status(self) -> None:
        """A status tells at once how many charge; the numbers wait, on the same ground."""
        ground = self.record.sumsLater
        record = apply(self.record, status("SuspendedEV", 3))
        sums = record.sumsLater
        assert isinstance(ground, LatestSums)
        assert isinstance(sums, LatestSums)
        self.assertEqual((sums.old.connectorsCharging, sums.old.at), (0, at(3)))
        self.assertEqual((ground.made, sums.made), (None, None))
        self.assertIs(sums.old.power, ground.old.power)
        self.assertEqual(record.sums.power.value, 0)  # type: ignore[union-attr]
        self.assertEqual(record.sums.connectorsCharging, 0)

    def test_noChain(self) -> None:
        """A hundred batches that nobody looked at leave what one of them leaves."""
        readings = self.record.connectors[1].readings
        assert isinstance(readings, LatestReadings)
        old = readings.old
        for step in range(3, 103):
            self.record = apply(self.record, told(batch(step, step, 21, 31)))
        one = self.record.connectors[1]
        assert isinstance(one.readings, LatestReadings)
        assert isinstance(one.liveLater, LatestLive)
        assert isinstance(self.record.sumsLater, LatestSums)
        self.assertIs(one.readings.old, old)
        self.assertIs(type(one.liveLater.old), type(one.live))
        self.assertIs(type(self.record.sumsLater.old), Sums)

    @given(st.lists(st.sampled_from([0, 5, 6]), min_size=2, max_size=8), st.sets(st.integers(0, 7)))
    def test_lateLook(self, powers: list[int], looked: set[int]) -> None:
        """Whoever looks at records later than others did sees no time run backwards."""
        record, seen = connected(), []
        for second, power in enumerate(powers):
            record = apply(record, told(batch(second, second, power, 30)))
            seen.append(record)
            if second in looked:
                self.assertEqual(record.sums.power.value, power)  # type: ignore[union-attr]
        points = [one.sums.power for one in seen]
        self.assertEqual([point.value for point in points if point], powers)
        times = [point.sourceTime for point in points if point]
        self.assertEqual(times, sorted(times))

    def test_transaction(self) -> None:
        """The energy of a transaction goes on, and with it that of the session."""
        self.record = after(self.record, started(1, 3, 11), told(batch(4, 500, 21, 31)))
        self.record = apply(self.record, told(batch(5, 700, 21, 31)))
        one = self.record.connectors[1]
        assert one.transaction is not None
        self.assertEqual(one.transaction.energy.value, 689)  # type: ignore[union-attr]
        self.assertIsInstance(one.liveLater, LatestLive)
        self.assertIs(one.live.sessionEnergy, one.transaction.energy)
        self.assertEqual(one.live.energy.value, 700)  # type: ignore[union-attr]
