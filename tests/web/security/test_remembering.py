"""Tests of the memory of right passwords."""

from __future__ import annotations

from base64 import b64encode

import attrs
from hypothesis import given, strategies as st
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.roles import Role
from ocppgw.access.secrets import Cost, Secret
from ocppgw.access.userbook import UserBook
from ocppgw.access.users import Users
from ocppgw.web.security.remembering import GOOD_FOR, MOST, Remembered
from tests.web.support import USERS, World, cheapHasher, user

OTTO = user("otto", Role.operator)


class RememberedTests(SynchronousTestCase):
    """The memory itself."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.book = UserBook(Users((OTTO,), Role.none))
        self.memory = Remembered(self.book, b"key", self.clock.seconds)

    def test_found(self) -> None:
        """What was right is known, for its time and no longer."""
        self.assertIsNone(self.memory.find("otto", Secret("pw")))
        self.memory.keep(OTTO, Secret("pw"))
        self.assertEqual(self.memory.find("otto", Secret("pw")), OTTO)
        self.clock.advance(GOOD_FOR)
        self.assertIsNone(self.memory.find("otto", Secret("pw")))
        self.assertEqual(len(self.memory), 0)

    @given(st.text(max_size=9), st.text(max_size=9))
    def test_onlyThese(self, name: str, password: str) -> None:
        """No other name and no other password is taken for it, however they are cut."""
        self.memory.keep(OTTO, Secret("pw"))
        found = self.memory.find(name, Secret(password))
        self.assertEqual(found is not None, (name, password) == ("otto", "pw"))

    def test_changed(self) -> None:
        """Whoever changed or is gone is checked again."""
        self.memory.keep(OTTO, Secret("pw"))
        self.book.replace([attrs.evolve(OTTO, role=Role.observer)])
        self.assertIsNone(self.memory.find("otto", Secret("pw")))
        self.memory.keep(OTTO, Secret("pw"))
        self.book.replace([])
        self.assertIsNone(self.memory.find("otto", Secret("pw")))

    def test_bounded(self) -> None:
        """Only so many are kept."""
        for number in range(MOST + 10):
            self.memory.keep(OTTO, Secret(str(number)))
        self.assertEqual(len(self.memory), MOST)
        self.assertIsNone(self.memory.find("otto", Secret("0")))

    def test_noPassword(self) -> None:
        """Nothing of a password can be read in it."""
        self.memory.keep(OTTO, Secret("very-secret"))
        self.assertNotIn("very-secret", repr(vars(self.memory)))


class ProgramTests(SynchronousTestCase):
    """A program that sends its name and password with each request."""

    def setUp(self) -> None:
        self.hashed = 0
        self.world = World(self, hasher=self.hasher, isLocal=False)
        self.program = self.world.browser()

    def hasher(self, password: bytes, salt: bytes, cost: Cost) -> bytes:
        self.hashed += 1
        return cheapHasher(password, salt, cost)

    def ask(self, name: str, password: str = "") -> int:
        said = b64encode(f"{name}:{password or f'{name}-password'}".encode()).decode()
        return self.program.get("/api/v1/me", Authorization=f"Basic {said}").status

    def test_once(self) -> None:
        """It is checked once a minute, not with each request."""
        self.assertEqual([self.ask("otto") for _ in range(20)], [200] * 20)
        self.assertEqual(self.hashed, 1)
        self.world.clock.advance(GOOD_FOR)
        self.assertEqual(self.ask("otto"), 200)
        self.assertEqual(self.hashed, 2)

    def test_wrong(self) -> None:
        """A wrong password is checked each time, and never taken for the right one."""
        self.ask("otto")
        self.assertEqual(self.ask("otto", "guess"), 401)
        self.assertEqual(self.ask("otto", "guess"), 401)
        self.assertEqual(self.hashed, 3)

    def test_throttled(self) -> None:
        """Who fails often has to wait, also with what was right a moment ago."""
        self.ask("otto")
        for _ in range(5):
            self.ask("otto", "guess")
        self.assertEqual(self.ask("otto"), 401)

    def test_removed(self) -> None:
        """Whoever is removed is out at once."""
        self.ask("otto")
        self.world.guard.book.replace([one for one in USERS if one.name != "otto"])
        self.assertEqual(self.ask("otto"), 401)
