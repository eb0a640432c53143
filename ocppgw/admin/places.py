"""
Which gateway a command is about: its configuration, its state folder, its database; and the options
of every console script that name it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs

from ocppgw.config.configuration import Configuration
from ocppgw.config.reading import readFile
from ocppgw.gateway.service import DATABASE

PARAMETERS = (
    ("state", "s", None, "The gateway's folder for what must survive; it beats the file's."),
    ("config", "c", None, "The gateway's configuration file, which names that folder."),
)
"""For ``optParameters`` of a script's options."""

ASIDE = "before-restore-"
"""How folders in the state folder begin that hold what was there before a restore."""


@attrs.frozen
class Place:
    """
    One gateway, running or not.

    :ivar file: its configuration file, where one was named.
    """

    configuration: Configuration
    file: Path | None

    @property
    def state(self) -> Path:
        """The folder with all that must survive."""
        return self.configuration.gateway.state

    @property
    def database(self) -> Path:
        """The database in it."""
        return self.state / DATABASE


def placeOf(options: Any) -> Place:
    """What ``--state`` and ``--config`` name.  Fails with ``ConfigurationError``."""
    file = Path(options["config"]) if options["config"] else None
    configuration = readFile(file) if file is not None else Configuration()
    state = options["state"] or configuration.gateway.state
    gateway = attrs.evolve(configuration.gateway, state=Path(state).absolute())
    return Place(attrs.evolve(configuration, gateway=gateway), file)
