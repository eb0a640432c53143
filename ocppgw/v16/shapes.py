"""
What tolerant reading makes of lists, fields and objects.

The slow way into a struct, taken only where the quick one (msgspec alone) found something odd, and
always in strict mode.  There is no code for a particular message here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import attrs

from ocppgw.ocppj.errorcodes import (
    FORMATION_VIOLATION,
    OCCURENCE_VIOLATION,
    PROTOCOL_ERROR,
    TYPE_VIOLATION,
)
from ocppgw.v16.findings import Findings, Invalid
from ocppgw.v16.idtags import PADDING
from ocppgw.v16.messages.fields import NOTHING, Message, Tolerance

NAME_LENGTH = 64
"""How much of a foreign field's name is kept."""


class Shape(Protocol):
    """How one declared type reads a JSON value."""

    def read(self, sent: Any, path: str, findings: Findings) -> Any:
        """
        The value for the struct; oddities go to ``findings``.

        :raises Invalid: where nothing can be made of it.
        """


@attrs.frozen
class List:
    """A list of things of one shape."""

    item: Shape
    fewest: int | None
    tolerance: Tolerance

    def read(self, sent: Any, path: str, findings: Findings) -> tuple[Any, ...]:
        """A single thing is a list of one; what cannot be read in it is left out."""
        if not isinstance(sent, list):
            findings.add("S9", path, "not a list; taken as one of one", sent, TYPE_VIOLATION)
            sent = [sent]
        elif len(sent) < (self.fewest or 0):
            row = self.tolerance.row or "count"
            findings.add(row, path, "too few elements", "[]", OCCURENCE_VIOLATION)
        read = (self._item(one, f"{path}[{at}]", findings) for at, one in enumerate(sent))
        return tuple(one for one in read if one is not NOTHING)

    def _item(self, sent: Any, path: str, findings: Findings) -> Any:
        try:
            return self.item.read(sent, path, findings)
        except Invalid as error:
            findings.add(
                "type", error.path, f"{error.description}; left out", sent, error.errorCode
            )
            return NOTHING


@attrs.frozen
class Field:
    """One field of a struct."""

    name: str
    shape: Shape
    required: bool
    tolerance: Tolerance

    def read(self, sent: Mapping[str, Any], path: str, findings: Findings) -> Any:
        """Its value, or what stands in for it."""
        value = sent.get(self.name)
        if value is None:
            return self._absent(path, self.name in sent, findings)
        try:
            return self.shape.read(value, path, findings)
        except Invalid as error:
            return self._unreadable(value, error, findings)

    def _absent(self, path: str, isNull: bool, findings: Findings) -> Any:
        code = TYPE_VIOLATION if isNull else PROTOCOL_ERROR
        if not self.required:
            if isNull:
                row = self.tolerance.row if self.tolerance.isTime else "null"
                findings.add(row, path, "null; taken as absent", "null", code)
            return None
        if self.tolerance.absent is NOTHING:
            raise Invalid(code, "null" if isNull else "missing", path)
        findings.add(self.tolerance.absentRow, path, "missing", "null" if isNull else "", code)
        return self.tolerance.absent

    def _unreadable(self, sent: Any, error: Invalid, findings: Findings) -> Any:
        instead = self.tolerance.absent if self.required else None
        if instead is NOTHING or findings.strict:
            raise error
        row = self.tolerance.row or "type"
        odd = f"{error.description}; left out"
        findings.add(row, error.path, odd, sent, error.errorCode)
        return instead


@attrs.frozen
class Object:
    """A struct."""

    type: type[Message]
    fields: Mapping[str, Field]

    def read(self, sent: Any, path: str, findings: Findings) -> Message:
        """Fields that the specification does not have are ignored."""
        if not isinstance(sent, dict):
            raise Invalid(TYPE_VIOLATION, "not an object", path)
        for name in [one for one in sent if one not in self.fields]:
            odd = "not a field of the specification; ignored"
            findings.add(
                "S1", _join(path, name[:NAME_LENGTH]), odd, sent[name], FORMATION_VIOLATION
            )
        values = {
            name: field.read(sent, _join(path, name), findings)
            for name, field in self.fields.items()
        }
        for name, field in self.fields.items():
            self._keepForeign(field, sent.get(name), values)
        return self.type(**values)

    def _keepForeign(self, field: Field, sent: Any, values: dict[str, Any]) -> None:
        """A word that was replaced goes to the field that may take it."""
        place, stand = field.tolerance.keepIn, field.tolerance.foreign
        if not place or values[field.name] != stand or values[place]:
            return
        if isinstance(sent, str) and sent.strip(PADDING).lower() != stand.lower():
            values[place] = str(sent)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
