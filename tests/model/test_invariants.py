"""What holds for a charge point's record whatever happens, in whatever order."""

from __future__ import annotations

from typing import get_args

import msgspec
from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.applying import TABLE, apply, timeOf
from ocppgw.model.connectors import LIMIT
from ocppgw.model.point import Point
from ocppgw.model.records import (
    ChargePointRecord,
    ConfigurationPoint,
    Nameplate,
    Settings,
    Sums,
)
from ocppgw.model.sharing import changed
from ocppgw.model.sums import withSums
from tests.model.given import (
    POWER,
    REGISTER,
    after,
    at,
    connected,
    known,
    measured,
    reading,
    started,
    status,
    stopped,
)

SECONDS = st.integers(-1000, 1000)
CONNECTORS = st.sampled_from([-1, 0, 1, 2, 3, LIMIT, LIMIT + 1])
IDS = st.integers(1, 4)
WORDS = st.sampled_from(
    ["Available", "Preparing", "Charging", "SuspendedEV", "Unavailable", "Faulted", "Foreign"]
)
KEYS = st.tuples(
    st.sampled_from([POWER, REGISTER, "Current.Import", "Voltage", "Power.Offered", "W"]),
    st.sampled_from(["", "L1", "L2", "L1-N"]),
)
NUMBERS = st.one_of(st.none(), st.integers(0, 10**7).map(float))
READINGS = st.builds(lambda k, v, s: reading(k[0], v, s, k[1]), KEYS, NUMBERS, SECONDS)
MESSAGES = st.builds(
    lambda readings, received, connectorId: measured(
        *readings, received=received, connectorId=connectorId
    ),
    st.lists(READINGS, min_size=1, max_size=6),
    SECONDS,
    CONNECTORS,
)
MOMENTS = SECONDS.map(at)

FACTS = st.one_of(
    MESSAGES,
    MESSAGES,
    st.builds(status, WORDS, SECONDS, CONNECTORS, SECONDS),
    st.builds(started, IDS, SECONDS, st.integers(0, 10**6), CONNECTORS, SECONDS),
    st.builds(
        stopped, IDS, SECONDS, st.one_of(st.none(), st.integers(0, 10**7)), CONNECTORS, SECONDS
    ),
    st.builds(f.LinkOpened, st.just("a"), MOMENTS, st.booleans()),
    st.builds(f.LinkLost, st.just("x"), MOMENTS),
    st.builds(f.LiveAged, CONNECTORS, MOMENTS),
    st.builds(f.AvailabilityAccepted, CONNECTORS, st.booleans(), MOMENTS),
    st.builds(f.MessageReceived, MOMENTS),
    st.builds(f.Deviated, st.just("k"), st.just("t"), st.just("e"), MOMENTS),
    st.builds(f.Booted, st.builds(Nameplate), st.just("Accepted"), MOMENTS),
    st.builds(f.RemoteStartProgressed, CONNECTORS, st.just("Accepted"), MOMENTS),
    st.builds(
        f.SettingsChanged,
        st.builds(Settings, enabled=st.booleans(), zeroWhenIdle=st.booleans()),
        MOMENTS,
    ),
    st.builds(
        lambda key, text, when: f.ConfigurationReported(
            (ConfigurationPoint(key, text, False, when),), (), when
        ),
        st.sampled_from(["NumberOfConnectors", "X"]),
        st.sampled_from(["1", "2", "x", None]),
        MOMENTS,
    ),
)
HISTORIES = st.lists(FACTS, max_size=25)

COUNTERS = (
    lambda record: record.traffic.messagesReceived,
    lambda record: record.deviations.count,
    lambda record: record.link.reconnects,
    lambda record: sum(one.finished for one in record.connectors.values()),
    lambda record: len(record.connectors),
    lambda record: len(record.configuration.points),
)


def steps(history: list[f.Fact]) -> list[tuple[ChargePointRecord, f.Fact, ChargePointRecord]]:
    """Each record, what happened then, and the record after it."""
    record, found = connected(), []
    for fact in history:
        new = apply(record, fact)
        found.append((record, fact, new))
        record = new
    return found


def plain(sums: Sums) -> list[object]:
    """The values and qualities of sums, times left aside."""
    parts = [getattr(sums, name) for name in Sums.__struct_fields__ if name != "at"]
    return [(p.value, p.quality) if isinstance(p, Point) else p for p in parts]


class RecordInvariants(SynchronousTestCase):
    """For any history of facts."""

    @given(HISTORIES)
    def test_sums(self, history: list[f.Fact]) -> None:
        """The sums that are carried along are those of a computation from nothing."""
        record = after(connected(), *history)
        fresh = withSums(changed(record, sumsLater=Sums()), at(0))
        self.assertEqual(plain(record.sums), plain(fresh.sums))

    @given(HISTORIES)
    def test_sharing(self, history: list[f.Fact]) -> None:
        """
        A sub-record that equals the one before is the one before, and so is the record.

        Readings that were received twice at one and the same moment are not looked for.
        """
        for old, fact, new in steps(history):
            if isinstance(fact, f.Measured):
                continue
            if new is not old:
                self.assertNotEqual(new, old, fact)
            for field in msgspec.structs.fields(ChargePointRecord):
                before, now = getattr(old, field.name), getattr(new, field.name)
                if now is not before and field.name != "sumsLater":
                    self.assertNotEqual(now, before, (field.name, fact))

    @given(HISTORIES)
    def test_otherConnectors(self, history: list[f.Fact]) -> None:
        """What happens at one connector leaves the records of the others the same objects."""
        for old, fact, new in steps(history):
            if isinstance(fact, f.Measured | f.StatusReported | f.LiveAged):
                for number, one in old.connectors.items():
                    if number != fact.connectorId:
                        self.assertIs(new.connectors[number], one)

    @given(HISTORIES)
    def test_onlyGrow(self, history: list[f.Fact]) -> None:
        """Counters, connectors and configuration keys never become fewer."""
        for old, fact, new in steps(history):
            for counter in COUNTERS:
                self.assertGreaterEqual(counter(new), counter(old), fact)

    @given(HISTORIES)
    def test_identityIsKept(self, history: list[f.Fact]) -> None:
        """Nothing that a charge point says changes who it is or under which name it is found."""
        for old, _, new in steps(history):
            self.assertEqual(
                (new.nodeName, new.identity, new.knownSince),
                (old.nodeName, old.identity, old.knownSince),
            )

    @given(HISTORIES)
    def test_connectors(self, history: list[f.Fact]) -> None:
        """Every connector is found under its own number, within the bounds; 0 is always there."""
        record = after(connected(), *history)
        self.assertIn(0, record.connectors)
        for number, one in record.connectors.items():
            self.assertEqual(one.connectorId, number)
            self.assertTrue(0 <= number <= LIMIT)

    @given(HISTORIES)
    def test_transactions(self, history: list[f.Fact]) -> None:
        """A finished transaction is counted once, is never active and never gets another id."""
        for old, fact, new in steps(history):
            for number, one in new.connectors.items():
                before = old.connectors.get(number)
                finished = 0 if before is None else before.finished
                last = None if before is None else before.lastTransaction
                self.assertEqual(one.lastTransaction is not last, one.finished != finished, fact)
                if one.lastTransaction is not None:
                    self.assertFalse(one.lastTransaction.active)

    @given(HISTORIES)
    def test_energyIsNeverNegative(self, history: list[f.Fact]) -> None:
        """Whatever the registers say, no transaction charged less than nothing."""
        for _, _, new in steps(history):
            for one in new.connectors.values():
                if one.transaction is not None and one.transaction.energy is not None:
                    charged = one.transaction.energy.value
                    assert isinstance(charged, float)
                    self.assertGreaterEqual(charged, 0.0)

    @given(HISTORIES)
    def test_alarm(self, history: list[f.Fact]) -> None:
        """Alarm is exactly: enabled, and not connected or Faulted somewhere."""
        record = after(connected(), *history)
        statuses = {one.status.status for one in record.connectors.values() if one.status}
        self.assertEqual(
            record.sums.alarm,
            record.settings.enabled and (not record.link.connected or "Faulted" in statuses),
        )


class TableTests(SynchronousTestCase):
    """Every fact has its function."""

    WITHOUT_RECORD = frozenset({f.ChargePointRemoved, f.IdTagChanged, f.IdTagRemoved})

    def test_complete(self) -> None:
        """Every kind of fact can be applied, but those that no record can take."""
        self.assertEqual(set(TABLE), set(get_args(f.Fact)) - self.WITHOUT_RECORD)

    def test_siteFact(self) -> None:
        """A fact of the site is refused, loudly."""
        with self.assertRaises(KeyError):
            apply(known(), f.IdTagRemoved("T", at(0)))

    def test_timeOf(self) -> None:
        """Every fact says when it was learnt."""
        self.assertEqual(timeOf(status("Available", 1, received=5)), at(5))
        self.assertEqual(timeOf(started(1, 0, received=6)), at(6))
        self.assertEqual(timeOf(f.MessageReceived(at(7))), at(7))
