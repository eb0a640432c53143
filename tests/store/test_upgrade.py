"""A state folder of every schema that there ever was is upgraded, and nothing of it is lost."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec import json
from msgspec.structs import replace
from twisted.internet import reactor
from twisted.internet.defer import inlineCallbacks
from twisted.trial.unittest import SynchronousTestCase, TestCase

from ocppgw.interfaces import Snapshot
from ocppgw.model import facts as f
from ocppgw.store.backlog import Entry
from ocppgw.store.batches import write
from ocppgw.store.copying import faultsOf, schemaOf
from ocppgw.store.database import prepare
from ocppgw.store.ids import Ids
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


VALUES = """SELECT charge_point, connector, kind, transaction_id, value, text, context,
    source_time, received_time FROM {}"""


class MeterValueTests(SynchronousTestCase):
    """The fifth schema keeps in one row what was sampled at one instant."""

    ROWS = (
        # Two messages with one instant, one of which has no transaction; and a later one.
        (1, 1, 1, 1, 0.1 + 0.2, None, "Sample.Periodic", 10, 11),
        (1, 1, 2, 1, 1e9 / 3, None, "Sample.Periodic", 10, 11),
        (1, 1, 2, 1, -4.0, None, "Transaction.End", 10, 11),
        (1, 1, 1, None, 5.0, None, "Sample.Periodic", 10, 12),
        (1, 1, 1, 1, None, '"odd", {text}', "Sample.Periodic", 20, 20),
        (1, 1, 3, 1, None, "OCMF|{}", "Sample.Clock", 20, 20),
        (1, 2, 1, None, 0.0, None, "Sample.Periodic", 10, 11),
    )

    def test_rows(self) -> None:
        """All values are there, to the last bit, in the order in which they came."""
        path = Path(self.mktemp())
        restore(4, path)
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DELETE FROM meter_value")
            connection.executemany(
                "INSERT INTO measured_kind VALUES (?, ?, '', '')",
                [(2, "Voltage"), (3, "SignedData.Voltage")],
            )
            columns = "(charge_point, connector, kind, transaction_id, value, text, context,"
            connection.executemany(
                f"""INSERT INTO meter_value {columns} source_time, received_time)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                self.ROWS,
            )
        prepare(path)
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute(VALUES.format("sampled_value") + " ORDER BY id, place")
            self.assertEqual(found.fetchall(), list(self.ROWS))
            [(rows,)] = connection.execute("SELECT count(*) FROM meter_value")
            self.assertEqual(rows, 4)

    def test_infinite(self) -> None:
        """What was too great for a float is no number any more: its text, or nothing."""
        path = Path(self.mktemp())
        restore(4, path)
        infinite = float("inf")
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("DELETE FROM meter_value")
            connection.execute("UPDATE last_reading SET value = ?", (infinite,))
            connection.executemany(
                """INSERT INTO meter_value (charge_point, connector, kind, value, text, context,
                   source_time, received_time) VALUES (1, 1, 1, ?, ?, ?, 10, 11)""",
                [
                    (1.1, None, "Transaction.Begin"),
                    (infinite, None, "Sample.Periodic"),
                    (-infinite, '-1"e308', "Transaction.End"),
                    (1.7e308, None, "Trigger"),
                ],
            )
        prepare(path)
        with closing(sqlite3.connect(path)) as connection:
            found = connection.execute("SELECT value, text FROM sampled_value ORDER BY id, place")
            self.assertEqual(
                found.fetchall(), [(1.1, None), (None, None), (None, '-1"e308'), (1.7e308, None)]
            )
            [(sampled,)] = connection.execute("SELECT sampled FROM meter_value")
            self.assertEqual(json.decode(sampled), [1.1, None, '-1"e308', 1.7e308])
            [(last,)] = connection.execute("SELECT value FROM last_reading")
            self.assertIsNone(last)

    def test_goesOn(self) -> None:
        """What a charge point repeats over the upgrade is kept once, and the rest is added."""
        path = Path(self.mktemp())
        restore(4, path)
        prepare(path)
        [fact] = [fact for fact in life() if isinstance(fact, f.Measured)]
        with closing(sqlite3.connect(path)) as connection, connection:
            reading = replace(fact.readings[0], value=251.0)
            more = replace(fact, readings=(*fact.readings, reading))
            write(connection.cursor(), Ids(), 8, [Entry("CP1", (fact, more))])
            found = connection.execute("SELECT value FROM sampled_value ORDER BY id, place")
            self.assertEqual(found.fetchall(), [(250.5,), (251.0,)])


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
        # What awaits a boot is known by key since the sixth schema.
        self.assertEqual(record.configuration.awaitingBoot, {"key"} if number > 5 else set())
        self.assertEqual([tag.status for tag in snapshot.idTags], ["Blocked"])
        self.assertEqual(snapshot.lastTransactionId, 2)
        kept = yield store.findTransaction("CP1", 1)
        self.assertEqual((kept.meterStart, kept.meterStop, kept.startTime), (100, 700, T0))
        again = yield store.findStart(KEY)
        self.assertEqual(again.transactionId, 1)
        access = yield store.findAccess("CP1")
        # Passwords came with the second schema.
        self.assertEqual(access.password, HASH if number > 1 else "")
