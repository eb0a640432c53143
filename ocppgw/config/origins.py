"""
Where settings come from: which stand in the file, on which line, and which on the command line.

Pure.  Kept beside the values, and never compared: where a value stands changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

import attrs

_HEAD = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?")
_KEY = re.compile(r"\s*([\w.-]+)\s*=")

_NOTHING: Mapping[str, int] = MappingProxyType({})
_NO_OPTIONS: Mapping[str, str] = MappingProxyType({})


@attrs.frozen
class Origins:
    """
    What was said where.  Paths are like ``ocpp.listen`` and ``ocpp.listeners[1].endpoint``; of
    ``[[idTags]]`` and the like, of which there may be thousands, only the first line is known.

    :ivar file: the configuration file; empty without one.
    :ivar lines: the lines of what stands in it, by path; 0 where the line is not known.
    :ivar options: the command-line options that beat it, by path.
    """

    file: str = ""
    lines: Mapping[str, int] = _NOTHING
    options: Mapping[str, str] = _NO_OPTIONS


def originsOf(document: Mapping[str, object], text: str, file: str) -> Origins:
    """Of a document, and the text that it was read from."""
    found = _linesOf(text)
    return Origins(file, MappingProxyType({path: found.get(path, 0) for path in _paths(document)}))


def _paths(table: Mapping[str, object], within: str = "") -> Iterator[str]:
    for name, value in table.items():
        path = f"{within}{name}"
        yield path
        if isinstance(value, Mapping):
            yield from _paths(value, f"{path}.")
        elif isinstance(value, list) and within:
            for place, item in enumerate(value, 1):
                if isinstance(item, Mapping):
                    yield from _paths(item, f"{path}[{place}].")


def _linesOf(text: str) -> dict[str, int]:
    """
    The line of each key and table, where it stands by itself.

    What looks like one key twice is a text of several lines; then neither is told.
    """
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    within = ""
    for number, line in enumerate(text.split("\n"), 1):
        if head := _HEAD.fullmatch(line.rstrip("\r")):
            name = head[2]
            found.setdefault(name, number)
            counts[name] = counts.get(name, 0) + 1
            within = f"{name}[{counts[name]}]." if head[1] == "[[" else f"{name}."
        elif key := _KEY.match(line):
            path = f"{within}{key[1]}"
            found[path] = 0 if path in found else number
    return found
