"""
``ocppgw-admin restore``: a state folder from a backup.

Everything is compared before anything is put in place.  A state that is there is never deleted:
with ``--replace`` it is moved aside.
"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from twisted.python import usage

from ocppgw.admin import archives
from ocppgw.admin.archives import Archive
from ocppgw.admin.backup import CONFIGURATION, STATE
from ocppgw.admin.newfiles import newFile
from ocppgw.admin.places import Place
from ocppgw.admin.terminal import Refused, Terminal
from ocppgw.gateway.service import DATABASE
from ocppgw.store import copying
from ocppgw.store.schema import VERSION


class Options(usage.Options):
    """What may stand behind ``restore``."""

    synopsis = "FILE"
    optFlags = (("replace", None, "Move a state that is there aside, instead of refusing."),)
    optParameters = (
        ("configuration", None, None, "Where to put the configuration of the backup."),
    )

    def parseArgs(self, file: str) -> None:  # type: ignore[override]
        """The archive."""
        self["file"] = Path(file)


def run(options: Any, place: Place, terminal: Terminal) -> int:
    """Do it; gives the exit status."""
    state, wanted = place.state, options["configuration"]
    _refuseOccupied(place, options["replace"])
    if wanted and Path(wanted).exists():
        raise Refused(f"{wanted} is there already: move it away, or name another file")
    state.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=state.parent) as folder:
        archive = archives.unpack(options["file"], Path(folder))
        _verify(Path(folder), archive)
        aside = _putAside(state)
        (Path(folder) / STATE).rename(state)
        state.chmod(0o700)
        lines = [f"{state}: {len(archive.files)} files of {archive.facts.get('made')}"]
        if aside is not None:
            lines.append(f"the state that was there is {aside} now")
        lines += _configured(Path(folder), wanted)
    terminal.say(*lines)
    return 0


def _refuseOccupied(place: Place, mayReplace: bool) -> None:
    if place.database.exists() and copying.isInUse(place.database):
        raise Refused(f"{place.state} is in use by a gateway: stop it first")
    if place.state.exists() and any(place.state.iterdir()) and not mayReplace:
        raise Refused(f"{place.state} is not empty: --replace moves it aside")


def _verify(folder: Path, archive: Archive) -> None:
    database = folder / STATE / DATABASE
    if not database.is_file():
        raise Refused("the archive holds no database: take another backup")
    schema = copying.schemaOf(database)
    if schema > VERSION:
        version = archive.facts.get("version")
        raise Refused(f"the backup is of ocppgw {version}, which is newer: install that first")
    faults = copying.faultsOf(database)
    if faults:
        raise Refused(f"the database of the backup is corrupt ({faults[0]}): take another one")


def _putAside(state: Path) -> Path | None:
    if not state.exists():
        return None
    if not any(state.iterdir()):
        state.rmdir()
        return None
    aside = state.with_name(f"{state.name}.{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    state.rename(aside)
    return aside


def _configured(folder: Path, wanted: str | None) -> list[str]:
    kept = sorted((folder / CONFIGURATION).glob("*"))
    if not kept:
        return ["the backup holds no configuration"]
    if not wanted:
        return [f"its configuration {kept[0].name} was left in the backup: --configuration FILE"]
    target = Path(wanted)
    target.parent.mkdir(parents=True, exist_ok=True)
    with newFile(target) as file:
        file.write(kept[0].read_bytes())
    return [f"its configuration is {target}"]
