"""``ocppgw-charge-point``: passwords and security profiles in the store."""

from __future__ import annotations

import io
import sqlite3
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access import linkaccess
from ocppgw.access.chargepointkeys import parseHash, verify
from ocppgw.access.linkaccess import LinkAccess
from ocppgw.access.secrets import Cost
from ocppgw.admin.chargepoint import run
from ocppgw.admin.terminal import Terminal
from ocppgw.gateway.service import DATABASE
from ocppgw.store.accesses import changeAccess, findAccesses
from ocppgw.store.alterations import alter
from ocppgw.store.lock import Lock


def quick(password: bytes, salt: bytes, cost: Cost) -> bytes:
    """A hasher that costs nothing."""
    return (salt + password).ljust(32, b"\0")


class ChargePointTests(SynchronousTestCase):
    """The console script."""

    def setUp(self) -> None:
        self.state = Path(self.mktemp())
        self.said = ""
        self.complained = ""

    def run_(self, *arguments: str, typed: str = "") -> int:
        out, err = io.StringIO(), io.StringIO()
        terminal = Terminal(io.StringIO(typed), out, err)
        status = run(["--state", str(self.state), *arguments], terminal, hasher=quick)
        self.said, self.complained = out.getvalue(), err.getvalue()
        return status

    def access(self, identity: str) -> LinkAccess:
        return alter(
            self.state / DATABASE, lambda cursor: findAccesses(cursor, (identity,))[identity]
        )

    def know(self, identity: str) -> None:
        def insert(cursor: sqlite3.Cursor) -> None:
            cursor.execute(
                "INSERT INTO charge_point (node_name, identity, known_since) VALUES (?, ?, 0)",
                (identity, identity),
            )

        alter(self.state / DATABASE, insert)

    def printed(self) -> str:
        [line] = [line for line in self.said.splitlines() if line.startswith("password: ")]
        return line.removeprefix("password: ")

    def test_set(self) -> None:
        """A random password is printed once, and what is kept is its hash."""
        self.assertEqual(self.run_("set-password", "CP1"), 0)
        password = self.printed()
        self.assertRegex(password, "^[0-9a-f]{40}$")
        kept = self.access("CP1").password
        self.assertTrue(verify(parseHash(kept), password.encode(), quick))
        for file in self.state.iterdir():
            self.assertNotIn(password.encode(), file.read_bytes(), file)

    def test_setAgain(self) -> None:
        """A new password replaces the one before."""
        self.run_("set-password", "CP1")
        first = self.printed()
        self.run_("set-password", "CP1")
        self.assertNotEqual(self.printed(), first)
        kept = parseHash(self.access("CP1").password)
        self.assertFalse(verify(kept, first.encode(), quick))

    def test_chosen(self) -> None:
        """A chosen one comes from standard input, is never printed, and a weak one is told."""
        self.assertEqual(self.run_("set-password", "--chosen", "CP1", typed="s3same\n"), 0)
        self.assertNotIn("s3same", self.said + self.complained)
        self.assertIn("weak", self.complained)
        self.assertTrue(verify(parseHash(self.access("CP1").password), b"s3same", quick))

    def test_unusable(self) -> None:
        """What no charge point could keep is refused."""
        for typed in ("\n", "x" * 41 + "\n"):
            self.assertEqual(self.run_("set-password", "--chosen", "CP1", typed=typed), 1)

    def test_clear(self) -> None:
        """A cleared password is no password."""
        self.run_("set-password", "CP1")
        self.assertEqual(self.run_("clear-password", "CP1"), 0)
        self.assertEqual(self.access("CP1").password, "")

    def test_C8_spelling(self) -> None:
        """An identity in another case is the known charge point; a new one is told to be new."""
        self.run_("set-password", "other")
        self.assertIn("has not met other yet", self.said)
        self.know("CP1")
        self.run_("set-password", "cp1")
        self.assertIn("identity: CP1\n", self.said)
        self.assertNotIn("note:", self.said)
        self.assertTrue(self.access("CP1").password)

    def test_allowLowerProfile(self) -> None:
        """A charge point may be let back to a lower security profile, here and nowhere else."""
        reached = linkaccess.ProfileReached("CP1", 3)
        alter(self.state / DATABASE, lambda cursor: changeAccess(cursor, reached))
        self.assertEqual(self.run_("allow-lower-profile", "CP1"), 0)
        self.assertEqual(self.access("CP1").securityProfile, 0)

    def test_besideTheGateway(self) -> None:
        """It works while a gateway holds the database."""
        self.run_("set-password", "CP1")
        lock = Lock(self.state / DATABASE)
        self.addCleanup(lock.release)
        self.assertEqual(self.run_("set-password", "CP1"), 0)

    def test_wrongUse(self) -> None:
        """Wrong use is one line and status 1."""
        for arguments in ((), ("set-password",), ("nonsense", "CP1"), ("set-password", " ")):
            self.assertEqual(self.run_(*arguments), 1, arguments)
            self.assertEqual(self.said, "")
            self.assertEqual(len(self.complained.splitlines()), 1, self.complained)

    def test_noDatabase(self) -> None:
        """A file that is no database is named, and left alone."""
        self.state.mkdir()
        (self.state / DATABASE).write_bytes(b"nothing that one could open" * 99)
        self.assertEqual(self.run_("set-password", "CP1"), 1)
        self.assertIn("is not a database", self.complained)
