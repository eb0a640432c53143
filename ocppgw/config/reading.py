"""
From a TOML file to a `Configuration`; the first thing that is wrong ends it.

Derived from the declarations: nothing here knows a key.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs

from ocppgw.config.configuration import Configuration
from ocppgw.config.declaring import Coherent, Key, Section, partsOf
from ocppgw.config.errors import ConfigurationError, Unacceptable
from ocppgw.config.origins import originsOf
from ocppgw.config.showing import shown, tomlKey


def readFile(path: Path) -> Configuration:
    """
    Read a file.  Raises `ConfigurationError`, and nothing else.

    Relative paths in it become relative to its folder.
    """
    try:
        data = path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise ConfigurationError(
            str(path), "--config", f"{reason}; accepted is a TOML file that can be read"
        ) from None
    return readText(_decoded(data, str(path)), str(path), path.parent.absolute())


def _decoded(data: bytes, file: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            file, f"line {line}", "not UTF-8; accepted is a TOML file in UTF-8"
        ) from None


def readText(text: str, file: str, folder: Path) -> Configuration:
    """Read the text of a file that is named ``file`` and lies in ``folder``."""
    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise _syntaxError(file, str(error), text) from None
    made = _Reader(file, folder).configuration(document)
    return attrs.evolve(made, origins=originsOf(document, text, file))


def _syntaxError(file: str, reason: str, text: str) -> ConfigurationError:
    what, _, place = reason.removesuffix(")").rpartition(" (at ")
    line, _, column = place.partition(", ")
    if not line.startswith("line "):
        what, line, column = what or reason, f"line {text.count(chr(10)) + 1}", "end of the file"
    return ConfigurationError(
        file, line, f"not TOML: {what} ({column}); accepted is a file by toml.io/en/v1.0.0"
    )


@attrs.frozen
class _Reader:
    """Reads one document; knows the file for its errors and the folder for its paths."""

    file: str
    folder: Path

    def configuration(self, document: Mapping[str, Any]) -> Configuration:
        """The configuration that the document declares."""
        parts = partsOf(Configuration)
        self._refuseUnknown("", document, [part.name for part in parts])
        values: dict[str, Any] = {
            part.name: self._part(part, document[part.name])
            for part in parts
            if part.name in document
        }
        return Configuration(**values)

    def _part(self, part: Section | Key, value: object) -> object:
        if isinstance(part, Key):
            return self._value(part.name, part, value)
        if part.repeated:
            return self._tables(part, value)
        if not isinstance(value, dict):
            raise self._refused(part.name, shown(value), f"a table, [{part.name}]")
        return self._table(part.name, part.cls, value)

    def _tables(self, part: Section, value: object) -> tuple[object, ...]:
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            accepted = f"any number of tables, each begun with [[{part.name}]]"
            raise self._refused(part.name, shown(value), accepted)
        tables = tuple(
            self._table(f"{part.name}[{place}]", part.cls, item)
            for place, item in enumerate(value, 1)
        )
        self._refuseTwins(part, tables)
        return tables

    def _table(self, path: str, cls: type, table: Mapping[str, Any]) -> object:
        parts = partsOf(cls)
        self._refuseUnknown(path, table, [part.name for part in parts])
        for part in parts:
            if isinstance(part, Key) and part.required and part.name not in table:
                message = f"is missing; accepted is {part.accepted}"
                raise self._error(f"{path}.{part.name}", message)
        made: object = cls(
            **{
                part.name: self._within(path, part, table[part.name])
                for part in parts
                if part.name in table
            }
        )
        self._refuseContradiction(path, made)
        return made

    def _within(self, path: str, part: Section | Key, value: object) -> object:
        """A key of a table, or tables within a table."""
        name = f"{path}.{part.name}"
        if isinstance(part, Key):
            return self._value(name, part, value)
        return self._part(attrs.evolve(part, name=name), value)

    def _refuseContradiction(self, path: str, table: object) -> None:
        if isinstance(table, Coherent) and (fault := table.contradiction()) is not None:
            name, message = fault
            raise self._error(f"{path}.{name}", message)

    def _value(self, path: str, key: Key, value: object) -> object:
        try:
            read = key.kind.read(value)
        except Unacceptable as error:
            accepted = error.accepted or key.accepted
            raise self._refused(path + error.where, error.shown, accepted) from None
        return self._located(read)

    def _located(self, read: object) -> object:
        """Paths relative to the file's folder."""
        if isinstance(read, tuple):
            return tuple(self._located(item) for item in read)
        return self.folder / read if isinstance(read, Path) else read

    def _refuseUnknown(self, path: str, table: Iterable[str], known: Sequence[str]) -> None:
        for name in table:
            if name not in known:
                dot = "." if path else ""
                raise self._error(path + dot + tomlKey(name), _unknown(name, known))

    def _refuseTwins(self, part: Section, tables: Sequence[object]) -> None:
        for attribute, key in part.unique:
            seen: dict[str, int] = {}
            for place, table in enumerate(tables, 1):
                value = str(getattr(table, attribute))
                first = seen.setdefault(value.lower() if part.ignoreCase else value, place)
                if first != place:
                    accepted = f"one that {part.name}[{first}] does not have"
                    raise self._refused(f"{part.name}[{place}].{key}", shown(value), accepted)

    def _refused(self, path: str, value: str, accepted: str) -> ConfigurationError:
        what = value or "this value"
        return self._error(path, f"{what} is not accepted; accepted is {accepted}")

    def _error(self, path: str, message: str) -> ConfigurationError:
        return ConfigurationError(self.file, path, message)


def _unknown(name: str, known: Sequence[str]) -> str:
    """Says which keys there are, the likely one first."""
    byLower = {word.lower(): word for word in known}
    near = difflib.get_close_matches(name.lower(), byLower, 1)
    hint = f"; did you mean {byLower[near[0]]}?" if near else ""
    end = "" if hint.endswith("?") else ";"
    return f"is not a key{hint}{end} accepted are {', '.join(known)}"
