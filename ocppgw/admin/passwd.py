"""
``ocppgw-passwd``: the users of a gateway.

Without a command it prints the lines of a user for the configuration file, with the hash of a
password.  With one it changes the users in the store, which a running gateway takes within a few
seconds.  How passwords are asked for is `terminal`'s.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from twisted.python import usage

from ocppgw.access.roles import Role
from ocppgw.access.secrets import (
    SALT_LENGTH,
    Hasher,
    PasswordHash,
    Randomness,
    hashPassword,
    scrypt,
)
from ocppgw.admin.places import PARAMETERS, placeOf
from ocppgw.admin.terminal import Refused, Terminal, end
from ocppgw.admin.userstore import UserStore
from ocppgw.config.errors import ConfigurationError
from ocppgw.config.showing import tomlText
from ocppgw.interfaces import StoreFailed

SHORTEST = 8
"""Characters that a password has at least."""

_ROLES = [role.name for role in Role if role.mayRead]


class _OneUser(usage.Options):
    """A command that is about one user."""

    synopsis = "NAME"

    def parseArgs(self, name: str) -> None:  # type: ignore[override]
        """The user's name, compared exactly."""
        self["name"] = name


class _UserAndRole(_OneUser):
    """A command that gives a user a role."""

    synopsis = "NAME ROLE"

    def parseArgs(self, name: str, role: str) -> None:  # type: ignore[override]
        """The user's name, and the role."""
        self["name"], self["role"] = name, role

    def postOptions(self) -> None:
        """Refuse what is no role."""
        _checkRole(self)


class Options(usage.Options):
    """What may stand on the command line."""

    synopsis = "[--user NAME] [--role ROLE] | [--state FOLDER] [--config FILE] COMMAND .."
    longdesc = (
        "Without a command: prints the lines of a user for ocppgw's configuration file. With one: "
        "changes the users in the gateway's store; run it as the user that the gateway runs as. "
        "The password is asked for, or read from standard input."
    )
    optParameters = (
        ("user", "u", "", "The user's name; without it only the hash is printed."),
        ("role", "r", "observer", f"One of {', '.join(_ROLES)}."),
        *PARAMETERS,
    )
    subCommands = (
        ("add", None, _UserAndRole, "Add a user to the store."),
        ("set-password", None, _OneUser, "Give a user of the store another password."),
        ("set-role", None, _UserAndRole, "Give a user of the store another role."),
        ("remove", None, _OneUser, "Remove a user from the store."),
        ("list", None, usage.Options, "List the users of the store."),
    )

    def postOptions(self) -> None:
        """Refuse what cannot be meant."""
        _checkRole(self)


def run(
    arguments: list[str],
    terminal: Terminal,
    randomness: Randomness = os.urandom,
    hasher: Hasher = scrypt,
) -> int:
    """Do it; gives the exit status."""
    options = Options()  # type: ignore[no-untyped-call]

    def newHash() -> PasswordHash:
        password = terminal.newPassword()
        if len(password.reveal()) < SHORTEST:
            raise Refused(f"a password has {SHORTEST} characters or more")
        return hashPassword(password, randomness(SALT_LENGTH), hasher)

    try:
        options.parseOptions(arguments)  # type: ignore[no-untyped-call]
        if options.subCommand is None:
            lines = _lines(options, newHash().text)
        else:
            lines = _command(options, newHash)
    except (usage.UsageError, Refused, StoreFailed, ConfigurationError) as error:
        terminal.complain("ocppgw-passwd", error)
        return 1
    terminal.say(*lines)
    return 0


def main() -> None:
    """The console script."""
    end(run)


def _checkRole(options: usage.Options) -> None:
    if options["role"] not in _ROLES:
        raise usage.UsageError(f"a role is one of {', '.join(_ROLES)}")


def _command(options: Options, newHash: Callable[[], PasswordHash]) -> tuple[str, ...]:
    place = placeOf(options)
    names = frozenset(user.name for user in place.configuration.users)
    store = UserStore(place.database, names)
    sub: Any = options.subOptions
    match options.subCommand:
        case "add":
            return store.add(sub["name"], Role[sub["role"]], newHash())
        case "set-password":
            return store.setPassword(sub["name"], newHash())
        case "set-role":
            return store.setRole(sub["name"], Role[sub["role"]])
        case "remove":
            return store.remove(sub["name"])
        case _:
            return store.list()


def _lines(options: Options, hashed: str) -> tuple[str, ...]:
    password = f"password = {tomlText(hashed)}"
    if not options["user"]:
        return (password,)
    name = f"name = {tomlText(options['user'])}"
    return ("[[users]]", name, password, f"role = {tomlText(options['role'])}")
