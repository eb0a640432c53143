"""
The where clause of an EventFilter: a ContentFilter (OPC 10000-4, 7.7), judged
once and then asked for each event.  Pure.

Elements refer only to later ones, so there is no loop; each is computed once
per event, so its cost is bounded by the number of elements.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from attrs import frozen
from opcua import ua

from ocppgw.uaserver.events.comparing import Truth, equal, ordered, plain
from ocppgw.uaserver.events.fields import Field, fieldOf
from ocppgw.uaserver.events.wildcards import like
from ocppgw.uaserver.library import status

_CODES = ua.StatusCodes
#: Operands of one element; also InList ends there.
_MAX_OPERANDS = 64
#: Characters of a Like pattern.
_MAX_PATTERN = 256

Get = Callable[[int], Any]
Operand = Callable[[Any, Get], Any]


class WrongElement(Exception):
    """
    An element that makes no sense.

    :ivar statusCode: why.
    """

    def __init__(self, statusCode: int) -> None:
        super().__init__(statusCode)
        self.statusCode = statusCode


def _truth(value: Any) -> Truth:
    return value if isinstance(value, bool) else None


def _not(values: Sequence[Any]) -> Truth:
    found = _truth(values[0])
    return None if found is None else not found


def _and(values: Sequence[Any]) -> Truth:
    both = (_truth(values[0]), _truth(values[1]))
    return False if False in both else (None if None in both else True)


def _or(values: Sequence[Any]) -> Truth:
    both = (_truth(values[0]), _truth(values[1]))
    return True if True in both else (None if None in both else False)


def _between(values: Sequence[Any]) -> Truth:
    atLeast, atMost = ordered(operator.ge), ordered(operator.le)
    return _and((atLeast(values[0], values[1]), atMost(values[0], values[2])))


def _inList(values: Sequence[Any]) -> Truth:
    found = [equal(values[0], each) for each in values[1:]]
    return True if True in found else (None if None in found else False)


def _like(values: Sequence[Any]) -> Truth:
    text, pattern = values
    if not isinstance(text, str) or not isinstance(pattern, str):
        return None
    return like(text, pattern[:_MAX_PATTERN])


def _bits(combine: Callable[[int, int], int]) -> Callable[[Sequence[Any]], Any]:
    def combined(values: Sequence[Any]) -> Any:
        whole = all(isinstance(each, int) and not isinstance(each, bool) for each in values)
        return combine(values[0], values[1]) if whole else None

    return combined


def _compared(compare: Callable[[Any, Any], Truth]) -> Callable[[Sequence[Any]], Truth]:
    return lambda values: compare(values[0], values[1])


@frozen
class _Operator:
    """``compute`` gets the operands; ``most`` is ``None`` for any number."""

    least: int
    most: int | None
    compute: Callable[[Sequence[Any]], Any]


_OF_TYPE = 14
_OPERATORS = {
    0: _Operator(2, 2, _compared(equal)),
    1: _Operator(1, 1, lambda values: values[0] is None),
    2: _Operator(2, 2, _compared(ordered(operator.gt))),
    3: _Operator(2, 2, _compared(ordered(operator.lt))),
    4: _Operator(2, 2, _compared(ordered(operator.ge))),
    5: _Operator(2, 2, _compared(ordered(operator.le))),
    6: _Operator(2, 2, _like),
    7: _Operator(1, 1, _not),
    8: _Operator(3, 3, _between),
    9: _Operator(2, None, _inList),
    10: _Operator(2, 2, _and),
    11: _Operator(2, 2, _or),
    16: _Operator(2, 2, _bits(operator.and_)),
    17: _Operator(2, 2, _bits(operator.or_)),
}
#: Cast, InView, RelatedTo: they exist, and we do not offer them.
_NOT_OFFERED = (12, 13, 15)

IsEventType = Callable[[Any], bool]


@frozen(eq=False)
class Where:
    """
    A where clause.

    :ivar elements: each computes its value for a `Seen` event.
    """

    elements: tuple[Operand, ...] = ()

    def passes(self, seen: Any) -> bool:
        """Does the event pass?  What is unknown does not."""
        if not self.elements:
            return True
        known: dict[int, Any] = {}

        def get(index: int) -> Any:
            if index not in known:
                known[index] = self.elements[index](seen, get)
            return known[index]

        return get(0) is True


def whereClause(asked: Any, isEventType: IsEventType, most: int) -> tuple[Where | None, list[Any]]:
    """
    Judge a ContentFilter.

    :param most: elements that it may have.
    :return: the clause, or ``None``; and a ContentFilterElementResult for each element.
    """
    elements = list(asked.Elements) if asked is not None else []
    made: list[Operand] = []
    results = []
    for index, each in enumerate(elements[: most + 1]):
        result = ua.ContentFilterElementResult()
        try:
            if index >= most:
                raise WrongElement(_CODES.BadTooManyOperations)
            made.append(_element(each, index, len(elements), isEventType))
        except WrongElement as wrong:
            result.StatusCode = status(wrong.statusCode)
        results.append(result)
    return (Where(tuple(made)) if len(made) == len(elements) else None), results


def _element(asked: Any, index: int, count: int, isEventType: IsEventType) -> Operand:
    if asked is None:
        raise WrongElement(_CODES.BadFilterElementInvalid)
    operands = asked.FilterOperands
    if len(operands) > _MAX_OPERANDS:
        raise WrongElement(_CODES.BadFilterOperandCountMismatch)
    if asked.FilterOperator == _OF_TYPE:
        return _ofType(operands, isEventType)
    if asked.FilterOperator in _NOT_OFFERED:
        raise WrongElement(_CODES.BadFilterOperatorUnsupported)
    kind = _OPERATORS.get(asked.FilterOperator)
    if kind is None:
        raise WrongElement(_CODES.BadFilterOperatorInvalid)
    if len(operands) < kind.least or (kind.most is not None and len(operands) > kind.most):
        raise WrongElement(_CODES.BadFilterOperandCountMismatch)
    made = [_operand(each, index, count) for each in operands]
    compute = kind.compute
    return lambda seen, get: compute([each(seen, get) for each in made])


def _ofType(operands: Sequence[Any], isEventType: IsEventType) -> Operand:
    if len(operands) != 1:
        raise WrongElement(_CODES.BadFilterOperandCountMismatch)
    literal = operands[0]
    typeId = literal.Value.Value if isinstance(literal, ua.LiteralOperand) else None
    if not isinstance(typeId, ua.NodeId) or not isEventType(typeId):
        raise WrongElement(_CODES.BadFilterOperandInvalid)
    return lambda seen, get: seen.isOfType(typeId)


def _operand(asked: Any, index: int, count: int) -> Operand:
    if isinstance(asked, ua.LiteralOperand):
        value = plain(asked.Value)
        return lambda seen, get: value
    if isinstance(asked, ua.ElementOperand):
        target = asked.Index
        if not index < target < count:
            raise WrongElement(_CODES.BadFilterOperandInvalid)
        return lambda seen, get: get(target)
    if isinstance(asked, ua.SimpleAttributeOperand):
        field: Field = fieldOf(asked)
        return lambda seen, get: plain(seen.value(field))
    raise WrongElement(_CODES.BadFilterOperandInvalid)
