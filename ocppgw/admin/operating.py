"""
``ocppgw-admin``: what whoever keeps a gateway running needs beside it.

Only the way to the commands; each is a module of its own with ``Options`` and ``run``.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

from twisted.python import usage

from ocppgw.admin import backup, check, export, restore, supportbundle
from ocppgw.admin.places import PARAMETERS, placeOf
from ocppgw.admin.terminal import Refused, Terminal, end
from ocppgw.config.errors import ConfigurationError
from ocppgw.interfaces import StoreFailed

SCRIPT = "ocppgw-admin"

_COMMANDS: Any = MappingProxyType(
    {
        "backup": backup,
        "restore": restore,
        "check": check,
        "export": export,
        "support-bundle": supportbundle,
    }
)


class Options(usage.Options):
    """What may stand on the command line."""

    synopsis = "[--state FOLDER] [--config FILE] COMMAND"
    longdesc = "Run it as the user that the gateway runs as."
    optParameters = PARAMETERS
    subCommands = (
        ("backup", None, backup.Options, "Everything in one file, also while it runs."),
        ("restore", None, restore.Options, "A state folder from a backup."),
        ("check", None, check.Options, "Look over everything, with remedies."),
        ("export", None, export.Options, "Charge points, transactions, meter values."),
        ("support-bundle", None, supportbundle.Options, "What somebody elsewhere needs."),
    )

    def postOptions(self) -> None:
        """Refuse what cannot be meant."""
        if self.subCommand is None:
            raise usage.UsageError(f"a command is needed: {', '.join(_COMMANDS)}")


def run(arguments: list[str], terminal: Terminal) -> int:
    """Do it; gives the exit status."""
    options = Options()  # type: ignore[no-untyped-call]
    try:
        options.parseOptions(arguments)  # type: ignore[no-untyped-call]
        return _run(options, terminal)
    except (usage.UsageError, Refused, StoreFailed, ConfigurationError, OSError) as error:
        terminal.complain(SCRIPT, error)
        return 1


def _run(options: Options, terminal: Terminal) -> int:
    command = _COMMANDS[options.subCommand]
    try:
        place = placeOf(options)
    except ConfigurationError as error:
        if command is not check:
            raise
        return check.runWithout(options, error, terminal)
    status: int = command.run(options.subOptions, place, terminal)
    return status


def main() -> None:
    """The console script."""
    end(run)
