"""
What differs between two configurations, and what of it can change while the gateway runs.

Pure, and derived from the declarations: nothing here knows a key.  Tables that may stand many
times are told apart by what no two of them may share.  Secrets are never shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import attrs

from ocppgw.config.configuration import Configuration
from ocppgw.config.declaring import Key, Section, partsOf
from ocppgw.config.errors import oneLine
from ocppgw.config.kinds import PasswordText
from ocppgw.config.origins import Origins
from ocppgw.config.showing import shown, tomlKey


@attrs.frozen
class Difference:
    """
    One key that differs, or one table that came or went.

    :ivar key: its whole path, like ``ocpp.callTimeout`` or ``users[anna].role``.
    :ivar change: what became of it, in words; without secrets.
    :ivar reload: whether it can take effect without a restart.
    """

    key: str
    change: str
    reload: bool

    def __str__(self) -> str:
        return oneLine(f"{self.key} {self.change}")


def differences(old: Configuration, new: Configuration) -> tuple[Difference, ...]:
    """Everything that differs, in the order of the declarations."""
    return tuple(_table("", Configuration, old, new))


def reloaded(old: Configuration, new: Configuration) -> Configuration:
    """The configuration that holds after a reload: ``new``, except where a restart is needed."""
    made: Configuration = _merged(Configuration, old, new)
    return attrs.evolve(made, origins=_origins(old, new, made))


def _table(path: str, cls: type, old: Any, new: Any) -> Iterator[Difference]:
    for part in partsOf(cls):
        name = f"{path}.{part.name}" if path else part.name
        before, after = getattr(old, part.name), getattr(new, part.name)
        if before == after:
            continue
        if isinstance(part, Key):
            yield Difference(name, _change(part, before, after), part.reload)
        elif part.repeated:
            yield from _tables(name, part, before, after)
        else:
            yield from _table(name, part.cls, before, after)


def _tables(path: str, part: Section, old: Any, new: Any) -> Iterator[Difference]:
    before, after = _byName(part, old), _byName(part, new)
    for name in before | after:
        where = f"{path}[{tomlKey(name)}]"
        if name not in after:
            yield Difference(where, "removed", part.reload)
        elif name not in before:
            yield Difference(where, "added", part.reload)
        else:
            yield from _table(where, part.cls, before[name], after[name])


def _byName(part: Section, tables: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for table in tables:
        name = base = str(getattr(table, part.identifier))
        number = 1
        while name in found:
            number += 1
            name = f"{base} ({number})"
        found[name] = table
    return found


def _change(key: Key, old: object, new: object) -> str:
    if isinstance(key.kind, PasswordText) or isinstance(old, Mapping) or isinstance(new, Mapping):
        change = "changed"
    else:
        change = f"{_word(old)} -> {_word(new)}"
    return f"{change} (for new links)" if key.newLinks else change


def _word(value: object) -> str:
    return "(as elsewhere)" if value is None else shown(value)


def _merged(cls: type, old: Any, new: Any) -> Any:
    values: dict[str, Any] = {}
    for part in partsOf(cls):
        before, after = getattr(old, part.name), getattr(new, part.name)
        if isinstance(part, Key):
            values[part.name] = after if part.reload else before
        elif part.repeated:
            values[part.name] = _mergedTables(part, before, after)
        else:
            values[part.name] = _merged(part.cls, before, after)
    return attrs.evolve(old, **values)


def _origins(old: Configuration, new: Configuration, made: Configuration) -> Origins:
    """Where what holds stands: a value that waits for a restart does not hold yet."""
    waiting = tuple(_waiting(made, new))
    lines = {
        path: line
        for origins, isWaiting in ((new.origins, False), (old.origins, True))
        for path, line in origins.lines.items()
        if (path.partition("[")[0] in waiting) is isWaiting
    }
    return attrs.evolve(new.origins, lines=MappingProxyType(lines))


def _waiting(made: Configuration, new: Configuration) -> Iterator[str]:
    """The keys, and tables within tables, that stand in the file as they do not hold."""
    for part in partsOf(Configuration):
        if isinstance(part, Section) and not part.repeated:
            mine, wanted = getattr(made, part.name), getattr(new, part.name)
            for each in partsOf(part.cls):
                if getattr(mine, each.name) != getattr(wanted, each.name):
                    yield f"{part.name}.{each.name}"


def _mergedTables(part: Section, old: Any, new: Any) -> tuple[Any, ...]:
    if not part.reload:
        return tuple(old)
    before = _byName(part, old)
    return tuple(
        _merged(part.cls, before[name], table) if name in before else table
        for name, table in _byName(part, new).items()
    )
