"""``ocppgw-passwd`` with a command: users in the store."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.secrets import Cost, Secret
from ocppgw.access.userbook import KeptUsers
from ocppgw.access.users import User, Users
from ocppgw.admin.passwd import run
from ocppgw.admin.terminal import Terminal
from ocppgw.gateway.service import DATABASE
from ocppgw.store.alterations import alter
from ocppgw.store.lock import Lock
from ocppgw.store.users import listUsers


def quick(password: bytes, salt: bytes, cost: Cost) -> bytes:
    """A hasher that costs nothing."""
    return (salt + password).ljust(32, b"\0")


class UserStoreTests(SynchronousTestCase):
    """The console script."""

    def setUp(self) -> None:
        self.state = Path(self.mktemp())
        self.said = self.complained = ""

    def run_(self, *arguments: str, typed: str = "correct horse\n", **more: str) -> int:
        out, err = io.StringIO(), io.StringIO()
        where = ("--config", more["config"]) if more else ("--state", str(self.state))
        status = run([*where, *arguments], Terminal(io.StringIO(typed), out, err), hasher=quick)
        self.said, self.complained = out.getvalue(), err.getvalue()
        return status

    def users(self) -> tuple[User, ...]:
        found: KeptUsers = alter(self.state / DATABASE, listUsers)
        return found.users

    def audit(self) -> list[Any]:
        def read(cursor: Any) -> list[Any]:
            cursor.execute("SELECT name, arguments, status, origin FROM command ORDER BY id")
            found: list[Any] = cursor.fetchall()
            return found

        return alter(self.state / DATABASE, read)

    def isPassword(self, name: str, password: str) -> bool:
        found = Users(self.users()).authenticate(name, Secret(password), quick)
        return found is not None

    def test_add(self) -> None:
        """A user has the role and the password, kept as a hash of the full cost."""
        self.assertEqual(self.run_("add", "scada", "operator"), 0)
        self.assertEqual(self.said, "user: scada\n")
        [user] = self.users()
        assert user.password is not None
        self.assertEqual((user.role.name, user.password.cost.exponent), ("operator", 15))
        self.assertTrue(self.isPassword("scada", "correct horse"))

    def test_addTwice(self) -> None:
        """A user who is there already is left alone."""
        self.run_("add", "scada", "observer")
        self.assertEqual(self.run_("add", "scada", "operator", typed="another one\n"), 1)
        self.assertIn("there is a user scada already", self.complained)
        self.assertTrue(self.isPassword("scada", "correct horse"))

    def test_setPassword(self) -> None:
        """A new password replaces the old one, the role stays."""
        self.run_("add", "scada", "engineer")
        self.assertEqual(self.run_("set-password", "scada", typed="battery staple\n"), 0)
        self.assertFalse(self.isPassword("scada", "correct horse"))
        self.assertTrue(self.isPassword("scada", "battery staple"))
        self.assertEqual(self.users()[0].role.name, "engineer")

    def test_setRole(self) -> None:
        """A new role leaves the password."""
        self.run_("add", "scada", "observer")
        self.assertEqual(self.run_("set-role", "scada", "engineer"), 0)
        self.assertEqual(self.users()[0].role.name, "engineer")
        self.assertTrue(self.isPassword("scada", "correct horse"))

    def test_remove(self) -> None:
        """A user can be removed."""
        self.run_("add", "scada", "observer")
        self.run_("add", "other", "observer")
        self.assertEqual(self.run_("remove", "scada"), 0)
        self.assertEqual([user.name for user in self.users()], ["other"])

    def test_damaged(self) -> None:
        """A damaged entry is named and left alone, but can be removed; others can be changed."""
        self.run_("add", "scada", "observer")
        damage = "UPDATE user_account SET role = 'king'"
        alter(self.state / DATABASE, lambda cursor: cursor.execute(damage))
        self.run_("add", "anna", "engineer")
        self.assertEqual(self.run_("set-role", "anna", "observer"), 0)
        self.assertEqual(self.run_("set-role", "scada", "observer"), 1)
        self.assertIn("user scada is damaged", self.complained)
        self.assertEqual(self.run_("list"), 0)
        self.assertIn("anna (observer)\nscada (damaged: remove it)\n", self.said)
        self.assertEqual(self.run_("remove", "scada"), 0)
        self.assertEqual([user.name for user in self.users()], ["anna"])

    def test_list(self) -> None:
        """The list has names and roles, and nothing of a password."""
        self.run_("add", "scada", "operator")
        self.run_("add", "anna", "engineer")
        self.assertEqual(self.run_("list"), 0)
        self.assertEqual(self.said, "anna (engineer)\nscada (operator)\n")

    def test_unknown(self) -> None:
        """Who is not there cannot be changed or removed."""
        for command in (("set-password", "x"), ("set-role", "x", "operator"), ("remove", "x")):
            self.assertEqual(self.run_(*command), 1)
            self.assertIn("there is no user x", self.complained)

    def test_refused(self) -> None:
        """A short password, a role that is none and a name that cannot be shown are refused."""
        wrong = (("add", "x", "king"), ("set-role", "x", "king"), ("add", "a\nb", "observer"),
                 ("add", "", "observer"), ("add", "x" * 101, "observer"),
                 ("add", "x"))  # fmt: skip
        for command in wrong:
            self.assertEqual(self.run_(*command), 1, command)
        self.assertEqual(self.run_("add", "x", "observer", typed="horse\n"), 1)
        self.assertNotIn("horse", self.complained)
        self.assertEqual(self.users(), ())

    def test_audited(self) -> None:
        """Each change is an entry of the audit trail; a refused one is none."""
        self.run_("add", "scada", "operator")
        self.run_("add", "scada", "observer")
        self.run_("set-password", "scada")
        self.run_("remove", "scada")
        origin = "ocppgw-passwd"
        expected = [
            ("AddUser", "user=scada role=operator", "Accepted", origin),
            ("SetUserPassword", "user=scada", "Accepted", origin),
            ("RemoveUser", "user=scada", "Accepted", origin),
        ]
        self.assertEqual(self.audit(), expected)

    def test_configured(self) -> None:
        """With the configuration file one is told that its user of the same name counts."""
        self.run_("add", "other", "observer")
        hashed = "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$" + "A" * 43
        path = Path(self.mktemp())
        path.write_text(
            f'[gateway]\nstate = "{self.state.absolute()}"\n'
            f'[[users]]\nname = "scada"\nrole = "operator"\npassword = "{hashed}"\n'
        )
        self.assertEqual(self.run_("add", "scada", "observer", config=str(path)), 0)
        self.assertIn("the configuration file has a user scada, who counts instead", self.said)
        self.assertEqual([user.name for user in self.users()], ["other", "scada"])

    def test_whileTheGatewayRuns(self) -> None:
        """A running gateway, which holds the lock, is no obstacle."""
        self.run_("add", "scada", "observer")
        lock = Lock(self.state / DATABASE)
        self.addCleanup(lock.release)
        self.assertEqual(self.run_("set-role", "scada", "engineer"), 0)
