"""A state folder of every schema that there ever was is upgraded, and nothing of it is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import inlineCallbacks
from twisted.trial.unittest import SynchronousTestCase, TestCase

from ocppgw.interfaces import Snapshot
from ocppgw.store.copying import faultsOf, schemaOf
from ocppgw.store.schema import VERSION
from ocppgw.store.sqlite import SqliteStore
from tests.store.contract import KEY, LATER, NAMEPLATE, T0, Steps, started
from tests.store.dumps import ENERGY, FOLDER, HASH, life, restore


class DumpTests(SynchronousTestCase):
    """The dumps themselves."""

    def test_each(self) -> None:
        """Each schema has its dump; a new step brings one (``python -m tests.store.dumps``)."""
        found = sorted(int(path.stem) for path in FOLDER.glob("*.sql"))
        self.assertEqual(found, list(range(1, VERSION + 1)))

    def test_life(self) -> None:
        """They all tell the same life, one of a charge point that charges."""
        self.assertEqual(life()[-1], started(2, timestampText="2026-03-01T13:00:00Z"))


class UpgradeTests(TestCase):
    """What a gateway of this release finds in the database of an older one."""

    timeout = 60

    @inlineCallbacks
    def test_everySchema(self) -> Steps:
        """Charge points, transactions, readings, keys, idTags and passwords are there."""
        for number in range(1, VERSION + 1):
            path = Path(self.mktemp()) / "ocppgw.sqlite3"
            path.parent.mkdir()
            restore(number, path)
            store = SqliteStore(path, reactor)
            snapshot = yield store.open(LATER)
            try:
                yield self.check(number, store, snapshot)
            finally:
                yield store.close()
            self.assertEqual((schemaOf(path), faultsOf(path)), (VERSION, ()), number)
            copies = sorted(path.parent.glob("*.schema*"))
            self.assertEqual(len(copies), VERSION - number)

    @inlineCallbacks
    def check(self, number: int, store: SqliteStore, snapshot: Snapshot) -> Any:
        [record] = snapshot.records
        self.assertEqual((record.nodeName, record.identity), ("CP1", "CP1"), number)
        self.assertEqual(record.nameplate.chargePointVendor, NAMEPLATE.chargePointVendor)
        self.assertEqual(record.registration.status, "Accepted")
        connector = record.connectors[1]
        assert connector.status is not None and connector.transaction is not None
        running = connector.transaction
        self.assertEqual(connector.status.status, "Charging")
        self.assertEqual((running.transactionId, running.active), (2, True))
        self.assertEqual(connector.readings[ENERGY].value, 250.5)
        points = record.configuration.points.values()
        self.assertEqual([(one.key, one.text) for one in points], [("Key", "value")])
        self.assertEqual([tag.status for tag in snapshot.idTags], ["Blocked"])
        self.assertEqual(snapshot.lastTransactionId, 2)
        kept = yield store.findTransaction("CP1", 1)
        self.assertEqual((kept.meterStart, kept.meterStop, kept.startTime), (100, 700, T0))
        again = yield store.findStart(KEY)
        self.assertEqual(again.transactionId, 1)
        access = yield store.findAccess("CP1")
        # Passwords came with the second schema.
        self.assertEqual(access.password, HASH if number > 1 else "")
