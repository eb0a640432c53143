"""
How a key is declared: one attrs field with its kind, default, unit and text.

A section is a frozen attrs class whose fields were made here; `keysOf` gives them back as data,
for the reader, for error messages and for the reference.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar, runtime_checkable

import attrs

from ocppgw.config.kinds import Kind

T = TypeVar("T")
_DECLARATION = "ocppgw.config"


@attrs.frozen
class Key:
    """
    What is known of one key.

    :ivar required: whether there is no default.
    :ivar text: one or two sentences for the reference.
    :ivar unit: ``seconds``, ``bytes``, or empty.
    :ivar reload: whether the value can change while the gateway runs.
    :ivar newLinks: whether it then counts for links only that are opened after that.
    :ivar inherits: where the value comes from when it is left out, like ``ocpp.strict``.
    """

    name: str
    kind: Kind[Any]
    text: str
    default: Any = None
    required: bool = False
    unit: str = ""
    reload: bool = False
    newLinks: bool = False
    inherits: str = ""

    @property
    def accepted(self) -> str:
        """What the key accepts, in words, with its unit."""
        return f"{self.kind.accepted} ({self.unit})" if self.unit else self.kind.accepted


def key(
    kind: Kind[T],
    default: T | None,
    text: str,
    *,
    unit: str = "",
    reload: bool = False,
    newLinks: bool = False,
) -> Any:
    """Declare a key that may be left out."""
    made = Key("", kind, text, default, unit=unit, reload=reload or newLinks, newLinks=newLinks)
    return attrs.field(default=default, metadata={_DECLARATION: made})


def required(kind: Kind[Any], text: str, *, reload: bool = False) -> Any:
    """Declare a key that must be there."""
    made = Key("", kind, text, required=True, reload=reload)
    return attrs.field(metadata={_DECLARATION: made})


def override(section: str, cls: type, name: str, text: str) -> Any:
    """Declare a key of a charge point that overrides the key ``name`` of a global section."""
    general = next(item for item in keysOf(cls) if item.name == name)
    made = attrs.evolve(general, text=text, default=None, inherits=f"{section}.{name}")
    return attrs.field(default=None, metadata={_DECLARATION: made})


def keysOf(cls: type) -> tuple[Key, ...]:
    """The keys of a section, in the order of their declaration."""
    return tuple(part for part in partsOf(cls) if isinstance(part, Key))


@runtime_checkable
class Coherent(Protocol):
    """A table whose keys have to fit each other."""

    def contradiction(self) -> tuple[str, str] | None:
        """The key to blame, and what is wrong and what is accepted; ``None`` where all fit."""


@attrs.frozen
class Section:
    """
    What is known of one table of the file.

    :ivar cls: the frozen class that a table becomes.
    :ivar repeated: ``[[name]]``, any number of times, instead of ``[name]`` once.
    :ivar unique: pairs of an attribute that no two tables may share and the key to blame.
    :ivar ignoreCase: whether such attributes are compared without regard to case.
    :ivar identifier: the attribute by which tables are told apart.
    :ivar reload: whether tables can come and go while the gateway runs.
    """

    name: str
    cls: type
    repeated: bool = False
    unique: tuple[tuple[str, str], ...] = ()
    ignoreCase: bool = False
    identifier: str = ""
    reload: bool = False

    @property
    def keys(self) -> tuple[Key, ...]:
        """The keys of each table."""
        return keysOf(self.cls)


def section(cls: type) -> Any:
    """Declare a table that may stand once."""
    return attrs.field(factory=cls, metadata={_DECLARATION: Section("", cls)})


def tables(
    cls: type,
    identifier: str,
    *unique: tuple[str, str],
    ignoreCase: bool = False,
    reload: bool = False,
) -> Any:
    """Declare a table that may stand many times, each told apart by an attribute."""
    made = Section("", cls, True, unique, ignoreCase, identifier, reload)
    return attrs.field(default=(), metadata={_DECLARATION: made})


def partsOf(cls: type) -> tuple[Section | Key, ...]:
    """The tables of a file, in the order of their declaration; a ``Key`` is a free table."""
    return tuple(
        attrs.evolve(field.metadata[_DECLARATION], name=field.name)
        for field in attrs.fields(cls)
        if _DECLARATION in field.metadata
    )
