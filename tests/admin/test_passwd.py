"""Tests of ``ocppgw-passwd``."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.secrets import Cost, Secret, scrypt
from ocppgw.admin import passwd
from ocppgw.admin.passwd import run
from ocppgw.admin.terminal import Terminal
from ocppgw.config.reading import readText


class TypedIn(io.StringIO):
    """Standard input that is a terminal."""

    def isatty(self) -> bool:
        return True


def quick(password: bytes, salt: bytes, cost: Cost) -> bytes:
    """A hasher for tests: the cost is written down, but not paid."""
    return scrypt(password, salt, Cost(10))


class PasswdTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.stdout, self.stderr = io.StringIO(), io.StringIO()

    def run_(self, *arguments: str, typed: list[str] | None = None, piped: str = "") -> int:
        """Run the script with a password that is typed in, or piped in."""
        answers = iter(typed or [])
        ask: Callable[[str], str] = lambda prompt: next(answers)  # noqa: E731
        stdin = TypedIn() if typed else io.StringIO(piped)
        terminal = Terminal(stdin, self.stdout, self.stderr, ask)
        return run(list(arguments), terminal, bytes, quick)

    def test_lines(self) -> None:
        """What is printed can be put into the configuration as it is, and opens the door."""
        status = self.run_("--user", 'an"na', "--role", "operator", piped="correct horse\n")
        self.assertEqual((status, self.stderr.getvalue()), (0, ""))
        [user] = readText(self.stdout.getvalue(), "test", Path()).users
        self.assertEqual((user.name, user.role.name), ('an"na', "operator"))
        assert user.password is not None
        self.assertEqual(user.password.cost.exponent, 15)
        self.assertTrue(user.password.verify(Secret("correct horse"), quick))

    def test_hashOnly(self) -> None:
        """Without a name only the line with the hash is printed."""
        self.assertEqual(self.run_(typed=["correct horse", "correct horse"]), 0)
        self.assertRegex(self.stdout.getvalue(), r'^password = "\$scrypt\$ln=15,[^\n]*"\n$')

    def test_mistyped(self) -> None:
        """Two different passwords give no hash."""
        self.assertEqual(self.run_(typed=["correct horse", "correct house"]), 1)
        self.assertEqual(self.stdout.getvalue(), "")
        self.assertIn("two different", self.stderr.getvalue())

    def test_short(self) -> None:
        """A short password is refused, and is not repeated."""
        self.assertEqual(self.run_(piped="horse\n"), 1)
        self.assertIn("8 characters", self.stderr.getvalue())
        self.assertNotIn("horse", self.stderr.getvalue() + self.stdout.getvalue())

    def test_wrongArguments(self) -> None:
        """An unknown role, and a password as an argument, are refused."""
        for arguments in (("--role", "king"), ("--password", "correct horse"), ("correct horse",)):
            self.assertEqual(self.run_(*arguments, piped="correct horse\n"), 1, arguments)
        self.assertEqual(self.stdout.getvalue(), "")

    def test_main(self) -> None:
        """The console script ends with the status."""
        self.patch(sys, "argv", ["ocppgw-passwd", "--role", "king"])
        self.patch(sys, "stderr", self.stderr)
        error = self.assertRaises(SystemExit, passwd.main)
        self.assertEqual(error.code, 1)
