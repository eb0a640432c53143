"""
An EventFilter (OPC 10000-4, 7.22.3), judged: what is wrong with it, clause by
clause, or what it selects and lets pass.
"""

from __future__ import annotations

from typing import Any

from attrs import field, frozen
from opcua import ua

from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.events.fields import Field, Seen, fieldOf
from ocppgw.uaserver.events.where import Where, whereClause
from ocppgw.uaserver.library import status
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.services.indexrange import parseRange

_CODES = ua.StatusCodes
_LATEST_ATTRIBUTE = 27


class FilterRefused(Fault):
    """
    A filter that makes no sense.

    :ivar filterResult: an EventFilterResult that says where.
    """

    def __init__(self, filterResult: Any) -> None:
        super().__init__(_CODES.BadEventFilterInvalid, "the event filter makes no sense")
        self.filterResult = filterResult


@frozen(eq=False)
class EventSelection:
    """
    A filter in use.

    :ivar fields: what the client wants, in its order.
    """

    fields: tuple[Field, ...] = ()
    where: Where = field(factory=Where)

    def passes(self, seen: Seen) -> bool:
        """Does the client want this event?"""
        return self.where.passes(seen)

    def of(self, seen: Seen) -> list[Any]:
        """The Variants of the wanted fields."""
        return [seen.value(each) for each in self.fields]


def eventSelection(asked: Any, space: AddressSpace, limits: Limits) -> EventSelection:
    """
    Judge the filter of an item that monitors events.

    :raise Fault: where it is none.
    :raise FilterRefused: where it is wrong.
    """
    if asked is None:
        raise Fault(_CODES.BadEventFilterInvalid, "events are had by a filter only")
    if isinstance(asked, (ua.DataChangeFilter, ua.AggregateFilter)):
        raise Fault(_CODES.BadFilterNotAllowed, "a filter for values")
    if not isinstance(asked, ua.EventFilter):
        raise Fault(_CODES.BadMonitoredItemFilterInvalid, "no filter")
    if not asked.SelectClauses or len(asked.SelectClauses) > limits.selectClauses:
        raise Fault(_CODES.BadEventFilterInvalid, "no fields, or too many")
    codes = [_judge(each, space) for each in asked.SelectClauses]
    where, elements = whereClause(asked.WhereClause, space.isEventType, limits.filterElements)
    if any(codes) or where is None:
        raise FilterRefused(_result(codes, elements))
    return EventSelection(tuple(map(fieldOf, asked.SelectClauses)), where)


def _judge(clause: Any, space: AddressSpace) -> int:
    """What is wrong with a select clause; 0 for nothing."""
    if not (clause.TypeDefinitionId.is_null() or space.isEventType(clause.TypeDefinitionId)):
        return int(_CODES.BadTypeDefinitionInvalid)
    if not 0 < clause.AttributeId <= _LATEST_ATTRIBUTE:
        return int(_CODES.BadAttributeIdInvalid)
    if not all(each.Name for each in clause.BrowsePath or ()):
        return int(_CODES.BadBrowseNameInvalid)
    try:
        if clause.IndexRange:
            parseRange(clause.IndexRange)
    except Fault as fault:
        return fault.statusCode
    return 0


def _result(codes: list[int], elements: list[Any]) -> Any:
    result = ua.EventFilterResult()
    result.SelectClauseResults = [status(code) for code in codes]
    result.WhereClauseResult.ElementResults = elements
    return result
