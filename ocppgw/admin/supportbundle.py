"""
``ocppgw-admin support-bundle``: what somebody elsewhere needs to understand what is wrong here.

Versions, the configuration, what ``check`` says, the size of the database, the end of the log and
the last frames, each as a text in one archive.  Secrets are masked, persons are left out.  What
cannot be had is named, and prevents nothing.
"""

from __future__ import annotations

import io
import json
import platform
import tarfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import ProxyHandler, build_opener

from twisted.python import usage

from ocppgw import __version__
from ocppgw.access.secretkeys import MASK
from ocppgw.access.secrets import PasswordHash
from ocppgw.admin.check import look
from ocppgw.admin.masking import Masking, withoutPersons
from ocppgw.admin.newfiles import newFile
from ocppgw.admin.places import Place
from ocppgw.admin.ports import hasOpen, whoListens
from ocppgw.admin.servicejournal import endOfJournal
from ocppgw.admin.terminal import Terminal
from ocppgw.config.addresses import interfaceAndPort
from ocppgw.config.configuration import Configuration
from ocppgw.config.declaring import Key, partsOf
from ocppgw.config.overriding import Overrides, merge
from ocppgw.config.showing import tomlKey, tomlText
from ocppgw.config.web import WebSection
from ocppgw.gateway.firststart import FILE_NAME
from ocppgw.interfaces import StoreFailed
from ocppgw.store import copying
from ocppgw.store.lock import lockOf
from ocppgw.store.secrets import secretsOf

LOG_END = 2 * 1024 * 1024
"""Bytes of the log that are taken: its end."""

MOST_CHARGE_POINTS = 50
"""Charge points whose frames are taken."""

PATIENCE = 3.0
"""Seconds that the console may take for an answer."""

LARGEST_ANSWER = 8 * 1024 * 1024

Fetch = Callable[[str], Any]


class Options(usage.Options):
    """What may stand behind ``support-bundle``."""

    synopsis = "FILE"
    optParameters = (
        ("log", "l", None, "The log; left out: that of the configuration, or the journal."),
        ("unit", "u", "ocppgw", "The service whose journal is read where there is no log file."),
        ("web", "w", None, "Where the console listens, where twistd's command line says so."),
    )

    def parseArgs(self, file: str) -> None:  # type: ignore[override]
        """The archive that is made, a .tar.gz."""
        self["file"] = Path(file)


def run(
    options: Any,
    place: Place,
    terminal: Terminal,
    fetch: Fetch | None = None,
    journalctl: str = "journalctl",
) -> int:
    """Do it; gives the exit status."""
    target: Path = options["file"]
    log = Path(options["log"]) if options["log"] else place.configuration.log.path
    console = merge(place.configuration, Overrides(web=options["web"])).web
    masking = Masking(_secretsOf(place))
    texts = {
        "versions.json": _tried(_versions),
        "configuration.toml": _tried(lambda: configurationText(place.configuration)),
        "check.txt": _tried(lambda: "".join(f"{one}\n" for one in look(place, datetime.now(UTC)))),
        "database.json": _tried(lambda: _database(place)),
        "log.txt": _tried(
            lambda: _endOf(log) if log else endOfJournal(options["unit"], journalctl)[-LOG_END:]
        ),
        "frames.json": _tried(lambda: _frames(fetch or fetchFrom(place, console))),
    }
    _write(target, {name: masking(text) for name, text in texts.items()})
    terminal.say(f"{target}: {', '.join(texts)}", "look through it before you send it")
    return 0


def _tried(make: Callable[[], str]) -> str:
    try:
        return make()
    except (OSError, ValueError, StoreFailed, KeyError, TypeError) as error:
        return f"not to be had: {type(error).__name__}: {error}\n"


def _write(target: Path, texts: dict[str, str]) -> None:
    with newFile(target) as raw, tarfile.open(fileobj=raw, mode="w:gz") as tar:
        for name, text in texts.items():
            data = text.encode("utf-8", "backslashreplace")
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o600
            tar.addfile(info, io.BytesIO(data))


def _secretsOf(place: Place) -> set[str]:
    found: set[str] = set()
    try:
        found |= secretsOf(place.database)
    except StoreFailed:
        # Without a database that can be read, nothing of it gets into the bundle either.
        found.clear()
    initial = place.state / FILE_NAME
    if initial.is_file():
        found.add(initial.read_text("utf-8").strip())
    return found


def _versions() -> str:
    packages = {one.metadata["Name"]: one.version for one in distributions()}
    facts = {
        "ocppgw": __version__,
        "python": platform.python_version(),
        "sqlite": copying.SQLITE,
        "system": platform.platform(),
        "packages": dict(sorted(packages.items())),
    }
    return json.dumps(facts, indent=1) + "\n"


def configurationText(configuration: Configuration) -> str:
    """
    What is in force, as TOML: made anew, so that no comment of the file gets in.

    Passwords and idTags are left out.
    """
    return "\n".join(_tables("", Configuration, configuration)) + "\n"


def _tables(path: str, cls: type, value: Any) -> Iterator[str]:
    for part in partsOf(cls):
        name, own = f"{path}{part.name}", getattr(value, part.name)
        if isinstance(part, Key):
            if not path and own:
                yield f"[{name}]"
                yield from (f"{tomlKey(key)} = {tomlText(one)}" for key, one in own.items())
        elif name == "idTags":
            yield f"# {len(own)} idTags"
        else:
            for one in own if part.repeated else (own,):
                yield f"[[{name}]]" if part.repeated else f"[{name}]"
                yield from _keys(part.cls, one)
                yield from _tables(f"{name}.", part.cls, one)


def _keys(cls: type, table: Any) -> Iterator[str]:
    for part in partsOf(cls):
        value = getattr(table, part.name)
        if isinstance(part, Key) and value is not None:
            shown = tomlText(MASK if isinstance(value, PasswordHash) else value)
            yield f"{part.name} = {shown}"


def _database(place: Place) -> str:
    path = place.database
    files = {one.name: one.stat().st_size for one in path.parent.glob(f"{path.name}*")}
    facts = {
        "schema": copying.schemaOf(path),
        "newest": str(copying.newestOf(path)),
        "bytes": files,
        "rows": dict(copying.rowsOf(path)),
    }
    return json.dumps(facts, indent=1) + "\n"


def _endOf(log: Path) -> str:
    with log.open("rb") as file:
        size = file.seek(0, io.SEEK_END)
        file.seek(max(0, size - LOG_END))
        return file.read(LOG_END).decode("utf-8", "replace")


def fetchFrom(place: Place, section: WebSection) -> Fetch:
    """
    Asks the API of the gateway that runs here and is open to this machine only.

    Fails with ``OSError`` where that is not known to be the one with this state folder.
    """
    if section.listen == "none" or section.isSecure or section.isOpen:
        raise OSError("frames are shown by a console without TLS on this machine only")
    if not copying.isInUse(place.database):
        raise OSError("they are in the memory of a gateway, and the gateway is not running")
    port = int(interfaceAndPort(section.listen)[1])
    listener = whoListens(port)
    if listener.pid and not hasOpen(listener.pid, lockOf(place.database)):
        raise OSError(f"port {port} is another's, {listener}: name the console's with --web")
    opener = build_opener(ProxyHandler({}))

    def fetch(path: str) -> Any:
        with opener.open(f"http://127.0.0.1:{port}{path}", timeout=PATIENCE) as answer:
            return json.loads(answer.read(LARGEST_ANSWER))

    return fetch


def _frames(fetch: Fetch) -> str:
    points = fetch("/api/v1/chargepoints")["chargePoints"][:MOST_CHARGE_POINTS]
    found = {}
    for point in points:
        name = point["nodeName"]
        answer = fetch(f"/api/v1/chargepoints/{quote(name, safe='')}/frames")
        # A charge point that was not there since the start has none: that is told apart.
        said = {key: point[key] for key in ("connected", "lastSeen")}
        found[name] = {**said, "frames": answer["frames"]}
    return withoutPersons(json.dumps(found, indent=1)) + "\n"
