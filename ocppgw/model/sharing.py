"""
A new record out of an old one, with everything that did not change shared.

Only that.  It gives back the very same record where nothing changed, which is how a reader finds
out that nothing did.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import attrs
from msgspec import Struct
from msgspec.structs import replace

R = TypeVar("R")
K = TypeVar("K")
V = TypeVar("V")


def changed(record: R, **values: object) -> R:
    """
    The record with these fields; the same object when each already has the very value.

    Fields are compared by identity, so give a shared sub-record back as it was.
    """
    for name, value in values.items():
        if getattr(record, name) is not value:
            made: R = _replaced(record, values)
            return made
    return record


def _replaced(record: Any, values: dict[str, object]) -> Any:
    # In C where that is possible.
    return (replace if isinstance(record, Struct) else attrs.evolve)(record, **values)


def withItem(mapping: Mapping[K, V], key: K, value: V) -> Mapping[K, V]:
    """An immutable mapping with this item; the same object when it has the very value."""
    if mapping.get(key) is value:
        return mapping
    return withItems(mapping, {key: value})


def withItems(mapping: Mapping[K, V], items: Mapping[K, V]) -> Mapping[K, V]:
    """An immutable mapping with these items, in C: no key is hashed again."""
    both: Any = mapping
    return MappingProxyType(both | items)


def kept(old: R, new: R) -> R:
    """The old object when the new one says the same, else the new one."""
    return old if old == new else new
