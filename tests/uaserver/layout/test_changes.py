"""What is evaluated when a record changes: only what could differ."""

from __future__ import annotations

from typing import Any

from twisted.trial import unittest

from ocppgw.model import facts as f
from ocppgw.model.point import Point
from ocppgw.model.records import MeterKey
from ocppgw.uaserver.layout.sources import alike
from ocppgw.uaserver.layout.stems import stemOf
from ocppgw.uaserver.nodes import VARIABLE
from ocppgw.uaserver.subscriptions.watching import WatchedSubject
from tests.uaserver.layout.site import START, Site, everything, later


def changedBy(site: Site, *facts: f.Fact) -> set[str]:
    """The variables that say that they may have changed with these facts."""
    before = site.record
    site.apply(*facts)
    changed = [
        node
        for node in everything(site)
        if node.nodeClass == VARIABLE
        and node.subject == "CP1"
        and node.changed(before, site.record)
    ]
    for node in changed:  # what is passed over together never holds one that changed
        assert _isAsked(node, before, site.record), node.nodeId
        if not _isNews(node, before, site.record):
            assert _contentOf(node, before) == _contentOf(node, site.record), node.nodeId
    return {node.nodeId.Identifier.removeprefix("CP1/") for node in changed}


def _isAsked(node: Any, before: Any, after: Any) -> bool:
    """Whether its stem says that it may have changed."""
    if node.stem is None:
        return True
    news = _newsOf(node, before, after, isWhole=True)
    return [value for _, value in news] == [node.valueFrom(after)]


def _isNews(node: Any, before: Any, after: Any, isTimed: bool = False) -> bool:
    """Whether its stem gives its value to somebody who cares for timestamps, or does not."""
    return bool(_newsOf(node, before, after, isTimed=isTimed))


def _newsOf(
    node: Any, before: Any, after: Any, isTimed: bool = False, isWhole: bool = False
) -> list[Any]:
    """What its stem gives, if it is watched alone."""
    subject = WatchedSubject(None)
    subject.watch(node).isTimed = isTimed
    return list(node.stem.trunk.news(before, after, subject.groups[node.stem.trunk], isWhole))


def _contentOf(node: Any, record: Any) -> tuple[str, int]:
    """What filters compare but for timestamps."""
    value = node.valueFrom(record)
    return repr(value.Value.Value), value.StatusCode.value


def valuesOf(site: Site) -> dict[str, Any]:
    """Everything that can be seen of the charge point's values."""
    seen = {}
    for node in everything(site):
        if node.nodeClass == VARIABLE and node.subject == "CP1":
            value = node.valueFrom(site.record)
            seen[node.nodeId.Identifier] = (
                repr(value.Value.Value),
                value.StatusCode.value,
                value.SourceTimestamp,
                value.ServerTimestamp,
            )
    return seen


class Changes(unittest.SynchronousTestCase):
    """`changed` compares parts of records by identity."""

    def setUp(self) -> None:
        self.site = Site()
        self.site.connect()
        self.site.boot()
        self.site.configure(HeartbeatInterval="300")
        self.site.report("Available")
        self.site.measure("Voltage", 230.0)

    def test_messageCounts(self) -> None:
        """A message that says nothing new touches its counters only."""
        found = changedBy(self.site, f.MessageReceived(later(1)))
        self.assertEqual(found, {"LastSeen", "MessagesReceived"})

    def test_status(self) -> None:
        """A new status touches the connector's state, not its measurements."""
        before = self.site.record
        self.site.at = later(1)
        self.site.report("Preparing")
        for path, changes in (
            ("Connectors/1/Status", True),
            ("Connectors/1/Occupied", True),
            ("Connectors/1/MeterValues/Voltage", False),
            ("Connectors/1/Live/Power", False),
            ("Connectors/0/Status", False),
            ("Vendor", False),
        ):
            node = self.site.node(path)
            self.assertIs(node.changed(before, self.site.record), changes, path)

    def test_linkTouchesWhatDependsOnIt(self) -> None:
        """A lost link touches every received value, and no identity value."""
        found = changedBy(self.site, f.LinkLost("gone", later(1)))
        self.assertIn("Connectors/1/Status", found)
        self.assertIn("Connectors/1/MeterValues/Voltage", found)
        self.assertIn("ConfigurationPoints/HeartbeatInterval", found)
        self.assertNotIn("Vendor", found)
        self.assertNotIn("LastCommand", found)

    def test_whatIsPassedOver(self) -> None:
        """New readings of a connector leave its others, its state and other connectors unasked."""
        before = self.site.record
        self.site.report("Available", 2)
        self.site.measure("Power.Active.Import", 7000.0)
        asked = {
            path: _isAsked(self.site.node(path), before, self.site.record)
            for path in (
                "Connectors/1/MeterValues/Voltage",
                "Connectors/1/Live/Power",
                "Connectors/1/Status",
                "Connectors/2/Status",
                "Vendor",
            )
        }
        self.assertEqual(
            [path for path, isAsked in asked.items() if isAsked],
            ["Connectors/1/Live/Power", "Connectors/2/Status"],
        )
        voltage, power = (
            self.site.node(f"Connectors/1/{each}") for each in ("MeterValues/Voltage", "Live/Power")
        )
        self.assertIs(voltage.stem, self.site.node("Connectors/1/MeterValues/Frequency").stem)
        self.assertIsNot(voltage.stem, power.stem)

    def test_toldAgain(self) -> None:
        """What is told again is made for nobody but who asked for other timestamps."""
        self.site.start()
        self.site.measure("Energy.Active.Import.Register", 1200.0)
        before = self.site.record
        self.site.at = later(1)
        self.site.report("Available")
        self.site.measure("Voltage", 230.0)
        self.site.measure("Energy.Active.Import.Register", 1300.0)
        news: dict[bool, set[str]] = {False: set(), True: set()}
        for node in everything(self.site):
            if node.nodeClass != VARIABLE or node.subject != "CP1" or node.stem is None:
                continue
            for isTimed, found in news.items():
                if _isNews(node, before, self.site.record, isTimed):
                    found.add(node.nodeId.Identifier.removeprefix("CP1/"))
        one = "Connectors/1"
        energies = ("Live/Energy", "Live/SessionEnergy", "Transaction/Energy")
        other = {"Energy", f"{one}/MeterValues/Energy.Active.Import.Register"}
        other |= {f"{one}/{each}" for each in energies}
        other |= {f"{one}/StatusTimestamp", f"{one}/Transaction/Duration"}
        self.assertEqual(news[False], other)
        again = ("Status", "ErrorCode", "Charging", "MeterValues/Voltage", "Transaction/IdTag")
        self.assertLessEqual({f"{one}/{each}" for each in again}, news[True])

    def test_saidInAnotherWay(self) -> None:
        """The same number, but for a word that is unknown now, is news; so is another type."""
        self.site.report("Sleeping")
        before = self.site.record
        self.site.report("Dozing")
        number = self.site.node("Connectors/1/StatusNumber")
        self.assertFalse(_isNews(number, before, self.site.record))
        self.site.report("Available")
        free, before = self.site.node("Connectors/1/Charging"), self.site.record
        self.site.report("Sleeping")
        self.assertTrue(_isNews(free, before, self.site.record))
        former, part = Point(1.0, START, START), Point(True, START, START)
        self.assertFalse(alike(former, part))

    def test_madeAnew(self) -> None:
        """Whoever grouped variables by a stem finds the group again, although few are kept."""
        node = self.site.node("Connectors/1/MeterValues/Voltage")
        groups = {node.stem: "grouped"}
        stemOf.cache_clear()
        self.assertEqual(groups.get(node.stem), "grouped")

    def test_nothingIsMissed(self) -> None:
        """Whatever is seen to differ after a fact was told by `changed`."""
        reading = f.Reading(MeterKey("Voltage"), 231.0, "231", "Sample.Periodic", later(2))
        settings = self.site.record.settings
        for fact in (
            f.MessageReceived(later(1)),
            f.Measured(1, None, (reading,), later(2)),
            f.IdTagPresented("TAG1", "Accepted", later(2)),
            f.CommandQueued("HardReset", later(3)),
            f.CommandEnded("HardReset", "", "Accepted", "", "emma", "opcua", later(3), later(3)),
            f.TransactionStarted(7, 1, "TAG1", "Accepted", 5, "t", later(4), later(4)),
            f.TransactionStopped(7, 1, "TAG1", 9, later(5), "Local", later(5)),
            f.AvailabilityAccepted(0, False, later(6)),
            f.Deviated("S7", "odd", "1", later(6)),
            f.HealthMeasured(later(6), 1.0, 2.0, 3.0),
            f.CommandIdTagWritten(1, "TAG2", later(7)),
            f.RemoteStartProgressed(1, "Accepted", later(7)),
            f.ConfigurationCompared(("HeartbeatInterval",), later(7)),
            f.SettingsChanged(settings.__class__(name="Hall"), later(8)),
            f.RebootRequested("HeartbeatInterval", later(8)),
            f.LinkLost("gone", later(9)),
            f.LinkOpened("10.0.0.9:1", later(10)),
            f.IdentityReplaced("CP9", later(11)),
        ):
            before = valuesOf(self.site)
            told = changedBy(self.site, fact)
            after = valuesOf(self.site)
            differs = {path.removeprefix("CP1/") for path in before if before[path] != after[path]}
            self.assertLessEqual(differs, told, fact)

    def test_sharedWhileUnchanged(self) -> None:
        """While its part of the record is the same, a value is the same object."""
        node = self.site.node("Connectors/1/MeterValues/Voltage")
        first = node.valueFrom(self.site.record)
        self.site.apply(f.MessageReceived(later(1)))
        self.assertIs(node.valueFrom(self.site.record), first)

    def test_publishedValuesStay(self) -> None:
        """A DataValue that was given out is never changed: a new value is a new one."""
        node = self.site.node("Connectors/1/Status")
        first = node.valueFrom(self.site.record)
        self.site.at = later(1)
        self.site.report("Faulted")
        self.assertEqual(first.Value.Value, "Available")
        self.assertEqual(node.valueFrom(self.site.record).Value.Value, "Faulted")

    def test_withoutRecord(self) -> None:
        """A record that comes or goes is a change; without one a value is waiting."""
        node = self.site.node("Connectors/1/Status")
        self.assertTrue(node.changed(None, self.site.record))
        self.assertTrue(node.changed(self.site.record, None))
        value = node.valueFrom(None)
        self.assertEqual(value.SourceTimestamp, START)
        self.assertFalse(value.StatusCode.is_good())

    def test_constantsNeverChange(self) -> None:
        """Units and ranges belong to their charge point and never change."""
        node = self.site.node("Connectors/1/Live/Power/EURange")
        before = self.site.record
        self.site.lose(later(1))
        self.assertEqual(node.subject, "CP1")
        self.assertFalse(node.changed(before, self.site.record))

    def test_notifiedLast(self) -> None:
        """The numbers that clients wait for come behind what they count."""
        last = {
            node.nodeId.Identifier
            for node in everything(self.site)
            if node.nodeClass == VARIABLE and node.notifiedLast
        }
        self.assertEqual(last, {"CP1/LastCommandNumber", "CP1/Connectors/1/LastTransaction/Number"})
