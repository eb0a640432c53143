"""
``ocppgw-charge-point``: passwords and security profiles of charge points, in the store.

A running gateway asks the store at each connection, so what is changed here holds from the next
one on.  A generated password is printed once and kept as a hash; a chosen one is read like that
of ``ocppgw-passwd``, never taken as an argument.
"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import Any

from twisted.python import usage

from ocppgw.access import linkaccess
from ocppgw.access.chargepointkeys import (
    LONGEST,
    SHORT,
    generatedKey,
    hashChosen,
    hashGenerated,
)
from ocppgw.access.secrets import Hasher, Randomness, Secret, scrypt
from ocppgw.admin.places import PARAMETERS, placeOf
from ocppgw.admin.terminal import Refused, Terminal, end
from ocppgw.config.errors import ConfigurationError
from ocppgw.interfaces import StoreFailed
from ocppgw.store.accesses import changeAccess, knownAs
from ocppgw.store.alterations import alter


class _OneChargePoint(usage.Options):
    """A command that is about one charge point."""

    synopsis = "IDENTITY"

    def parseArgs(self, identity: str) -> None:  # type: ignore[override]
        """The identity: what the charge point calls in with, a listener's prefix before it."""
        if not identity.strip():
            raise usage.UsageError("an identity is needed")
        self["identity"] = identity.strip()


class SetPassword(_OneChargePoint):
    """Options of ``set-password``."""

    optFlags = (("chosen", None, "Ask for the password instead of making a random one."),)


class Options(usage.Options):
    """What may stand on the command line."""

    synopsis = "[--state FOLDER] [--config FILE] COMMAND IDENTITY"
    longdesc = "Run it as the user that the gateway runs as."
    optParameters = PARAMETERS
    subCommands = (
        ("set-password", None, SetPassword, "Give it a password, and print that once."),
        ("clear-password", None, _OneChargePoint, "Take its password away."),
        ("allow-lower-profile", None, _OneChargePoint, "Forget its highest security profile."),
    )

    def postOptions(self) -> None:
        """Refuse what cannot be meant."""
        if self.subCommand is None:
            raise usage.UsageError("a command is needed: set-password, clear-password, ..")


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
        path = placeOf(options).database
        lines = _COMMANDS[options.subCommand](options, path, terminal, randomness, hasher)
    except (usage.UsageError, Refused, StoreFailed, ConfigurationError) as error:
        terminal.complain("ocppgw-charge-point", error)
        return 1
    terminal.say(*lines)
    return 0


def main() -> None:
    """The console script."""
    end(run)


def _setPassword(
    options: Options, path: Path, terminal: Terminal, randomness: Randomness, hasher: Hasher
) -> tuple[str, ...]:
    sub: Any = options.subOptions
    if sub["chosen"]:
        password = _chosen(terminal)
        kept = hashChosen(password, randomness, hasher).text
        shown: tuple[str, ...] = ()
    else:
        password = generatedKey(randomness)
        kept = hashGenerated(password, randomness).text
        shown = (f"password: {password.reveal()}",)
    change = partial(linkaccess.PasswordSet, password=kept)
    spelling, isKnown = _change(path, sub["identity"], change)
    return (f"identity: {spelling}", *shown, *_hints(spelling, isKnown))


def _clearPassword(options: Options, path: Path, *_: Any) -> tuple[str, ...]:
    sub: Any = options.subOptions
    change = partial(linkaccess.PasswordSet, password="")
    spelling, _known = _change(path, sub["identity"], change)
    return (f"identity: {spelling}", "it has no password any more")


def _allowLowerProfile(options: Options, path: Path, *_: Any) -> tuple[str, ...]:
    sub: Any = options.subOptions
    spelling, _known = _change(path, sub["identity"], linkaccess.ProfileForgotten)
    return (f"identity: {spelling}", "it may connect with a lower security profile again")


_COMMANDS: dict[Any, Any] = {
    "set-password": _setPassword,
    "clear-password": _clearPassword,
    "allow-lower-profile": _allowLowerProfile,
}


def _change(path: Path, identity: str, change: Any) -> tuple[str, bool]:
    """Keep a change; how the identity is spelled, and whether the gateway knows it."""

    def do(cursor: Any) -> tuple[str, bool]:
        known = knownAs(cursor, identity)
        changeAccess(cursor, change(known or identity))
        return known or identity, known is not None

    return alter(path, do)


def _chosen(terminal: Terminal) -> Secret:
    password = terminal.newPassword()
    length = len(password.reveal())
    if not 0 < length <= LONGEST:
        raise Refused(f"a password has 1 to {LONGEST} characters")
    if length < SHORT:
        terminal.complain("ocppgw-charge-point", f"shorter than {SHORT} characters is weak")
    return password


def _hints(spelling: str, isKnown: bool) -> tuple[str, ...]:
    return () if isKnown else (f"note: the gateway has not met {spelling} yet",)
