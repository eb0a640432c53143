"""
The releases that a contender runs with: what was asked for, and what that depends on.

For a peer they are read from the files that its environment is made of, see `peers`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.core.machine import PACKAGES

Releases = Mapping[str, Mapping[str, str]]
"""By name of the package: those ``wanted``, and the ``others``."""

_PIN = re.compile(r"^([\w.-]+)==([\w.+!-]+)", re.MULTILINE)


def ofOurs(names: Sequence[str] = PACKAGES) -> Releases:
    """Of the environment that this runs in; all of it is in the lock of the revision."""
    return {"wanted": {name: version(name) for name in names}, "others": {}}


def ofPython(requirements: Path) -> Releases:
    """Of a file with pins, and the ``.in`` beside it, which names those that are wanted."""
    wanted = dict(_PIN.findall(requirements.with_suffix(".in").read_text()))
    return _parted(wanted, dict(_PIN.findall(requirements.read_text())))


def ofNode(manifest: Path) -> Releases:
    """Of a ``package.json`` and the lock beside it."""
    packages = json.loads(manifest.with_name("package-lock.json").read_text())["packages"]
    every = {
        place.removeprefix("node_modules/"): package["version"]
        for place, package in packages.items()
        if place
    }
    return _parted(json.loads(manifest.read_text())["dependencies"], every)


def _parted(wanted: Mapping[str, str], every: Mapping[str, str]) -> Releases:
    return {
        "wanted": {name: every[name] for name in wanted},
        "others": {name: release for name, release in every.items() if name not in wanted},
    }


def shown(result: Mapping[str, Any]) -> str:
    """
    Those wanted, in a line of the page; empty for a result that names none.

    Contenders whose names are the same up to a comma are one thing in several ways.
    """
    known: dict[str, str] = {}
    for contender, releases in result.get("releases", {}).items():
        wanted = ", ".join(f"{name} {release}" for name, release in releases["wanted"].items())
        known.setdefault(contender.partition(", ")[0], wanted)
    return f"Releases: {'; '.join(f'{who}: {of}' for who, of in known.items())}." if known else ""
