"""
Read of the Attribute Service Set (OPC 10000-4, 5.10).

`Reading.value` is what a Read and a monitored item have in common.  What is asked for again and
again is remembered in `ocppgw.uaserver.services.readlists`.
"""

from __future__ import annotations

import struct
from typing import Any

from opcua import ua

from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.codec.encoding import newTicks
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.exchange import LATER, Exchange
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.nodes import CURRENT_READ, VALUE, VARIABLE, Viewer
from ocppgw.uaserver.services.indexrange import applyRange
from ocppgw.uaserver.services.operations import Denied, checkOperations, checkTimestamps
from ocppgw.uaserver.services.readlists import ReadList, Stretch
from ocppgw.uaserver.sessions.session import Session
from ocppgw.uaserver.values import badValue, putValue

_RESPONSE = ua.ObjectIds.ReadResponse_Encoding_DefaultBinary
_BINARY = "Default Binary"
_LATEST_ATTRIBUTE = 27
_COUNT = struct.Struct("<i")
_DENIED = ua.StatusCodes.BadUserAccessDenied
_UNKNOWN = badValue(ua.StatusCodes.BadNodeIdUnknown)


class Reading:
    """Reads attributes."""

    def __init__(self, space: AddressSpace, limits: Limits, now: Any, denied: Denied) -> None:
        self._denied = denied
        self._space = space
        self._limits = limits
        self._now = now

    def read(self, exchange: Exchange, request: ReadList) -> Any:
        """Read."""
        asked = request.asked
        if not asked.MaxAge >= 0:
            raise Fault(ua.StatusCodes.BadMaxAgeInvalid, "negative age")
        checkTimestamps(asked.TimestampsToReturn)
        checkOperations(asked.NodesToRead, self._limits.operations)
        viewer = viewerOf(exchange)
        out = exchange.begin(_RESPONSE)
        out += _COUNT.pack(len(asked.NodesToRead))
        received = 0
        for each in request.stretches(self._space.find, viewer):
            content = None
            if each.subject is not None:
                record = self._space.currentRecord(each.subject)
                if record is None:
                    request.forget()
                else:
                    content = each.told(record, viewer, asked.TimestampsToReturn)
            if content is None:
                received = received or newTicks(self._now())
                if self._put(out, each, viewer, asked.TimestampsToReturn, received):
                    request.forget()
            else:
                out += content
        out += _COUNT.pack(0)
        exchange.send(out)
        return LATER

    def _put(
        self, out: bytearray, stretch: Stretch, viewer: Viewer, stamps: int, received: int
    ) -> bool:
        """
        Encode what is asked for, and tell of each that is refused.

        :return: whether nodes are there by now that were missing before.
        """
        isUnknown = stretch.isMissing and stretch.isNew
        stretch.isNew = came = False
        for each in stretch.asked:
            found = _UNKNOWN if isUnknown else self.value(each, viewer)
            came = came or (stretch.isMissing and found is not _UNKNOWN)
            if found.StatusCode.value == _DENIED:
                self._denied("Read", viewer, str(each.NodeId))
            putValue(out, found, stamps, received)
        return came

    def value(self, asked: Any, viewer: Viewer) -> Any:
        """The DataValue that a ReadValueId means for this viewer."""
        node = self._space.find(asked.NodeId)
        if node is None:
            return _UNKNOWN
        found = self._attribute(node, asked.AttributeId, viewer)
        if asked.IndexRange or asked.DataEncoding.Name:
            return _refined(found, asked)
        return found

    def _attribute(self, node: Any, attributeId: int, viewer: Viewer) -> Any:
        if attributeId == VALUE and node.nodeClass == VARIABLE:
            if node.mayRead(viewer):
                return node.attribute(VALUE, viewer)
            return badValue(readRefusal(node, viewer))
        found = None
        if 0 < attributeId <= _LATEST_ATTRIBUTE:
            found = node.attribute(attributeId, viewer)
        return badValue(ua.StatusCodes.BadAttributeIdInvalid) if found is None else found


def readRefusal(node: Any, viewer: Viewer) -> int:
    """Why this viewer may not read the Value of a Variable; 0 when allowed."""
    if node.mayRead(viewer):
        return 0
    if not node.accessLevel & CURRENT_READ:
        return int(ua.StatusCodes.BadNotReadable)
    return int(ua.StatusCodes.BadUserAccessDenied)


def sessionOf(exchange: Exchange) -> Session:
    """The session of a request that came in an activated one."""
    session = exchange.session
    if session is None or session.viewer is None:
        raise Fault(ua.StatusCodes.BadSessionNotActivated, "no activated session")
    return session


def viewerOf(exchange: Exchange) -> Viewer:
    """The user of such a request."""
    viewer = sessionOf(exchange).viewer
    assert viewer is not None, "the session is activated"
    return viewer


def checkEncoding(asked: Any) -> int:
    """What is wrong with the DataEncoding of a ReadValueId; 0 for nothing."""
    name = asked.DataEncoding.Name
    if not name:
        return 0
    if asked.AttributeId != VALUE:
        return int(ua.StatusCodes.BadDataEncodingInvalid)
    supported = asked.DataEncoding.NamespaceIndex == 0 and name == _BINARY
    return 0 if supported else int(ua.StatusCodes.BadDataEncodingUnsupported)


def _refined(found: Any, asked: Any) -> Any:
    wrong = checkEncoding(asked)
    if wrong:
        return badValue(wrong)
    if not asked.IndexRange or found.StatusCode.value & 0x80000000:
        return found
    try:
        part = applyRange(found.Value, asked.IndexRange)
    except Fault as fault:
        return badValue(fault.statusCode)
    return ua.DataValue(
        part,
        found.StatusCode,
        sourceTimestamp=found.SourceTimestamp,
        serverTimestamp=found.ServerTimestamp,
    )
