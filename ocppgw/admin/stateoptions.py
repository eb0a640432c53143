"""
Which gateway a console script is about: the options that name its state folder.
"""

from __future__ import annotations

from pathlib import Path

import attrs
from twisted.python import usage

from ocppgw.config.configuration import Configuration
from ocppgw.config.reading import readFile

STATE_PARAMETERS = (
    ("state", "s", None, "The gateway's folder for what must survive."),
    ("config", "c", None, "The gateway's configuration file, which names that folder."),
)
"""For ``optParameters`` of a script's options."""


def checkState(options: usage.Options) -> None:
    """Raises ``UsageError`` where both are given."""
    if options["state"] and options["config"]:
        raise usage.UsageError("--state or --config, not both")


def configurationOf(options: usage.Options) -> Configuration:
    """
    What is known of the gateway; with ``--state`` only that.

    Fails with ``ConfigurationError``.
    """
    if options["config"]:
        return readFile(Path(options["config"]))
    found = Configuration()
    if options["state"]:
        gateway = attrs.evolve(found.gateway, state=Path(options["state"]))
        found = attrs.evolve(found, gateway=gateway)
    return found
