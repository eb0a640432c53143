"""What is new in messages of one kind is found by comparing numbers: the same as by points."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import Any

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.applying import apply
from ocppgw.model.latest import LatestLive, LatestReadings
from ocppgw.model.records import ChargePointRecord, Settings
from ocppgw.uaserver.subscriptions.filters import DEFAULT
from ocppgw.uaserver.subscriptions.watching import WatchedSubject
from tests.model.given import POWER, REGISTER, at, connected
from tests.model.test_batch import batch, told
from tests.uaserver.layout.histories import HISTORIES, PHASES
from tests.uaserver.layout.site import Site

NAMES = (
    *(f"Live/{name}" for name in ("Power", "Energy", "SessionEnergy", "CurrentL1", "SoC")),
    "Live/VoltageL1",
    "MeterValues/Energy.Active.Import.Register",
    "MeterValues/Energy.Active.Import.Register.L1",
    *(f"MeterValues/Power.Active.Import{each}" for each in ("", ".L1", ".L2")),
    "MeterValues/Current.Import.L1",
    "MeterValues/SoC",
    "MeterValues/Frequency",
)
WHOLE = (*NAMES[6:], "Status", "StatusNumber", "StatusTimestamp", "ErrorCode", "Info", "Faulted")
"""What there is of the charge point as a whole, its connector 0."""
TOLD = (
    *("Status", "StatusNumber", "StatusTimestamp", "ErrorCode", "ErrorNumber", "Info"),
    *("VendorErrorCode", "Charging", "Occupied", "Faulted"),
    *("TransactionId", "Active", "IdTag", "StartTime", "MeterStart", "MeterStop", "StopTime"),
    *("StopReason", "Energy", "Duration"),
)
"""What hangs on a status, or on a transaction."""
PATHS = (
    *(f"Connectors/{number}/{name}" for number in (1, 2) for name in NAMES),
    *(f"Connectors/0/{name}" for name in WHOLE),
    *(f"Connectors/1/{name}" for name in TOLD[:10]),
    *(f"Connectors/1/Transaction/{name}" for name in TOLD[10:]),
    *(f"Connectors/1/LastTransaction/{name}" for name in TOLD[10:]),
    "Power",
    "Energy",
    "ConnectorsCharging",
    "MessagesReceived",
)
INDICES = st.integers(0, len(PATHS) - 1)
MOST = 48
"""Facts of a history."""
TURNS = st.lists(
    st.one_of(st.none(), st.tuples(INDICES, st.booleans(), st.booleans())),
    min_size=MOST,
    max_size=MOST,
)
"""Who begins or ceases to be watched after a record: a node; all of its stem?  Timed?"""


def contentOf(value: Any) -> tuple[Any, ...]:
    """All that is told of a value."""
    content = value.Value
    code = value.StatusCode.value
    kind = content.VariantType
    return repr(content.Value), kind, code, value.SourceTimestamp, value.ServerTimestamp


class ColumnsTests(SynchronousTestCase):
    """Variables of one charge point, and records of any history."""

    def setUp(self) -> None:
        self.site = Site(Settings(connectors=2))
        self.nodes = [self.site.node(path) for path in PATHS]

    def watched(self, timed: Iterable[int] = ()) -> WatchedSubject:
        """All of them are watched, some by whom other timestamps are news to."""
        subject = WatchedSubject(None)
        for index, node in enumerate(self.nodes):
            subject.watch(node).isTimed = index in timed
        return subject

    def news(
        self, subject: WatchedSubject, before: Any, now: Any, isWhole: bool = False
    ) -> dict[Any, Any]:
        """The values that are told, by node."""
        return {
            watched: value
            for trunk, stems in subject.groups.items()
            for watched, value in trunk.news(before, now, stems, isWhole)
        }

    def turn(self, subject: WatchedSubject, node: Any, isAll: bool, isTimed: bool) -> None:
        """Watch a node no more, or again; or whatever hangs on the same."""
        watched = subject.nodes.get(node.nodeId.Identifier)
        for each in self.nodes if isAll else [node]:
            found = subject.nodes.get(each.nodeId.Identifier)
            if each.stem is not node.stem or (found is None) is not (watched is None):
                continue
            if found is None:
                subject.watch(each).isTimed = isTimed
            else:
                subject.forget(found)

    @given(HISTORIES, st.sets(INDICES), st.booleans(), st.integers(1, 3), TURNS)
    def test_same(
        self,
        history: list[f.Fact],
        timed: set[int],
        isWhole: bool,
        stride: int,
        turns: list[tuple[int, bool, bool] | None],
    ) -> None:
        """
        Each value is that of the record; what is not told is news to nobody.

        Whoever begins or ceases to be watched meanwhile.
        """
        records = [record := connected()]
        for fact in history:
            records.append(record := apply(record, fact))
        subject = self.watched(timed)
        for (before, now), turn in zip(pairwise(records[::stride]), turns, strict=False):
            news = self.news(subject, before, now, isWhole)
            for watched in subject.nodes.values():
                was, value = (watched.node.valueFrom(each) for each in (before, now))
                if watched in news:
                    self.assertEqual(contentOf(news.pop(watched)), contentOf(value))
                elif isWhole or watched.isTimed:
                    self.assertEqual(contentOf(was), contentOf(value))
                else:
                    self.assertFalse(DEFAULT.passes(was, value), watched.node.nodeId)
            self.assertEqual(news, {}, "told of what is not watched")
            if turn is not None:
                index, isAll, isTimed = turn
                self.turn(subject, self.nodes[index], isAll, isTimed)

    def usual(self, *messages: f.Measured) -> list[ChargePointRecord]:
        """The records after two messages, and after each further one."""
        record, *further = [connected()]
        for fact in messages:
            further.append(record := apply(record, fact))
        return further[1:]

    def test_noPoints(self) -> None:
        """No point is made of what is told, be it a reading or one of Live, nor of what is not."""
        before, now = self.usual(*(told(batch(second, second, 7, 7)) for second in (1, 2, 3)))
        subject = self.watched()
        for path in ("Power", "Energy", "ConnectorsCharging"):  # of sums there are points
            subject.forget(subject.nodes[f"CP1/{path}"])
        told_ = {
            watched.node.nodeId.Identifier: value.number
            for watched, value in self.news(subject, before, now).items()
        }
        one = "CP1/Connectors/1"
        register = f"{one}/MeterValues/Energy.Active.Import.Register"
        self.assertEqual(told_, {register: 3.0, f"{one}/Live/Energy": 3.0})
        for record in (before, now):
            readings, live = record.connectors[1].readings, record.connectors[1].liveLater
            assert isinstance(readings, LatestReadings)
            assert isinstance(live, LatestLive)
            self.assertEqual((readings.batch.made, live.made), (None, None))

    def test_shared(self) -> None:
        """A value is made once, be it of a reading or of Live, for all who watch."""
        before, now = self.usual(*(told(batch(second, second, 7, 7)) for second in (1, 2, 3)))
        values = [
            value
            for subject in (self.watched(), self.watched())
            for watched, value in self.news(subject, before, now).items()
            if watched.node.nodeId.Identifier.endswith(("Register", "Live/Energy"))
        ]
        self.assertEqual((len(values), len(set(map(id, values)))), (4, 1))

    def test_sums(self) -> None:
        """Phases that are added up are without the noise of binary fractions."""
        before, now = self.usual(
            *(told(batch(second, 0.1, second / 10, plan=PHASES)) for second in (1, 2, 3))
        )
        news = self.news(self.watched(), before, now)
        values = {watched.node.nodeId.Identifier: value for watched, value in news.items()}
        self.assertEqual(values["CP1/Connectors/1/Live/Power"].number, 0.4)

    def test_others(self) -> None:
        """Who is watched besides, or no more, is told of, or is not."""
        first, second, third = self.usual(
            *(told(batch(second, second, second, second)) for second in (1, 2, 3, 4))
        )
        subject, node = WatchedSubject(None), self.nodes[0]
        power = subject.watch(node)
        self.assertEqual(list(self.news(subject, first, second)), [power])
        energy = subject.watch(self.nodes[1])
        self.assertEqual(list(self.news(subject, first, second)), [power, energy])
        subject.forget(power)
        self.assertEqual(list(self.news(subject, second, third)), [energy])

    def test_otherStems(self) -> None:
        """Whoever is the first of a stem is told of, and so are the rest when its last is gone."""
        first, second, third, fourth = self.usual(
            *(told(batch(seconds, seconds, 5, 7)) for seconds in (1, 2, 3, 4, 5))
        )
        subject = WatchedSubject(None)
        state = subject.watch(self.site.node("Connectors/1/Status"))
        self.assertEqual(list(self.news(subject, first, second)), [])
        register = subject.watch(self.site.node(f"Connectors/1/MeterValues/{REGISTER}"))
        self.assertEqual(list(self.news(subject, second, third)), [register])
        subject.forget(state)
        self.assertEqual(list(self.news(subject, third, fourth)), [register])

    def test_repeated(self) -> None:
        """A repeated number is told to whom a new time is news; all are where values were lost."""
        before, now = self.usual(*(told(batch(second, 3, 5, 7)) for second in (1, 2, 3)))
        one = "CP1/Connectors/1"
        numbers = {f"{one}/MeterValues/{name}" for name in (REGISTER, POWER, "Current.Import.L1")}
        numbers |= {f"{one}/Live/{name}" for name in ("Energy", "Power", "CurrentL1")}
        timed = f"{one}/MeterValues/{POWER}"
        index = [node.nodeId.Identifier for node in self.nodes].index(timed)
        for isWhole, toBeTold in ((False, {timed}), (True, numbers)):
            news = self.news(self.watched([index]), before, now, isWhole)
            found = {watched.node.nodeId.Identifier: value for watched, value in news.items()}
            self.assertEqual(numbers & set(found), toBeTold)
            self.assertEqual(found[timed].number, 5.0)
            self.assertEqual(found[timed].SourceTimestamp, at(3))

    def test_anotherPlan(self) -> None:
        """A message of another kind is held against what was there."""
        before, now = self.usual(
            told(batch(1, 1, 5, 7)), told(batch(2, 2, 5, 7)), told(batch(3, 9, 8, plan=PHASES))
        )
        news = self.news(self.watched(), before, now)
        told_ = {watched.node.nodeId.Identifier.removeprefix("CP1/") for watched in news}
        one = "Connectors/1"
        phases = {f"{one}/MeterValues/Power.Active.Import.L{each}" for each in (1, 2)}
        self.assertLessEqual(phases, told_)
        self.assertNotIn(f"{one}/MeterValues/Energy.Active.Import.Register", told_)

    def test_lostLink(self) -> None:
        """Messages that are told after the link was lost are seen so."""
        gone = apply(self.usual(told(batch(1, 1, 5, 7)), told(batch(2, 2, 5, 7)))[0], lost())
        late = apply(gone, told(batch(3, 3, 5, 7)))
        late, last = apply(late, told(batch(4, 4, 5, 7))), apply(late, told(batch(5, 6, 5, 7)))
        for watched, value in self.news(self.watched(), late, last).items():
            self.assertEqual(contentOf(value), contentOf(watched.node.valueFrom(last)))
        self.assertTrue(self.news(self.watched(), late, last))


def lost() -> f.LinkLost:
    """The link is lost."""
    return f.LinkLost("gone", at(2))
