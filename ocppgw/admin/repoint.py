"""
``ocppgw-repoint``: point the tags of an Ignition project from another driver to the gateway.

Reads a tag file that Ignition exported and writes another one; the first is never changed.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from twisted.python import usage

from ocppgw.admin.itempaths import PATTERN, Left
from ocppgw.admin.tagfiles import Change, Terms, repointed
from ocppgw.admin.terminal import Refused, Terminal, end

SCRIPT = "ocppgw-repoint"


class Options(usage.Options):
    """What may stand on the command line."""

    synopsis = "[OPTIONS] TAGS.json"
    longdesc = "Prints each item with its NodeId; writes nothing without --output."
    optParameters = (
        ("output", "o", "", "The file to write; it must not be there yet."),
        ("connection", "c", "ocppgw", "The name of Ignition's OPC connection to the gateway."),
        ("server", "s", "Ignition OPC UA Server", "The opcServer of the tags to change."),
        ("pattern", "p", PATTERN, "A regular expression that finds items, with device and path."),
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.nodes: dict[str, str] = {}
        self.devices: set[str] = set()

    def opt_node(self, text: str) -> None:
        """DEVICE=NODE: this device has another node name at the gateway."""
        device, _, node = text.partition("=")
        if not device or not node:
            raise usage.UsageError("--node takes DEVICE=NODE")
        self.nodes[device] = node

    def opt_device(self, device: str) -> None:
        """Only change this device; may be given several times."""
        self.devices.add(device)

    def parseArgs(self, file: str) -> None:  # type: ignore[override]
        """The exported tags."""
        self["file"] = file

    def terms(self) -> Terms:
        """What is to be changed.  Raises `Refused`."""
        try:
            pattern = re.compile(self["pattern"])
        except re.error as error:
            raise Refused(f"--pattern: {error}") from error
        if not {"device", "path"} <= pattern.groupindex.keys():
            raise Refused("--pattern needs the groups (?P<device>..) and (?P<path>..)")
        server, connection = self["server"], self["connection"]
        return Terms(pattern, server, connection, self.nodes, frozenset(self.devices))


def run(arguments: list[str], terminal: Terminal) -> int:
    """Do it; gives the exit status."""
    options = Options()
    try:
        options.parseOptions(arguments)  # type: ignore[no-untyped-call]
        content, report = repointed(_read(Path(options["file"])), options.terms())
        if options["output"]:
            _write(Path(options["output"]), content)
    except (usage.UsageError, Refused) as error:
        terminal.complain(SCRIPT, error)
        return 1
    terminal.say(*map(_line, report), _summary(report, options["output"]))
    return 0


def main() -> None:
    """The console script."""
    end(run)


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Refused(f"{file}: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise Refused(f"{file}: this is no JSON: {error}") from error


def _write(file: Path, content: Any) -> None:
    try:
        with file.open("x", encoding="utf-8") as output:
            json.dump(content, output, indent=2, ensure_ascii=False)
            output.write("\n")
    except OSError as error:
        raise Refused(f"{file}: {error.strerror}") from error


def _line(change: Change) -> str:
    if isinstance(change.new, Left):
        return f"{change.tag}: {change.old} stays: {change.new.reason}"
    return f"{change.tag}: {change.old} -> {change.new}"


def _summary(report: list[Change], output: str) -> str:
    left = sum(isinstance(change.new, Left) for change in report)
    where = f"written to {output}" if output else "nothing was written: --output FILE does that"
    return f"{len(report) - left} changed, {left} left as they are; {where}"
