"""
Browse and BrowseNext of the View Service Set (OPC 10000-4, 5.8).

What did not fit stays with the session under a random continuation point;
their number is bounded, and they go with the session.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator, Sequence
from typing import Any

from attrs import frozen
from opcua import ua

from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.codec.encoding import encoderOf, nodeId
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.exchange import LATER, Exchange
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.nodes import Reference, Relation, Viewer
from ocppgw.uaserver.services.operations import checkOperations
from ocppgw.uaserver.services.reading import viewerOf
from ocppgw.uaserver.sessions.session import Session
from ocppgw.uaserver.turns import Turns

FORWARD, INVERSE, BOTH = 0, 1, 2
_BROWSE = ua.ObjectIds.BrowseResponse_Encoding_DefaultBinary
_BROWSE_NEXT = ua.ObjectIds.BrowseNextResponse_Encoding_DefaultBinary
_COUNT = struct.Struct("<i")
_CODE = struct.Struct("<I")
_POINT_SIZE = 16
#: Encodings of one relation that are kept; clients mostly ask for the same.
_MASKS = 2
#: All bits that ResultMask has.
_EVERYTHING = 63
_NO_NODE = ua.NodeId()
_NO_NAME = ua.QualifiedName()
_NO_TEXT = ua.LocalizedText()
_qualifiedName = encoderOf("QualifiedName")
_localizedText = encoderOf("LocalizedText")


@frozen
class Rest:
    """
    What is left of a Browse.

    :ivar references: not told yet.
    :ivar mask: ResultMask.
    :ivar size: references that one answer may have.
    """

    references: Sequence[Reference]
    mask: int
    size: int


class Browsing:
    """Tells the references of nodes."""

    def __init__(
        self, space: AddressSpace, limits: Limits, entropy: Callable[[int], bytes], turns: Turns
    ) -> None:
        self._turns = turns
        self._space = space
        self._limits = limits
        self._entropy = entropy

    def browse(self, exchange: Exchange, request: Any) -> Any:
        """Browse."""
        asked = request.Parameters
        checkOperations(asked.NodesToBrowse, self._limits.operations)
        if not asked.View.ViewId.is_null():
            raise Fault(ua.StatusCodes.BadViewIdUnknown, "no views here")
        return exchange.answerInTurns(self._turns, self._browsing(exchange, asked))

    def _browsing(self, exchange: Exchange, asked: Any) -> Generator[None, None, None]:
        session, most = exchange.session, self._limits.referencesPerNode
        size = min(asked.RequestedMaxReferencesPerNode or most, most)
        out = exchange.begin(_BROWSE)
        out += _COUNT.pack(len(asked.NodesToBrowse))
        for each in asked.NodesToBrowse:
            yield
            try:
                found = self.matching(each, viewerOf(exchange))
            except Fault as fault:
                _result(out, fault.statusCode, None, (), 0)
            else:
                self._page(out, session, Rest(found, each.ResultMask & _EVERYTHING, size))
            if len(out) > self._limits.outgoingMessageSize:
                raise Fault(ua.StatusCodes.BadResponseTooLarge, "too many references")
        out += _COUNT.pack(0)
        exchange.send(out)

    def browseNext(self, exchange: Exchange, request: Any) -> Any:
        """BrowseNext."""
        asked = request.Parameters
        checkOperations(asked.ContinuationPoints, self._limits.operations)
        session = exchange.session
        out = exchange.begin(_BROWSE_NEXT)
        out += _COUNT.pack(len(asked.ContinuationPoints))
        for point in asked.ContinuationPoints:
            rest = session.continuationPoints.pop(point, None) if session else None
            if rest is None:
                _result(out, ua.StatusCodes.BadContinuationPointInvalid, None, (), 0)
            elif asked.ReleaseContinuationPoints:
                _result(out, 0, None, (), 0)
            else:
                self._page(out, session, rest)
        out += _COUNT.pack(0)
        exchange.send(out)
        return LATER

    def matching(self, asked: Any, viewer: Viewer) -> Sequence[Reference]:
        """
        The references that a BrowseDescription means.

        :raise Fault: when it means nothing.
        """
        codes = ua.StatusCodes
        node = self._space.find(asked.NodeId)
        if node is None:
            raise Fault(codes.BadNodeIdUnknown, "no such node")
        if asked.BrowseDirection not in (FORWARD, INVERSE, BOTH):
            raise Fault(codes.BadBrowseDirectionInvalid, "no such direction")
        kinds = self._kinds(asked)
        mask, direction = asked.NodeClassMask, asked.BrowseDirection
        return [
            each
            for each in self._space.references(node, viewer)
            if (kinds is None or each.relation.referenceTypeId.Identifier in kinds)
            and (direction == BOTH or each.relation.isForward == (direction == FORWARD))
            and (not mask or mask & each.relation.nodeClass)
        ]

    def _kinds(self, asked: Any) -> frozenset[int] | None:
        """Numbers of the reference types that are asked for, which are standard; None: all."""
        if asked.ReferenceTypeId.is_null():
            return None
        kinds = self._space.subtypesOf(asked.ReferenceTypeId)
        if kinds is None:
            raise Fault(ua.StatusCodes.BadReferenceTypeIdInvalid, "no such reference type")
        return kinds if asked.IncludeSubtypes else frozenset((asked.ReferenceTypeId.Identifier,))

    def _page(self, out: bytearray, session: Session | None, rest: Rest) -> None:
        references, size = rest.references, rest.size
        if len(references) <= size:
            _result(out, 0, None, references, rest.mask)
            return
        points = session.continuationPoints if session is not None else {}
        if session is None or len(points) >= self._limits.continuationPoints:
            _result(out, ua.StatusCodes.BadNoContinuationPoints, None, (), 0)
            return
        point = self._entropy(_POINT_SIZE)
        points[point] = Rest(references[size:], rest.mask, size)
        _result(out, 0, point, references[:size], rest.mask)


def _result(
    out: bytearray, code: int, point: bytes | None, references: Sequence[Reference], mask: int
) -> None:
    """Encode a BrowseResult."""
    out += _CODE.pack(code)
    encoderOf("ByteString")(out, point)
    out += _COUNT.pack(len(references))
    for each in references:
        _description(out, each, mask)


def _description(out: bytearray, each: Reference, mask: int) -> None:
    """Encode a ReferenceDescription with what ResultMask asks for (OPC 10000-4, 5.8.2)."""
    relation = each.relation
    ends = relation.kept.get(mask)
    if ends is None:
        if len(relation.kept) >= _MASKS:
            relation.kept.clear()
        ends = relation.kept[mask] = _head(relation, mask), _tail(relation, mask)
    out += ends[0]
    nodeId(out, each.target)
    out += ends[1]


def _head(relation: Relation, mask: int) -> bytes:
    """What is told before the target."""
    out = bytearray()
    nodeId(out, relation.referenceTypeId if mask & 1 else _NO_NODE)
    out.append(1 if mask & 2 and relation.isForward else 0)
    return bytes(out)


def _tail(relation: Relation, mask: int) -> bytes:
    """What is told behind the target."""
    out = bytearray()
    _qualifiedName(out, relation.browseName if mask & 8 else _NO_NAME)
    _localizedText(out, relation.displayName if mask & 16 else _NO_TEXT)
    out += _COUNT.pack(relation.nodeClass if mask & 4 else 0)
    nodeId(out, relation.typeDefinition if mask & 32 else _NO_NODE)
    return bytes(out)
