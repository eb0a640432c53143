"""
``ocppgw-admin backup``: everything that a gateway needs to go on elsewhere, in one file.

Works while the gateway runs: the database is copied as of one moment.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Any

from twisted.python import usage

from ocppgw import __version__
from ocppgw.admin import archives
from ocppgw.admin.places import ASIDE, Place
from ocppgw.admin.terminal import Refused, Terminal
from ocppgw.gateway.service import DATABASE
from ocppgw.store import copying

STATE = "state"
CONFIGURATION = "configuration"


class Options(usage.Options):
    """What may stand behind ``backup``."""

    synopsis = "FILE"

    def parseArgs(self, file: str) -> None:  # type: ignore[override]
        """The archive that is made, a .tar.gz."""
        self["file"] = Path(file)


def run(options: Any, place: Place, terminal: Terminal) -> int:
    """Do it; gives the exit status."""
    target: Path = options["file"]
    if target.exists():
        raise Refused(f"{target} is there already: name another file")
    # Beside the archive: there is room for it, and no other user looks in.
    with tempfile.TemporaryDirectory(dir=target.absolute().parent) as folder:
        copy = Path(folder) / DATABASE
        copying.copyTo(place.database, copy)
        faults = copying.faultsOf(copy)
        if faults:
            raise Refused(f"{faults[0]}; restore an older backup")
        files = {f"{STATE}/{DATABASE}": copy}
        files |= {f"{STATE}/{path.relative_to(place.state)}": path for path in beside(place.state)}
        if place.file is not None:
            named = Path(folder) / place.file.name
            shutil.copyfile(place.file, named)
            files[f"{CONFIGURATION}/{place.file.name}"] = named
        schema = copying.schemaOf(copy)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        archives.write(target, files, {"version": __version__, "schema": schema, "made": made})
    terminal.say(f"{target}: {len(files)} files, schema {schema}")
    if place.file is None:
        terminal.say("note: no configuration is in it; name it with --config")
    return 0


def beside(state: Path) -> Iterator[Path]:
    """What is to be kept beside the database: certificates, keys, whom we trust, passwords."""
    kept = [one for one in sorted(state.iterdir()) if not one.name.startswith(ASIDE)]
    for path in chain.from_iterable((one, *sorted(one.rglob("*"))) for one in kept):
        # The database's own files are part of its copy; those of an upgrade are copies already.
        if path.is_file() and not path.is_symlink() and not path.name.startswith(DATABASE):
            yield path
