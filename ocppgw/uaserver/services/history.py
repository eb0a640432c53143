"""
HistoryRead of the Attribute Service Set (OPC 10000-4, 5.10.3; OPC 10000-11, 6.5.3): raw values.

All nodes of a request become one question that goes through the inward door; the answer comes
back through the outward door, so that nobody waits.  What did not fit stays with the session
under a random continuation point: where to go on, not the values.  Their number is bounded, and
they go with the session.  Runs on the OPC UA thread.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from attrs import evolve, frozen
from opcua import ua

from ocppgw.model.history import HistoryAnswer, HistoryPage, HistoryQuery, HistoryRequest
from ocppgw.model.outcomes import Refusal
from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.codec.encoding import NEITHER, encoderOf, nodeId
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.exchange import LATER, Exchange
from ocppgw.uaserver.library import extensionTypeId
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.nodes import HISTORY_READ, VARIABLE, Awaited, Viewer
from ocppgw.uaserver.services.awaiting import Awaiting
from ocppgw.uaserver.services.operations import Denied, checkOperations, checkTimestamps
from ocppgw.uaserver.services.reading import viewerOf
from ocppgw.uaserver.sessions.session import Session
from ocppgw.uaserver.values import putValue

_RESPONSE = ua.ObjectIds.HistoryReadResponse_Encoding_DefaultBinary
_DATA = extensionTypeId(ua.HistoryData)
_BINARY = "Default Binary"
_COUNT = struct.Struct("<i")
_CODE = struct.Struct("<I")
_POINT_SIZE = 16
_byteString = encoderOf("ByteString")

REFUSALS = {
    Refusal.storeFailed: ua.StatusCodes.BadResourceUnavailable,
    Refusal.timedOut: ua.StatusCodes.BadTimeout,
    Refusal.tooMany: ua.StatusCodes.BadTooManyOperations,
    Refusal.stopping: ua.StatusCodes.BadShutdown,
}
"""The StatusCode of each node of a question that was refused."""


@frozen
class Rest:
    """
    What is left of a series.

    :ivar query: asks for the next page.
    """

    nodeId: Any
    query: HistoryQuery


@frozen
class _Asked:
    """One node of a request: a question, or why there is none."""

    node: Any = None
    query: HistoryQuery | None = None
    refusal: int = 0


class HistoryReading:
    """
    Reads the past.

    :param entropy: makes continuation points that nobody can guess.
    """

    def __init__(
        self,
        space: AddressSpace,
        awaiting: Awaiting,
        limits: Limits,
        entropy: Callable[[int], bytes],
        denied: Denied,
    ) -> None:
        self._denied = denied
        self._space = space
        self._awaiting = awaiting
        self._limits = limits
        self._entropy = entropy

    def historyRead(self, exchange: Exchange, request: Any) -> Any:
        """HistoryRead."""
        parameters = request.Parameters
        checkOperations(parameters.NodesToRead, self._limits.operations)
        viewer, session = viewerOf(exchange), exchange.session
        assert session is not None, "a viewer has a session"
        if parameters.ReleaseContinuationPoints:
            exchange.send(self._released(exchange, session, parameters.NodesToRead))
            return LATER
        checkTimestamps(parameters.TimestampsToReturn)
        if parameters.TimestampsToReturn == NEITHER:
            raise Fault(ua.StatusCodes.BadTimestampsToReturnInvalid, "history without times")
        template = self._template(parameters.HistoryReadDetails, len(parameters.NodesToRead))
        asked = [self._one(each, template, viewer, session) for each in parameters.NodesToRead]
        self._ask(exchange, session, asked, parameters.TimestampsToReturn)
        return LATER

    # What is asked

    def _template(self, details: Any, count: int) -> HistoryQuery | int:
        """The question without its series, or why it cannot be asked of any node."""
        if not isinstance(details, ua.ReadRawModifiedDetails) or details.IsReadModified:
            return int(ua.StatusCodes.BadHistoryOperationUnsupported)
        start, end = _moment(details.StartTime), _moment(details.EndTime)
        wanted = details.NumValuesPerNode
        if (start is not None) + (end is not None) + bool(wanted) < 2:
            return int(ua.StatusCodes.BadHistoryOperationInvalid)
        most = max(1, min(self._limits.historyValues, self._limits.historyTotal // count))
        size = self._limits.outgoingMessageSize // 8 // count
        most = min(wanted or most, most)
        return HistoryQuery(_NO_SERIES, start, end, most, details.ReturnBounds, size)

    def _one(
        self, asked: Any, template: HistoryQuery | int, viewer: Viewer, session: Session
    ) -> _Asked:
        node = self._space.find(asked.NodeId)
        refusal = _refusal(node, asked, viewer)
        if refusal == ua.StatusCodes.BadUserAccessDenied:
            self._denied("HistoryRead", viewer, str(asked.NodeId))
        if refusal:
            return _Asked(refusal=refusal)
        if asked.ContinuationPoint:
            rest = session.historyPoints.pop(asked.ContinuationPoint, None)
            if rest is None or rest.nodeId != asked.NodeId:
                return _Asked(refusal=int(ua.StatusCodes.BadContinuationPointInvalid))
            return _Asked(node, rest.query)
        if isinstance(template, int):
            return _Asked(refusal=template)
        return _Asked(node, evolve(template, series=node.history))

    def _released(self, exchange: Exchange, session: Session, asked: Sequence[Any]) -> bytearray:
        """The answer to a client that does not go on."""
        out = _begun(exchange, len(asked))
        for each in asked:
            known = session.historyPoints.pop(each.ContinuationPoint, None)
            code = 0 if known is not None else ua.StatusCodes.BadContinuationPointInvalid
            _refused(out, code)
        return _ended(out)

    # What is answered

    def _ask(
        self, exchange: Exchange, session: Session, asked: Sequence[_Asked], timestamps: int
    ) -> None:
        queries = tuple(each.query for each in asked if each.query is not None)

        def finish(outcome: Any) -> bytearray:
            pages, code = _told(outcome)
            return self._results(exchange, session, asked, pages, code, timestamps)

        def done(out: Any) -> None:
            if isinstance(out, bytearray):
                exchange.send(out)
            else:
                exchange.fault(out.value)

        if not queries:
            done(finish(HistoryAnswer(())))
            return
        viewer = viewerOf(exchange)
        request = HistoryRequest(queries, viewer.user, exchange.deadline)
        self._awaiting.post(Awaited(request, finish), session, done)

    def _results(
        self,
        exchange: Exchange,
        session: Session,
        asked: Sequence[_Asked],
        pages: Iterable[HistoryPage],
        failure: int,
        timestamps: int,
    ) -> bytearray:
        out, told = _begun(exchange, len(asked)), iter(pages)
        for each in asked:
            page = next(told, None) if each.query is not None else None
            if each.query is None or page is None:
                _refused(out, each.refusal or failure)
            else:
                self._page(out, session, each, page, timestamps)
        return _ended(out)

    def _page(
        self, out: bytearray, session: Session, asked: _Asked, page: HistoryPage, timestamps: int
    ) -> None:
        point = None
        if page.next is not None:
            if len(session.historyPoints) >= self._limits.historyContinuationPoints:
                _refused(out, ua.StatusCodes.BadNoContinuationPoints)
                return
            assert asked.query is not None, "a page answers a question"
            point = self._entropy(_POINT_SIZE)
            rest = Rest(asked.node.nodeId, evolve(asked.query, after=page.next))
            session.historyPoints[point] = rest
        out += _CODE.pack(0 if page.points else ua.StatusCodes.GoodNoData)
        _byteString(out, point)
        _data(out, [asked.node.pastValue(each) for each in page.points], timestamps)


_NO_SERIES: Any = None


def _moment(time: datetime) -> datetime | None:
    """A time, or ``None`` for the null DateTime, which leaves it open."""
    return None if time.year <= 1601 else time


def _refusal(node: Any, asked: Any, viewer: Viewer) -> int:
    """Why this viewer gets no history of a node; 0 when there is one."""
    codes = ua.StatusCodes
    if node is None:
        return int(codes.BadNodeIdUnknown)
    if node.nodeClass != VARIABLE or node.history is None:
        return int(codes.BadHistoryOperationUnsupported)
    if not node.userAccessLevel(viewer) & HISTORY_READ:
        return int(codes.BadUserAccessDenied)
    if asked.DataEncoding.Name and asked.DataEncoding.Name != _BINARY:
        return int(codes.BadDataEncodingUnsupported)
    return int(codes.BadIndexRangeNoData) if asked.IndexRange else 0


def _told(outcome: Any) -> tuple[Sequence[HistoryPage], int]:
    """The pages; or none, and the StatusCode of the refusal."""
    if isinstance(outcome, HistoryAnswer):
        return outcome.pages, 0
    known = REFUSALS.get(outcome.refusal)
    return (), int(known or ua.StatusCodes.BadInternalError)


# Encoding


def _begun(exchange: Exchange, count: int) -> bytearray:
    return exchange.begin(_RESPONSE) + _COUNT.pack(count)


def _ended(out: bytearray) -> bytearray:
    return out + _COUNT.pack(0)


def _refused(out: bytearray, code: int) -> None:
    """A HistoryReadResult without data."""
    out += _CODE.pack(code)
    _byteString(out, None)
    out += b"\x00\x00\x00"


def _data(out: bytearray, values: Sequence[Any], timestamps: int) -> None:
    """A HistoryData as ExtensionObject."""
    nodeId(out, _DATA)
    out.append(1)
    at = len(out)
    out += _COUNT.pack(0) + _COUNT.pack(len(values))
    for value in values:
        putValue(out, value, timestamps)
    _COUNT.pack_into(out, at, len(out) - at - 4)
