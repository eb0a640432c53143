"""What is new in messages of one kind is found by comparing numbers: the same as by points."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.applying import apply
from ocppgw.model.batch import planOf
from ocppgw.model.latest import LatestLive, LatestReadings
from ocppgw.model.records import ChargePointRecord, Settings, meterKey
from ocppgw.uaserver.layout.columns import PICKS, Reads
from ocppgw.uaserver.subscriptions.filters import DEFAULT, STATUS_VALUE_TIMESTAMP, DataChange
from ocppgw.uaserver.subscriptions.item import MonitoredItem
from ocppgw.uaserver.subscriptions.watching import WatchedSubject
from tests.model.given import POWER, at, connected
from tests.model.test_batch import HISTORIES, batch, told
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
TOLD = (
    *("Status", "StatusNumber", "StatusTimestamp", "ErrorCode", "Charging", "Occupied", "Faulted"),
    *("TransactionId", "Active", "IdTag", "StartTime", "MeterStart", "MeterStop", "StopTime"),
    *("StopReason", "Energy", "Duration"),
)
"""What hangs on a status, or on a transaction."""
PATHS = (
    *(f"Connectors/{number}/{name}" for number in (1, 2) for name in NAMES),
    *(f"Connectors/1/{name}" for name in TOLD[:7]),
    *(f"Connectors/1/Transaction/{name}" for name in TOLD[7:]),
    *(f"Connectors/1/LastTransaction/{name}" for name in TOLD[7:]),
    "Power",
    "Energy",
    "ConnectorsCharging",
    "MessagesReceived",
)
PHASES = planOf((meterKey(POWER, "L1"), meterKey(POWER, "L2")), ("Sample.Periodic",) * 2)


def contentOf(value: Any) -> tuple[Any, ...]:
    """All that is told of a value."""
    content = value.Value
    code = value.StatusCode.value
    kind = content.VariantType
    return repr(content.Value), kind, code, value.SourceTimestamp, value.ServerTimestamp


class ColumnsTests(SynchronousTestCase):
    """Variables of one charge point, and records of any history."""

    def setUp(self) -> None:
        site = Site(Settings(connectors=2))
        self.nodes = [site.node(path) for path in PATHS]

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

    @given(HISTORIES, st.sets(st.integers(0, len(PATHS) - 1)), st.booleans(), st.integers(1, 3))
    def test_same(self, history: list[f.Fact], timed: set[int], isWhole: bool, stride: int) -> None:
        """Each value is that of the record; what is not told differs in its times at most."""
        records = [record := connected()]
        for fact in history:
            records.append(record := apply(record, fact))
        subject = self.watched(timed)
        for before, now in pairwise(records[::stride]):
            news = self.news(subject, before, now, isWhole)
            for watched in subject.nodes.values():
                was, value = (contentOf(watched.node.valueFrom(each)) for each in (before, now))
                if watched in news:
                    self.assertEqual(contentOf(news[watched]), value)
                elif isWhole or watched.isTimed:
                    self.assertEqual(was, value)
                else:
                    self.assertEqual(was[:3], value[:3])

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


class ReadsTests(SynchronousTestCase):
    """Variables that hang on one status."""

    def setUp(self) -> None:
        self.site = Site(Settings(connectors=1))
        self.site.connect()
        self.site.report("Charging")
        self.subject = WatchedSubject(None)
        for name in ("Status", "Charging", "ErrorCode", "StatusTimestamp"):
            self.subject.watch(self.site.node(f"Connectors/1/{name}"))

    def news(self, status: str, errorCode: str = "NoError") -> list[str]:
        """What is told with a further status, a second later."""
        before = self.site.record
        self.site.at += timedelta(seconds=1)
        self.site.report(status, errorCode=errorCode)
        ((trunk, stems),) = self.subject.groups.items()
        found = trunk.news(before, self.site.record, stems, False)
        return [watched.node.declaration.name for watched, _ in found]

    def test_others(self) -> None:
        """Only what follows from that which is another one is told."""
        self.assertEqual(self.news("Charging"), ["StatusTimestamp"])
        self.assertEqual(self.news("Charging", "OtherError"), ["ErrorCode", "StatusTimestamp"])
        changed = self.news("SuspendedEV", "OtherError")
        self.assertEqual(changed, ["Status", "Charging", "StatusTimestamp"])
        self.assertEqual(self.news("Finishing", "OtherError"), ["Status", "StatusTimestamp"])

    def test_timed(self) -> None:
        """Once timestamps are news to somebody all is told to him, and no more when he is gone."""
        self.assertEqual(self.news("Charging"), ["StatusTimestamp"])
        watched = self.subject.nodes["CP1/Connectors/1/ErrorCode"]
        owner: Any = None
        item = MonitoredItem(owner, 1, watched.node, None, False)
        item.filter = DataChange(STATUS_VALUE_TIMESTAMP)
        watched.add(item)
        self.assertEqual(self.news("Charging"), ["ErrorCode", "StatusTimestamp"])
        item.filter = DEFAULT
        watched.judge()
        self.assertEqual(self.news("Charging"), ["StatusTimestamp"])

    def test_bound(self) -> None:
        """However many combinations of attributes change, few are remembered."""
        names = [f"n{index}" for index in range(10)]
        reads = Reads(names, [{name} for name in names])
        before = SimpleNamespace(**dict.fromkeys(names, 0))
        for number in range(1 << 10):
            changed = [index for index in range(10) if number >> index & 1]
            after = SimpleNamespace(**{name: number >> i & 1 for i, name in enumerate(names)})
            self.assertEqual(list(reads.changed(before, after)(range(10))), changed)
        self.assertLessEqual(len(reads._picks), PICKS)
