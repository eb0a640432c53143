"""
Every setting that stands once, with its value and where that comes from: for people.

Pure, and derived from the declarations: nothing here knows a key.  Secrets are masked.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs

from ocppgw.access.secretkeys import MASK, isSecret
from ocppgw.config.configuration import Configuration
from ocppgw.config.declaring import Key, Section, partsOf
from ocppgw.config.kinds import PasswordText
from ocppgw.config.showing import tomlText

DEFAULT, FILE, COMMAND_LINE = "default", "file", "commandLine"
"""Where a value can come from."""


@attrs.frozen
class Setting:
    """
    A key with its value.

    :ivar table: as it stands in the file, ``[ocpp]``; empty for a table of free keys.
    :ivar key: its declaration, by its own name.
    :ivar path: its whole name, ``ocpp.callTimeout``.
    :ivar value: as it would stand in the file.
    :ivar origin: `DEFAULT`, `FILE` or `COMMAND_LINE`.
    :ivar line: where in the file; 0 where that is not known.
    :ivar option: of the command line.
    """

    table: str
    key: Key
    path: str
    value: str
    origin: str
    line: int = 0
    option: str = ""


def settings(configuration: Configuration) -> tuple[Setting, ...]:
    """All of them, in the order of the declarations."""
    return tuple(_stated(configuration))


def _stated(configuration: Configuration) -> Iterator[Setting]:
    for part in partsOf(Configuration):
        value = getattr(configuration, part.name)
        if isinstance(part, Key):
            yield _setting(configuration, f"[{part.name}]", part, part.name, value)
        elif not part.repeated:
            yield from _table(configuration, f"[{part.name}]", part.name, part, value)


def _table(
    configuration: Configuration, title: str, path: str, section: Section, table: Any
) -> Iterator[Setting]:
    for part in partsOf(section.cls):
        value, name = getattr(table, part.name), f"{path}.{part.name}"
        if isinstance(part, Key):
            yield _setting(configuration, title, part, name, value, section)
        else:
            for place, each in enumerate(value, 1):
                inner = attrs.evolve(part, name=name)
                yield from _table(
                    configuration, f"[[{name}]] {place}", f"{name}[{place}]", inner, each
                )


def _setting(
    configuration: Configuration,
    title: str,
    key: Key,
    path: str,
    value: Any,
    within: Section | None = None,
) -> Setting:
    origins = configuration.origins
    # What stands in tables that cannot come and go cannot change either.
    if within is not None and within.repeated and not within.reload:
        key = attrs.evolve(key, reload=False)
    option = origins.options.get(path, "")
    line = origins.lines.get(path)
    origin = COMMAND_LINE if option else DEFAULT if line is None else FILE
    return Setting(title, key, path, _shown(key, value), origin, line or 0, option)


def _shown(key: Key, value: Any) -> str:
    if isinstance(key.kind, PasswordText):
        return MASK
    if isinstance(value, Mapping):
        value = {name: MASK if isSecret(name) else item for name, item in value.items()}
    return tomlText(value)
