"""Variables of one stem tell which of its attributes they read: the others are not even asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from attrs import asdict, evolve
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.records import Settings, meterKey
from ocppgw.uaserver.layout.columns import PICKS, Reads, stepsOf
from ocppgw.uaserver.layout.sources import Source
from ocppgw.uaserver.subscriptions.filters import DEFAULT, STATUS_VALUE_TIMESTAMP, DataChange
from ocppgw.uaserver.subscriptions.item import MonitoredItem
from ocppgw.uaserver.subscriptions.watching import WatchedSubject
from tests.model.given import REGISTER
from tests.uaserver.layout.site import PLATE, START, Site, everything, later

STATUS = ("Status", "StatusNumber", "Charging", "Occupied", "Faulted", "ErrorCode")
FIELDS = ("Active", "TransactionId", "IdTag", "StartTime", "StopTime", "MeterStart", "MeterStop")


class ReadsCase(SynchronousTestCase):
    """Variables of one stem, so many that not each is asked."""

    def setUp(self) -> None:
        self.site = Site(Settings(connectors=1))
        self.site.connect()
        self.site.report("Charging")

    def watch(self, *paths: str) -> None:
        """Watch these, of connector 1."""
        self.subject = WatchedSubject(None)
        nodes = [self.site.node(f"Connectors/1/{path}") for path in paths]
        for node in nodes:
            self.subject.watch(node)
        steps = stepsOf(tuple([node.declaration.source for node in nodes]))
        self.assertIsNotNone(steps.reads)

    def newsSince(self, before: Any, isWhole: bool = False) -> dict[str, Any]:
        """What is told of the present record after another one."""
        ((trunk, stems),) = self.subject.groups.items()
        found = trunk.news(before, self.site.record, stems, isWhole)
        return {watched.node.declaration.name: value for watched, value in found}


class StatusReadsTests(ReadsCase):
    """Variables that hang on one status."""

    def setUp(self) -> None:
        super().setUp()
        self.watch(*STATUS, "StatusTimestamp")

    def told(self, status: str, errorCode: str = "NoError", isWhole: bool = False) -> list[str]:
        """What is told with a further status, a second later."""
        before = self.site.record
        self.site.at += timedelta(seconds=1)
        self.site.report(status, errorCode=errorCode)
        return list(self.newsSince(before, isWhole))

    def test_others(self) -> None:
        """Only what follows from that which is another one is told."""
        self.assertEqual(self.told("Charging"), ["StatusTimestamp"])
        self.assertEqual(self.told("Charging", "OtherError"), ["ErrorCode", "StatusTimestamp"])
        words = ["Status", "StatusNumber"]
        changed = self.told("SuspendedEV", "OtherError")
        self.assertEqual(changed, [*words, "Charging", "StatusTimestamp"])
        self.assertEqual(self.told("Finishing", "OtherError"), [*words, "StatusTimestamp"])

    def test_foreign(self) -> None:
        """A word that is unknown makes all that follows from it uncertain; another one, no more."""
        self.assertEqual(self.told("Sleeping"), [*STATUS[:5], "StatusTimestamp"])
        self.assertEqual(self.told("Dozing"), ["Status", "StatusTimestamp"])

    def test_whole(self) -> None:
        """Where values were lost all are told, whatever they read."""
        self.assertEqual(self.told("Charging", isWhole=True), [*STATUS, "StatusTimestamp"])

    def test_timed(self) -> None:
        """Once timestamps are news to somebody all is told to him, and no more when he is gone."""
        self.assertEqual(self.told("Charging"), ["StatusTimestamp"])
        watched = self.subject.nodes["CP1/Connectors/1/ErrorCode"]
        owner: Any = None
        item = MonitoredItem(owner, 1, watched.node, None, False)
        item.filter = DataChange(STATUS_VALUE_TIMESTAMP)
        watched.add(item)
        self.assertEqual(self.told("Charging"), ["ErrorCode", "StatusTimestamp"])
        item.filter = DEFAULT
        watched.judge()
        self.assertEqual(self.told("Charging"), ["StatusTimestamp"])


class TransactionReadsTests(ReadsCase):
    """Variables that hang on one transaction, of which sometimes the StatusCode alone changes."""

    def setUp(self) -> None:
        super().setUp()
        self.watch(*(f"Transaction/{name}" for name in FIELDS))

    def begun(self, number: int, isRecovered: bool = False) -> f.TransactionStarted:
        """Transactions that differ in nothing else."""
        return f.TransactionStarted(
            number, 1, "TAG1", "Accepted", 1000, "t", START, START, isRecovered=isRecovered
        )

    def seen(self, *facts: f.Fact) -> list[str]:
        """What is news to clients of what is told with further facts."""
        before = self.site.record
        self.site.apply(*facts)
        nodes = {name: self.site.node(f"Connectors/1/Transaction/{name}") for name in FIELDS}
        return [
            name
            for name, value in self.newsSince(before).items()
            if DEFAULT.passes(nodes[name].valueFrom(before), value)
        ]

    def test_suspect(self) -> None:
        """That it may be over makes Active uncertain, and a sign that it goes on good again."""
        self.site.apply(self.begun(7))
        self.assertEqual(self.seen(f.TransactionSuspected(7, 1, later(9))), ["Active"])
        reading = f.Reading(meterKey(REGISTER), 1100.0, "1100", "Sample.Periodic", later(10))
        self.assertEqual(self.seen(f.Measured(1, 7, (reading,), later(10))), ["Active"])

    def test_isRecovered(self) -> None:
        """What was guessed is good once the same is known."""
        self.site.apply(self.begun(7, isRecovered=True))
        changed = self.seen(self.begun(8))
        self.assertEqual(changed, ["TransactionId", "IdTag", "StartTime", "MeterStart"])

    def test_active(self) -> None:
        """With the end nothing is waited for any more: MeterStop tells that it will never come."""
        self.site.apply(self.begun(7))
        stopped = f.TransactionStopped(7, 1, "TAG1", None, later(9), "Local", later(9))
        self.assertEqual(self.seen(stopped), ["Active", "StopTime", "MeterStop"])


class ReadAllTests(SynchronousTestCase):
    """Each source names all that it reads."""

    def sites(self) -> tuple[Site, Site]:
        """Two charge points, of which as little as possible is alike."""
        one, other = Site(), Site()
        one.connect()
        one.boot()
        one.report("Charging")
        one.start(6)
        one.stop(1500, 6)
        one.start(7)
        one.apply(f.IdTagPresented("TAG1", "Accepted", later(1)))
        plate = {name: f"other {text}" for name, text in asdict(PLATE).items() if name != "at"}
        other.at = later(60)
        other.connect()
        other.apply(f.Booted(evolve(PLATE, **plate, at=later(61)), "Pending", later(61)))
        other.report("Sleeping", errorCode="Melting")
        other.start(8)
        other.stop(None, 8)
        other.apply(f.IdTagPresented("TAG2", "Blocked", later(63)))
        return one, other

    def test_complete(self) -> None:
        """Whatever attribute makes another value or quality is one that is told to be read."""
        one, other = self.sites()
        missing, roots = [], set()
        for node in everything(one):
            source = getattr(node.declaration, "source", None)
            if source is None or node.subject != "CP1" or not source.reads or not source.isRoot:
                continue
            parts = [getattr(holderOf(node, site.record), rootOf(source)) for site in (one, other)]
            if None in parts:
                continue
            roots.add(rootOf(source))
            for mine, theirs in (parts, reversed(parts)):
                shown = shownOf(source, attributesOf(mine))
                for name, value in differing(attributesOf(mine), attributesOf(theirs)):
                    changed = {**attributesOf(mine), name: value}
                    if shownOf(source, changed) != shown and name not in source.reads:
                        missing.append((node.nodeId.Identifier, name))
        self.assertEqual(missing, [])
        told = {"status", "transaction", "lastTransaction", "nameplate", "lastIdTag"}
        self.assertLessEqual(told, roots)


def holderOf(node: Any, record: Any) -> Any:
    """The record that its object stands for."""
    number = node.stem.connectorId
    return record if number is None else record.connectors[number]


def rootOf(source: Source) -> str:
    """The attribute of its holder as it is read, be it computed later or not."""
    assert source.root is not None
    return source.root.removesuffix("Later")


def attributesOf(part: Any) -> dict[str, Any]:
    """All that can be read of it, be it computed or not."""
    names = (name for name in dir(part) if not name.startswith("_"))
    found = {name: getattr(part, name) for name in names}
    return {name: value for name, value in found.items() if not callable(value)}


def differing(mine: dict[str, Any], theirs: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Other values of its attributes, one at a time."""
    for name, value in mine.items():
        yield name, not value if isinstance(value, bool) else theirs[name]


def shownOf(source: Source, attributes: dict[str, Any]) -> tuple[Any, Any] | None:
    """What is seen of a part with these attributes, but for its times."""
    holder = SimpleNamespace(**{rootOf(source): SimpleNamespace(**attributes)})
    point = source.point(holder, START)
    return None if point is None else (point.value, point.quality)


class PicksTests(SynchronousTestCase):
    """What is remembered of combinations."""

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
