"""
The reference of the configuration file, made of its own declaration in ``ocppgw.config``.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator

import attrs

from docs.tables.writing import literal, plain, section
from ocppgw.config.configuration import Configuration
from ocppgw.config.declaring import Key, Section, partsOf
from ocppgw.config.showing import tomlText


def reference() -> str:
    """A section for each table of the file, with each of its keys."""
    return "\n".join(_parts(partsOf(Configuration)))


def _parts(parts: Iterable[Section | Key]) -> Iterator[str]:
    """Each table, and behind it those that stand within it, by their whole name."""
    for part in parts:
        yield _part(part)
        if isinstance(part, Section):
            yield from _parts(
                attrs.evolve(one, name=f"{part.name}.{one.name}")
                for one in partsOf(part.cls)
                if isinstance(one, Section)
            )


def title(part: Section | Key) -> str:
    """The head of a table, as it stands in the file."""
    repeated = isinstance(part, Section) and part.repeated
    return f"[[{part.name}]]" if repeated else f"[{part.name}]"


def _part(part: Section | Key) -> str:
    if isinstance(part, Key):
        paragraphs = [plain(part.text), f"Accepted: {plain(part.accepted)}."]
        return section(title(part), "-", *paragraphs)
    keys = [_key(part, each) for each in part.keys]
    about = (inspect.getdoc(part.cls) or "").partition("\n")[0]
    return section(title(part), "-", plain(about), _stands(part), *keys)


def _stands(part: Section) -> str:
    if not part.repeated:
        return ""
    reload = " Tables come and go at SIGHUP." if part.reload else ""
    return f"This table may stand any number of times.{reload}"


def _key(part: Section, key: Key) -> str:
    lines = [
        f".. confval:: {part.name}.{key.name}",
        "",
        f"   {plain(key.text)}",
        "",
        f"   :Accepted: {plain(key.accepted)}",
        f"   :Default: {_default(key)}",
        f"   :Takes effect: {_effect(key)}",
    ]
    return "\n".join(lines)


def _effect(key: Key) -> str:
    if not key.reload:
        return "at a restart"
    links = ", for links that are opened from then on" if key.newLinks else ""
    return f"at SIGHUP{links}, or at a restart"


def _default(key: Key) -> str:
    if key.required:
        return "none; the key must be there"
    if key.inherits:
        return f"that of :confval:`{key.inherits}`"
    return literal(tomlText(key.default)) if key.default is not None else "none"
