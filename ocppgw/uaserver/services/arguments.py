"""
Input arguments of methods: from Variants that a client sent to the plain
values that a method takes.  Pure.

Forgiving where nothing can be misunderstood: any integer Variant whose value
fits serves for an integer, any number for a Double, a null String is empty.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from opcua import ua

_GOOD = int(ua.StatusCodes.Good)
_MISMATCH = int(ua.StatusCodes.BadTypeMismatch)
_OUT_OF_RANGE = int(ua.StatusCodes.BadOutOfRange)

_BOOLEAN, _FLOAT, _DOUBLE, _STRING, _ANY = 1, 10, 11, 12, 24
_INTEGERS = {
    2: (-(2**7), 2**7 - 1),
    3: (0, 2**8 - 1),
    4: (-(2**15), 2**15 - 1),
    5: (0, 2**16 - 1),
    6: (-(2**31), 2**31 - 1),
    7: (0, 2**32 - 1),
    8: (-(2**63), 2**63 - 1),
    9: (0, 2**64 - 1),
}
_SCALAR, _ARRAY = -1, 1


def convert(declared: Sequence[Any], given: Sequence[Any]) -> tuple[list[Any], list[int]]:
    """
    Convert arguments, as many as are declared.

    :param declared: ``ua.Argument`` of each.
    :param given: the Variants.
    :return: the values, and a StatusCode number for each.
    """
    values, codes = [], []
    for argument, variant in zip(declared, given, strict=True):
        value, code = _convertOne(argument, variant)
        values.append(value)
        codes.append(code)
    return values, codes


def _convertOne(argument: Any, variant: Any) -> tuple[Any, int]:
    dataType = argument.DataType.Identifier
    sent = variant.VariantType.value
    if argument.ValueRank == _ARRAY:
        return _convertArray(dataType, sent, variant)
    if variant.is_array and argument.ValueRank == _SCALAR:
        return None, _MISMATCH
    return _convertScalar(dataType, sent, variant.Value)


def _convertArray(dataType: int, sent: int, variant: Any) -> tuple[Any, int]:
    if sent == 0 or (variant.is_array and variant.Value is None):
        return [], _GOOD
    if not variant.is_array or (variant.Dimensions and len(variant.Dimensions) > 1):
        return None, _MISMATCH
    converted = [_convertScalar(dataType, sent, each) for each in variant.Value]
    worst = next((code for _, code in converted if code), _GOOD)
    return [value for value, _ in converted], worst


def _convertScalar(dataType: int, sent: int, value: Any) -> tuple[Any, int]:
    if dataType in _INTEGERS:
        return _integer(_INTEGERS[dataType], sent, value)
    if dataType in (_FLOAT, _DOUBLE):
        number = sent in _INTEGERS or sent in (_FLOAT, _DOUBLE)
        return (float(value), _GOOD) if number else (None, _MISMATCH)
    if dataType == _STRING:
        return (value or "", _GOOD) if sent in (0, _STRING) else (None, _MISMATCH)
    fits = dataType in (sent, _ANY)
    return (value, _GOOD) if fits else (None, _MISMATCH)


def _integer(bounds: tuple[int, int], sent: int, value: Any) -> tuple[Any, int]:
    if sent not in _INTEGERS:
        return None, _MISMATCH
    fits = bounds[0] <= value <= bounds[1]
    return (value, _GOOD) if fits else (None, _OUT_OF_RANGE)
