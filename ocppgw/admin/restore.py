"""
``ocppgw-admin restore``: a state folder from a backup.

Everything is compared before anything is put in place.  A state that is there is never deleted:
with ``--replace`` it is moved aside, into a folder within the state folder, because a service may
write nowhere else.  What root restores belongs to whoever the state folder belongs to.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from twisted.python import usage

from ocppgw.admin import archives
from ocppgw.admin.archives import Archive
from ocppgw.admin.backup import CONFIGURATION, STATE
from ocppgw.admin.newfiles import newFile
from ocppgw.admin.places import ASIDE, Place
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
    with _workplace(state) as folder:
        archive = archives.unpack(options["file"], folder)
        _verify(folder, archive)
        aside = _replace(state, folder)
        lines = [f"{state}: {len(archive.files)} files of {archive.facts.get('made')}"]
        if aside is not None:
            lines.append(f"the state that was there is in {aside} now")
        lines += _configured(folder, wanted)
    terminal.say(*lines)
    return 0


@contextmanager
def _workplace(state: Path) -> Iterator[Path]:
    """A folder in the state folder; a state folder that was made for it goes where it fails."""
    isNew = not state.exists()
    state.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=state) as folder:
            yield Path(folder)
    except BaseException:
        if isNew:
            # With files in it already it stays; what went wrong matters more.
            with suppress(OSError):
                state.rmdir()
        raise


def giveAway(state: Path, made: Path) -> None:
    """
    Root has all that lies in a folder belong to the owner of the state folder.

    Who owns that may put links in the way meanwhile: none is followed.
    """
    owner = state.stat()
    if os.geteuid() == 0:
        for _, folders, files, where in os.fwalk(made, follow_symlinks=False):
            for name in (*folders, *files):
                os.chown(name, owner.st_uid, owner.st_gid, dir_fd=where, follow_symlinks=False)


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


def _replace(state: Path, folder: Path) -> Path | None:
    """Put the new state in the place of one that is there; gives where that is then."""
    there = [path for path in state.iterdir() if path != folder]
    aside = state / f"{ASIDE}{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    empty = folder / aside.name
    empty.mkdir(mode=0o700)
    giveAway(state, folder)
    if there:
        empty.rename(aside)
    try:
        for path in there:
            path.rename(aside / path.name)
        for path in (folder / STATE).iterdir():
            path.rename(state / path.name)
    except OSError as error:
        if not there:
            raise
        raise Refused(f"{error}: the old state, as far as it was moved, is in {aside}") from error
    return aside if there else None


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
