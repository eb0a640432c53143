"""
Hypothesis strategies made from the declarations: any message that the specification allows.

Other packages' tests may use `messages` too.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from hypothesis import strategies as st
from msgspec import inspect

from ocppgw.v16.idtags import PADDING
from ocppgw.v16.messages import Message
from ocppgw.v16.messages.fields import TOLERANCE, Tolerance
from ocppgw.v16.times import writeTime

M = TypeVar("M", bound=Message)

CHARACTERS = st.characters(exclude_categories=["Cs"])
TIMES = st.builds(writeTime, st.datetimes(min_value=datetime(1970, 1, 1)))  # noqa: DTZ001


def messages(struct: type[M]) -> st.SearchStrategy[M]:
    """Any message of this type that keeps to the letter of the specification."""
    declared = inspect.type_info(struct)
    assert isinstance(declared, inspect.StructType)
    fields = {field.name: _field(field) for field in declared.fields}
    return st.builds(struct, **fields)


def _field(field: inspect.Field) -> st.SearchStrategy[Any]:
    value = _value(field.type, Tolerance())
    return value if field.required else st.none() | value


def _value(declared: inspect.Type, tolerance: Tolerance) -> st.SearchStrategy[Any]:
    if isinstance(declared, inspect.Metadata):
        return _value(declared.type, (declared.extra or {}).get(TOLERANCE, tolerance))
    if isinstance(declared, inspect.UnionType):
        bare = next(one for one in declared.types if not isinstance(one, inspect.NoneType))
        return _value(bare, tolerance)
    return _bare(declared, tolerance)


def _bare(declared: inspect.Type, tolerance: Tolerance) -> st.SearchStrategy[Any]:
    match declared:
        case inspect.StrType():
            return _text(declared.max_length or 40, tolerance)
        case inspect.VarTupleType():
            items = _value(declared.item_type, Tolerance())
            return st.lists(items, min_size=declared.min_length or 0, max_size=3).map(tuple)
        case inspect.StructType():
            return messages(declared.cls)
    return _scalar(declared)


def _scalar(declared: inspect.Type) -> st.SearchStrategy[Any]:
    match declared:
        case inspect.LiteralType():
            return st.sampled_from(declared.values)
        case inspect.IntType():
            return st.integers(declared.ge, declared.le)
        case inspect.FloatType():
            return st.integers(0, 10000).map(lambda tenths: tenths / 10)
        case inspect.BoolType():
            return st.booleans()
    raise TypeError(declared)


def _text(longest: int, tolerance: Tolerance) -> st.SearchStrategy[str]:
    text = st.text(CHARACTERS, max_size=min(longest, 60))
    if tolerance.isTime:
        return TIMES
    return text.map(lambda one: one.strip(PADDING)) if tolerance.trim else text
