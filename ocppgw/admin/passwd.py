"""
``ocppgw-passwd``: the lines of a user for the configuration file, with the hash of a password.

The password is asked for twice on a terminal, or is the first line of standard input.  It is
never an argument: those are seen by everybody on the machine, and kept by shells.
"""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable
from typing import TextIO

import attrs
from twisted.python import usage

from ocppgw.access.roles import Role
from ocppgw.access.secrets import SALT_LENGTH, Hasher, Randomness, Secret, hashPassword, scrypt
from ocppgw.config.showing import tomlText

SHORTEST = 8
"""Characters that a password has at least."""

_ROLES = [role.name for role in Role if role.mayRead]


class Options(usage.Options):
    """What may stand on the command line."""

    synopsis = "[--user NAME] [--role ROLE]"
    longdesc = (
        "Prints the lines of a user for ocppgw's configuration file. The password is asked for, "
        "or read from standard input."
    )
    optParameters = (
        ("user", "u", "", "The user's name; without it only the hash is printed."),
        ("role", "r", "observer", f"One of {', '.join(_ROLES)}."),
    )

    def postOptions(self) -> None:
        """Refuse what cannot be meant."""
        if self["role"] not in _ROLES:
            raise usage.UsageError(f"--role takes one of {', '.join(_ROLES)}")


class Refused(Exception):
    """The password is not taken; the text says why."""


@attrs.frozen
class Terminal:
    """
    Whom the script talks to.

    :ivar ask: shows a prompt and gives what was typed, unseen.
    """

    stdin: TextIO
    stdout: TextIO
    stderr: TextIO
    ask: Callable[[str], str] = getpass.getpass


def run(
    arguments: list[str],
    terminal: Terminal,
    randomness: Randomness = os.urandom,
    hasher: Hasher = scrypt,
) -> int:
    """Do it; gives the exit status."""
    options = Options()  # type: ignore[no-untyped-call]
    try:
        options.parseOptions(arguments)  # type: ignore[no-untyped-call]
        password = _password(terminal)
    except (usage.UsageError, Refused) as error:
        terminal.stderr.write(f"ocppgw-passwd: {error}\n")
        return 1
    hashed = hashPassword(password, randomness(SALT_LENGTH), hasher)
    terminal.stdout.write("\n".join(_lines(options, hashed.text)) + "\n")
    return 0


def main() -> None:
    """The console script."""
    try:
        status = run(sys.argv[1:], Terminal(sys.stdin, sys.stdout, sys.stderr))
    except (KeyboardInterrupt, EOFError):
        status = 1
    raise SystemExit(status)


def _password(terminal: Terminal) -> Secret:
    if terminal.stdin.isatty():
        text = terminal.ask("Password: ")
        if terminal.ask("Again: ") != text:
            raise Refused("these were two different passwords")
    else:
        text = terminal.stdin.readline().rstrip("\r\n")
    if len(text) < SHORTEST:
        raise Refused(f"a password has {SHORTEST} characters or more")
    return Secret(text)


def _lines(options: Options, hashed: str) -> list[str]:
    password = f"password = {tomlText(hashed)}"
    if not options["user"]:
        return [password]
    name = f"name = {tomlText(options['user'])}"
    return ["[[users]]", name, password, f"role = {tomlText(options['role'])}"]
