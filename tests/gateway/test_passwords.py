"""Passwords are checked off both threads, and guessing gets slow."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.roles import Role
from ocppgw.access.secrets import Cost, Hasher, Secret, hashPassword
from ocppgw.access.throttling import Patience, Throttle
from ocppgw.access.userbook import UserBook
from ocppgw.access.users import User, Users
from ocppgw.gateway.firststart import firstEngineer
from ocppgw.gateway.passwords import MOST_WAITING, PasswordCheck


def hasher(password: bytes, salt: bytes, cost: Cost) -> bytes:
    """Quick and worthless: tests are not the place for real hashes."""
    return (password + salt).ljust(32, b"\0")


USERS = Users((User("anna", Role.operator, hashPassword(Secret("right"), b"salt", hasher)),))


WRONG = "unknown user or wrong password"


class Pool:
    """Does the work of a thread pool when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def callInThreadWithCallback(self, told: Any, function: Any, *arguments: Any) -> None:
        def work() -> None:
            try:
                result, success = function(*arguments), True
            except Exception:  # noqa: BLE001 - as the real pool does
                result, success = Failure(), False
            told(success, result)

        self.waiting.append(work)

    def run(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


class PasswordCheckTests(SynchronousTestCase):
    """Each question gets one answer."""

    def setUp(self) -> None:
        self.pool, self.clock = Pool(), Clock()
        self.answers: list[Role | str] = []
        self.hasher: Hasher = hasher
        self.book = UserBook(USERS)
        self.check = PasswordCheck(
            self.book,
            self.pool,  # type: ignore[arg-type]
            lambda action: action(),
            Throttle(self.clock.seconds, Patience(free=1)),
            lambda *arguments: self.hasher(*arguments),
        )

    def ask(self, name: str = "anna", password: str = "right", host: str = "10.0.0.1") -> None:
        self.check(name, password.encode(), host, self.answers.append)

    def test_right(self) -> None:
        """The right password gives the user's role, once the pool has done the work."""
        self.ask()
        self.assertEqual(self.answers, [])
        self.pool.run()
        self.assertEqual(self.answers, [Role.operator])

    def test_wrong(self) -> None:
        """A wrong password and an unknown name are refused alike."""
        self.ask(password="wrong")
        self.ask(name="nobody", host="10.0.0.2")
        self.pool.run()
        self.assertEqual(self.answers, [WRONG, WRONG])

    def test_notText(self) -> None:
        """A password that is no UTF-8 is a wrong password."""
        self.check("anna", b"\xff\xfe", "10.0.0.1", self.answers.append)
        self.pool.run()
        self.assertEqual(self.answers, [WRONG])

    def test_removedMeanwhile(self) -> None:
        """Who was removed while the password was being checked is refused."""
        self.ask()
        self.book.replace(())
        self.pool.run()
        self.assertEqual(self.answers, [WRONG])

    def test_guessing(self) -> None:
        """After failures a peer is refused unchecked for a while; other peers are not."""
        for _ in range(2):
            self.ask(password="wrong")
            self.pool.run()
        self.ask()
        self.assertEqual(
            (self.answers, self.pool.waiting),
            ([WRONG, WRONG, "too many failures from its address: not even looked at"], []),
        )
        self.ask(host="10.0.0.2")
        self.pool.run()
        self.clock.advance(60)
        self.ask()
        self.pool.run()
        self.assertEqual(self.answers[3:], [Role.operator, Role.operator])

    def test_guessingFromOneNetwork(self) -> None:
        """Whoever has a network of IPv6 to choose addresses from is one peer all the same."""
        for number in range(1, 4):
            self.ask(password="wrong", host=f"2001:db8::{number}")
            self.pool.run()
        self.ask(host="2001:db8:0:1::1")
        self.pool.run()
        putOff = "too many failures from its address: not even looked at"
        self.assertEqual(self.answers, [WRONG, WRONG, putOff, Role.operator])

    def test_tooManyWaiting(self) -> None:
        """Beyond the bound a session is refused at once; nothing piles up."""
        for _ in range(MOST_WAITING + 1):
            self.ask()
        self.assertEqual(
            (self.answers, len(self.pool.waiting)), (["too many log-ins at once"], MOST_WAITING)
        )

    def test_brokenHasher(self) -> None:
        """Where the hash itself fails the user is refused and the log says why."""

        def broken(*_: object) -> bytes:
            raise MemoryError("no memory")

        self.hasher = broken
        self.ask()
        self.pool.run()
        self.assertEqual(self.answers, [WRONG])
        self.assertEqual(len(self.flushLoggedErrors(MemoryError)), 1)


class FirstStartTests(SynchronousTestCase):
    """A gateway without users makes one, and keeps its password for its owner alone."""

    def setUp(self) -> None:
        self.state = Path(self.mktemp())

    def start(self, byte: bytes = b"\1") -> tuple[User, Path]:
        return firstEngineer(self.state, lambda n: byte * n, hasher)

    def test_made(self) -> None:
        """The file is private, and what stands in it logs the engineer in."""
        user, path = self.start()
        self.assertEqual(path.stat().st_mode & 0o777, 0o600)
        password = Secret(path.read_text().strip())
        found = Users((user,)).authenticate("engineer", password, hasher)
        self.assertEqual(found and found.role, Role.engineer)

    def test_kept(self) -> None:
        """A later start keeps the password."""
        _, path = self.start()
        before = path.read_text()
        user, _ = self.start(b"\2")
        self.assertEqual(path.read_text(), before)
        found = Users((user,)).authenticate("engineer", Secret(before.strip()), hasher)
        self.assertIsNotNone(found)
