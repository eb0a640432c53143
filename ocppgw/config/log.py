"""
``[log]``: what the log says, and how.

Declarations only.  All of it can change while the gateway runs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import attrs

from ocppgw.config.declaring import key
from ocppgw.config.errors import Unacceptable
from ocppgw.config.kinds import FilePath, Kind, Number, Word
from ocppgw.config.showing import shown, tomlKey

LEVELS = ("debug", "info", "warn", "error", "critical")

_NAMESPACE = re.compile(r"[A-Za-z_][\w-]*(\.[A-Za-z_]\w*)*")


@attrs.frozen
class Levels(Kind[Mapping[str, str]]):
    """The least level of each namespace; the nearest one above counts for those not named."""

    @property
    def accepted(self) -> str:
        return (
            f'a table of namespaces ("ocppgw.central") and levels, each one of {", ".join(LEVELS)}'
        )

    def read(self, value: object) -> Mapping[str, str]:
        if not isinstance(value, Mapping):
            raise Unacceptable(shown(value))
        for name, level in value.items():
            if not _NAMESPACE.fullmatch(name):
                raise Unacceptable("this namespace", where=f".{tomlKey(name)}")
            if level not in LEVELS:
                raise Unacceptable(shown(level), where=f".{tomlKey(name)}")
        return MappingProxyType(dict(value))


@attrs.frozen
class OptionalPath(Kind[Path | str]):
    """A file, or an empty text for none."""

    @property
    def accepted(self) -> str:
        return f"empty, or {FilePath().accepted}"

    def read(self, value: object) -> Path | str:
        return "" if value == "" else FilePath().read(value)


@attrs.frozen
class LogSection:
    """What the log says, and how."""

    format: str = key(
        Word(("text", "json")),
        "text",
        "text: a line for people; json: an object a line, for programs. Times are UTC in both.",
        reload=True,
    )
    level: str = key(
        Word(LEVELS),
        "info",
        "The least level that is written: debug, info, warn, error or critical.",
        reload=True,
    )
    levels: Mapping[str, str] = key(
        Levels(),
        MappingProxyType({}),
        "Another level for parts of the gateway, by namespace, with all that is below it.",
        reload=True,
    )
    repeatInterval: float = key(
        Number(0, 86400),
        60.0,
        "Messages that are alike, about the same charge point, client or file, are written once in "
        "this time; a line at its end says how many more there were. 0 writes every one.",
        unit="seconds",
        reload=True,
    )
    file: Path | str = key(
        OptionalPath(),
        "",
        "Where the log is written. Left out: standard output, or what twistd was told. The file "
        "is opened anew at SIGHUP, so that it can be moved away before.",
        reload=True,
    )

    @property
    def path(self) -> Path | None:
        """The file that is named, if one is."""
        return Path(self.file) if self.file else None
