"""
What the console scripts share: whom they talk to, how a password is asked for, how they end.

A password is asked for twice on a terminal, or is the first line of standard input.  It is never
an argument: those are seen by everybody on the machine, and kept by shells.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from typing import NoReturn, TextIO

import attrs

from ocppgw.access.secrets import Secret


class Refused(Exception):
    """What was asked for is not done; the text says why, in one line."""


@attrs.frozen
class Terminal:
    """
    Whom a script talks to.

    :ivar ask: shows a prompt and gives what was typed, unseen.
    """

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    ask: Callable[[str], str] = getpass.getpass

    def newPassword(self) -> Secret:
        """A password that somebody chooses.  Raises `Refused` for two different ones."""
        if not self.stdin.isatty():
            return Secret(self.stdin.readline().rstrip("\r\n"))
        text = self.ask("Password: ")
        if self.ask("Again: ") != text:
            raise Refused("these were two different passwords")
        return Secret(text)

    def say(self, *lines: str) -> None:
        """Print lines."""
        self.stdout.write("".join(f"{line}\n" for line in lines))

    def complain(self, script: str, what: object) -> None:
        """Print one line about what is wrong."""
        self.stderr.write(f"{script}: {what}\n")


def end(run: Callable[[list[str], Terminal], int]) -> NoReturn:
    """Run a console script with what it was started with, and end with its status."""
    try:
        status = run(sys.argv[1:], Terminal(sys.stdin, sys.stdout, sys.stderr))
    except (KeyboardInterrupt, EOFError):
        status = 1
    raise SystemExit(status)
