"""
``ocppgw-passwd``: the lines of a user for the configuration file, with the hash of a password.

How the password is asked for is `terminal`'s.
"""

from __future__ import annotations

import os

from twisted.python import usage

from ocppgw.access.roles import Role
from ocppgw.access.secrets import SALT_LENGTH, Hasher, Randomness, Secret, hashPassword, scrypt
from ocppgw.admin.terminal import Refused, Terminal, end
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
        terminal.complain("ocppgw-passwd", error)
        return 1
    hashed = hashPassword(password, randomness(SALT_LENGTH), hasher)
    terminal.say(*_lines(options, hashed.text))
    return 0


def main() -> None:
    """The console script."""
    end(run)


def _password(terminal: Terminal) -> Secret:
    password = terminal.newPassword()
    if len(password.reveal()) < SHORTEST:
        raise Refused(f"a password has {SHORTEST} characters or more")
    return password


def _lines(options: Options, hashed: str) -> list[str]:
    password = f"password = {tomlText(hashed)}"
    if not options["user"]:
        return [password]
    name = f"name = {tomlText(options['user'])}"
    return ["[[users]]", name, password, f"role = {tomlText(options['role'])}"]
