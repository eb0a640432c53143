"""The SQLite provider keeps the contract on a file, and says clearly why it cannot."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from threading import Event
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults, inlineCallbacks
from twisted.trial.unittest import SkipTest, TestCase

from ocppgw.access.linkaccess import PasswordSet
from ocppgw.access.roles import Role
from ocppgw.access.secrets import USER_COST, PasswordHash
from ocppgw.access.userbook import UserSet
from ocppgw.access.users import User
from ocppgw.interfaces import StoreFailed
from ocppgw.model import facts as f
from ocppgw.model.records import MeterKey
from ocppgw.store import database, sqlite
from ocppgw.store.faults import explain
from ocppgw.store.schema import STEPS
from ocppgw.store.sqlite import SqliteStore
from ocppgw.store.users import changeUser, listUsers
from tests.store.accesscontract import AccessContract
from tests.store.contract import ADDED, T0, Steps, StoreContract, report, started, stopped
from tests.store.startcontract import StartContract


class Lying(sqlite3.Connection):
    """A connection that fails before some commits, and reports some although they were done."""

    failures = 0
    lies = 0

    def commit(self) -> None:
        """Commit, or fail, or say that it failed, while there are such left."""
        isWriting = self.in_transaction
        if isWriting and Lying.failures:
            Lying.failures -= 1
            raise sqlite3.OperationalError("disk I/O error")
        super().commit()
        if isWriting and Lying.lies:
            Lying.lies -= 1
            raise sqlite3.OperationalError("disk I/O error")


class SqliteStoreTests(StoreContract, StartContract, AccessContract, TestCase):
    """`SqliteStore` is an `IStore`."""

    def setUp(self) -> None:
        self.path = Path(self.mktemp()) / "ocppgw.sqlite3"

    def make(self) -> SqliteStore:
        store = SqliteStore(self.path, reactor, connection=Lying)
        self.addCleanup(store.close)
        return store

    def damageUser(self, name: str) -> None:
        connection = sqlite3.connect(self.path)
        connection.execute("UPDATE user_account SET password = x'00' WHERE name = ?", (name,))
        connection.commit()
        connection.close()

    def query(self, sql: str) -> list[Any]:
        connection = sqlite3.connect(self.path)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    @inlineCallbacks
    def test_meterValuesOnce(self) -> Steps:
        """A meter value that a charge point repeats after a lost answer is kept once."""
        reading = f.Reading(MeterKey("Voltage"), 230.0, "230", "Sample.Periodic", T0)
        measured = f.Measured(1, 7, (reading,), T0)
        yield self.begin(started(7), measured, measured)
        self.assertEqual(
            self.query("SELECT transaction_id, value, context FROM sampled_value"),
            [(7, 230.0, "Sample.Periodic")],
        )

    @inlineCallbacks
    def test_kindOfAFailedTransaction(self) -> Steps:
        """A kind of measurement that came with a transaction that failed is made anew."""
        reading = f.Reading(MeterKey("SoC"), 80.0, "80", "Sample.Periodic", T0)
        measured = f.Measured(1, 7, (reading,), T0)
        yield self.begin(started(7))
        working: Deferred[str] = Deferred()
        self.store.watchStatus(lambda told: working.callback(told) if told == "ok" else None)
        self.patch(Lying, "failures", 1)
        yield self.assertFailure(self.store.commit("CP1", [measured]), StoreFailed)
        yield working
        yield self.store.commit("CP1", [measured])
        found = self.query(
            "SELECT measurand, value FROM sampled_value m, measured_kind k WHERE k.id = m.kind"
        )
        self.assertEqual(found, [("SoC", 80.0)])

    @inlineCallbacks
    def test_orphanedStop(self) -> Steps:
        """The stop of a transaction that we never started is kept, once."""
        yield self.begin(stopped(99), stopped(99))
        kept = self.query("SELECT transaction_id, meter_stop FROM orphan_stop")
        self.assertEqual(kept, [(99, 700)])

    @inlineCallbacks
    def test_failedButKept(self) -> Steps:
        """A disk that reports a failure after its work doubles nothing; what it kept is told."""
        yield self.begin()
        kept: list[Any] = []
        self.store.watchKept(lambda node, facts: kept.extend(facts))
        working: Deferred[str] = Deferred()
        self.store.watchStatus(lambda told: working.callback(told) if told == "ok" else None)
        self.patch(Lying, "lies", 1)
        self.store.note("CP1", [f.StatusReported(1, report("Available"))])
        yield self.assertFailure(self.store.commit("CP1", [started(1)]), StoreFailed)
        self.assertEqual(kept, [])
        yield working
        self.assertEqual(kept, [started(1)])
        yield self.store.commit("CP1", [started(2)])
        self.assertEqual(self.query("SELECT count(*) FROM status_report"), [(1,)])
        self.assertEqual(self.query("SELECT id FROM charge_transaction"), [(1,), (2,)])

    @inlineCallbacks
    def test_changeIsHeldUp(self) -> Steps:
        """A change of access that the disk holds up fails in time, and may still come about."""
        yield self.begin()
        self.patch(sqlite, "LONGEST", 0.0)
        go = Event()
        self.patch(Lying, "commit", lambda connection: (go.wait(30), None)[1])
        try:
            changing = self.store.changeAccess(PasswordSet("CP1", "x"))
            yield self.assertFailure(changing, StoreFailed)
        finally:
            go.set()

    @inlineCallbacks
    def test_oneAtFault(self) -> Steps:
        """Facts that cannot be kept fail alone; what was committed beside them is kept."""
        yield self.begin()
        good = self.store.commit("CP1", [started(1)])
        waiting = [
            self.store.commit("CP1", [started(2)]),
            self.store.commit("NOBODY", [started(3)]),
            self.store.commit("CP1", [started(4)]),
        ]
        yield self.assertFailure(waiting[1], StoreFailed)
        yield gatherResults([good, waiting[0], waiting[2]])
        self.assertEqual(self.query("SELECT id FROM charge_transaction"), [(1,), (2,), (4,)])
        self.assertEqual(len(self.flushLoggedErrors(sqlite3.IntegrityError)), 1)

    @inlineCallbacks
    def test_locked(self) -> Steps:
        """While another program locks the file commits fail by name; later they succeed."""
        yield self.begin()
        self.patch(database, "BUSY_TIMEOUT", 10)
        yield self.store.close()
        self.store = self.make()
        yield self.store.open(T0)
        other = sqlite3.connect(self.path, isolation_level=None)
        self.addCleanup(other.close)
        other.execute("BEGIN IMMEDIATE")
        error = yield self.assertFailure(self.store.commit("CP1", [started(1)]), StoreFailed)
        self.assertIn(f"{self.path} is locked", str(error))
        self.assertIn("is locked", self.store.status)
        other.execute("ROLLBACK")
        yield self.store.commit("CP1", [started(1)])
        self.assertEqual(self.store.status, "ok")

    @inlineCallbacks
    def test_oneGateway(self) -> Steps:
        """A second gateway on the same state folder is refused; after the first ended it is not."""
        yield self.begin()
        second = self.make()
        error = yield self.assertFailure(second.open(T0), StoreFailed)
        self.assertIn("in use by another gateway", str(error))
        yield self.store.close()
        snapshot = yield second.open(T0)
        self.assertEqual([record.nodeName for record in snapshot.records], ["CP1"])

    @inlineCallbacks
    def test_durable(self) -> Steps:
        """A commit waits for the medium, and what refers to nothing is refused."""
        made: list[sqlite3.Connection] = []

        class Kept(Lying):
            def __init__(self, *more: Any, **named: Any) -> None:
                super().__init__(*more, **named)
                made.append(self)

        self.store = SqliteStore(self.path, reactor, connection=Kept)
        self.addCleanup(self.store.close)
        yield self.store.open(T0)
        yield self.store.commit("CP1", [ADDED])
        self.assertTrue(made)
        for one in made:
            found = [
                one.execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
            self.assertEqual(found, ["wal", 2, 1])

    @inlineCallbacks
    def test_private(self) -> Steps:
        """The file can be read by its owner only: it holds personal data."""
        yield self.begin()
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o600)


class DatabaseTests(TestCase):
    """The gateway does not start with a file that it cannot trust, and leaves it as it was."""

    def setUp(self) -> None:
        self.path = Path(self.mktemp()) / "ocppgw.sqlite3"

    def refused(self) -> str:
        with self.assertRaises(StoreFailed) as caught:
            database.prepare(self.path)
        message = str(caught.exception)
        self.assertIn(str(self.path), message)
        self.assertNotIn("\n", message)
        return message

    def test_garbage(self) -> None:
        """A file that is no database is named and left alone."""
        self.path.parent.mkdir()
        self.path.write_bytes(b"no database at all, but long enough to be looked at" * 100)
        self.assertIn("not a database", self.refused())
        self.assertTrue(self.path.read_bytes().startswith(b"no database"))

    def test_foreign(self) -> None:
        """A database of another program is named and left alone."""
        self.path.parent.mkdir()
        connection = sqlite3.connect(self.path)
        connection.execute("CREATE TABLE other (x)")
        connection.close()
        self.assertIn("another program", self.refused())

    def test_newer(self) -> None:
        """A database of a newer version is refused with both versions."""
        database.prepare(self.path)
        connection = sqlite3.connect(self.path)
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")
        connection.close()
        self.assertIn(f"schema {len(STEPS) + 1}", self.refused())

    def test_corrupt(self) -> None:
        """A database with damaged pages is refused."""
        database.prepare(self.path)
        damaged = bytearray(self.path.read_bytes())
        damaged[4096:] = b"\xff" * (len(damaged) - 4096)
        self.path.write_bytes(damaged)
        self.assertIn("corrupt", self.refused())

    def test_lockedAtStart(self) -> None:
        """A file that another program is writing is named."""
        database.prepare(self.path)
        self.patch(database, "BUSY_TIMEOUT", 10)
        other = sqlite3.connect(self.path, isolation_level=None)
        self.addCleanup(other.close)
        other.execute("BEGIN IMMEDIATE")
        self.assertIn("is locked", self.refused())

    def test_readOnly(self) -> None:
        """A file that we may read and not write is refused at the start, not at the first fact."""
        database.prepare(self.path)
        self.path.chmod(0o444)
        self.path.parent.parent.chmod(0o755)
        if os.geteuid() == 0:
            self.addCleanup(os.seteuid, 0)
            os.seteuid(65534)
        if not os.access(self.path, os.R_OK, effective_ids=True):
            raise SkipTest("the temporary folder cannot be entered by others")
        self.assertRegex(self.refused(), "is read-only|is forbidden|cannot be opened")

    def test_folderIsFile(self) -> None:
        """A state folder that cannot be made is named."""
        self.path.parent.write_text("a file")
        self.refused()

    def test_backUpBeforeUpgrade(self) -> None:
        """Each upgrade step is preceded by a copy of the database as it was."""
        database.prepare(self.path)
        database.prepare(self.path, (*STEPS, "CREATE TABLE later (x)"))
        before = self.path.with_name(f"{self.path.name}.schema{len(STEPS)}")
        for path, expected in ((self.path, 1), (before, 0)):
            connection = sqlite3.connect(path)
            found = connection.execute(
                "SELECT count(*) FROM sqlite_master WHERE name = 'later'"
            ).fetchone()
            connection.close()
            self.assertEqual(found, (expected,))

    def test_usersAfterAnUpgrade(self) -> None:
        """A database of the version before users gets them, its content and a copy kept."""
        database.prepare(self.path, STEPS[:3])
        connection = sqlite3.connect(self.path)
        connection.execute("INSERT INTO counter (name, value) VALUES ('kept', 7)")
        connection.commit()
        connection.close()
        database.prepare(self.path)
        user = User("anna", Role.operator, PasswordHash(USER_COST, b"s" * 16, b"h" * 32))
        for name, hasUsers in ((self.path, True), (f"{self.path}.schema3", False)):
            connection = sqlite3.connect(name)
            kept = connection.execute("SELECT value FROM counter WHERE name = 'kept'").fetchone()
            self.assertEqual(kept, (7,))
            if hasUsers:
                changeUser(connection.cursor(), UserSet(user))
                self.assertEqual(listUsers(connection.cursor()).users, (user,))
            else:
                with self.assertRaises(sqlite3.OperationalError):
                    listUsers(connection.cursor())
            connection.close()

    def test_failedUpgrade(self) -> None:
        """An upgrade step that fails leaves the database at the version before."""
        database.prepare(self.path)
        with self.assertRaises(StoreFailed):
            database.prepare(self.path, (*STEPS, "CREATE TABLE later (x); nonsense"))
        database.prepare(self.path)

    def test_explain(self) -> None:
        """What SQLite says becomes one line with the file and what to do."""
        for error, advice in (
            ("database is locked", "stop that one"),
            ("database or disk is full", "make room"),
            ("attempt to write a readonly database", "right to write"),
            ("disk I/O error", "check the disk"),
            ("unable to open database file", "to the gateway's user"),
        ):
            message = str(explain(sqlite3.OperationalError(error), self.path))
            self.assertIn(advice, message)
            self.assertIn(str(self.path), message)
