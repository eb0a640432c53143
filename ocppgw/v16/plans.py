"""
From a declared struct to its shape: what msgspec knows of a type, turned into `shapes`.

Made once per struct.  The only place that knows msgspec's introspection.
"""

from __future__ import annotations

import functools
from types import MappingProxyType

from msgspec import inspect

from ocppgw.v16.messages.fields import TOLERANCE, Message, Tolerance
from ocppgw.v16.scalars import Decimal, Integer, Text, Truth, Word
from ocppgw.v16.shapes import Field, List, Object, Shape

_NONE = Tolerance()


@functools.cache
def planOf(struct: type[Message]) -> Object:
    """The shape of a struct."""
    declared = inspect.type_info(struct)
    assert isinstance(declared, inspect.StructType)
    fields = {field.name: _field(field) for field in declared.fields}
    return Object(struct, MappingProxyType(fields))


def _field(field: inspect.Field) -> Field:
    bare, tolerance = _unwrap(field.type)
    return Field(field.name, _shape(bare, tolerance), field.required, tolerance)


def _unwrap(declared: inspect.Type) -> tuple[inspect.Type, Tolerance]:
    """The type itself, without ``None``, and the outermost tolerance around it."""
    tolerance = None
    while isinstance(declared, inspect.Metadata | inspect.UnionType):
        if isinstance(declared, inspect.Metadata):
            tolerance = tolerance or (declared.extra or {}).get(TOLERANCE)
            declared = declared.type
        else:
            declared = next(t for t in declared.types if not isinstance(t, inspect.NoneType))
    return declared, tolerance or _NONE


def _shape(bare: inspect.Type, tolerance: Tolerance) -> Shape:
    match bare:
        case inspect.VarTupleType():
            item, inner = _unwrap(bare.item_type)
            return List(_shape(item, inner), bare.min_length, tolerance)
        case inspect.StructType():
            return planOf(bare.cls)
    return _scalar(bare, tolerance)


def _scalar(bare: inspect.Type, tolerance: Tolerance) -> Shape:
    match bare:
        case inspect.StrType():
            return Text(bare.max_length, tolerance)
        case inspect.LiteralType():
            words = {str(word).lower(): str(word) for word in bare.values}
            return Word(MappingProxyType(words), tolerance)
        case inspect.IntType():
            return Integer(bare.ge)
        case inspect.FloatType():
            return Decimal()
        case inspect.BoolType():
            return Truth(tolerance)
    raise TypeError(f"no shape for {bare}")
