"""What is known at a start: the store's records, and what the file says of them by now."""

from __future__ import annotations

from typing import Any

from twisted.logger import capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.restoring import announced, restored
from ocppgw.config.repeated import ChargePointTable
from ocppgw.model.records import ChargePointRecord, ConnectorRecord, Settings
from ocppgw.model.sharing import changed
from tests.central.support import START, configured

KNOWN = ChargePointRecord("CP1", "CP1", START)
CHOSEN = changed(
    KNOWN, settings=Settings(name="Lobby", description="by hand", chosen=frozenset({"name"}))
)


class RestoredTests(SynchronousTestCase):
    """Records of the store, under the file of this start."""

    def restore(self, record: ChargePointRecord = KNOWN, **keys: Any) -> ChargePointRecord:
        """The record of CP1 after a start with these keys in the file."""
        [found] = restored((record,), configured(ChargePointTable(identity="CP1", **keys)))
        return found

    def test_moreConnectors(self) -> None:
        """Connectors that the file has more by now are there at once, as for a newcomer."""
        self.assertEqual(list(self.restore(connectors=3).connectors), [0, 1, 2, 3])

    def test_noConnectorIsTakenAway(self) -> None:
        """Connectors that were known stay as they are, whatever the file says."""
        told = ConnectorRecord(2, commandIdTag="A")
        record = changed(KNOWN, connectors={0: ConnectorRecord(0), 2: told})
        self.assertIs(self.restore(record, connectors=1).connectors[2], told)

    def test_runtimeWins(self) -> None:
        """What somebody chose at runtime wins over the file, and nothing else does."""
        settings = self.restore(CHOSEN, name="File", description="File").settings
        self.assertEqual((settings.name, settings.description), ("Lobby", "File"))

    def test_nodeNameStays(self) -> None:
        """A node name that the file changes later stays, and the log says how to change it."""
        with capturedLogs() as events:
            self.assertEqual(self.restore(node="Gate 7").nodeName, "CP1")
        [event] = events
        self.assertEqual((event["kept"], event["wanted"]), ("CP1", "Gate 7"))

    def test_lockedWins(self) -> None:
        """What the file locks is the file's, also where somebody chose before."""
        settings = self.restore(CHOSEN, name="File", locked=True).settings
        self.assertEqual((settings.name, settings.chosen), ("File", frozenset()))


class AnnouncedTests(SynchronousTestCase):
    """What the file names and the store does not know."""

    def names(self, *records: ChargePointRecord) -> list[str]:
        """The node names that the file announces beside these records."""
        tables = ChargePointTable(identity="CP1"), ChargePointTable(identity="X", node="Gate")
        return [fact.nodeName for fact in announced(records, configured(*tables), START)]

    def test_unknown(self) -> None:
        """Each table of the file becomes known, under its node name."""
        self.assertEqual(self.names(), ["CP1", "Gate"])

    def test_known(self) -> None:
        """A known identity is not announced again, nor is a node name that is taken."""
        self.assertEqual(self.names(KNOWN), ["Gate"])
        self.assertEqual(self.names(ChargePointRecord("Gate", "OLD", START)), ["CP1"])
