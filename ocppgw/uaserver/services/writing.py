"""
Write of the Attribute Service Set (OPC 10000-4, 5.10.4).

Only Values are written, whole, and without a StatusCode or timestamps of the
client's.  What needs the charge point is answered when that has answered, or
``GoodCompletesAsynchronously`` after a while; all nodes of a request at once.
"""

from __future__ import annotations

from typing import Any

from opcua import ua
from twisted.internet.interfaces import IReactorTime

from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.exchange import LATER, Exchange
from ocppgw.uaserver.library import status
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.nodes import CURRENT_WRITE, VALUE, VARIABLE, Viewer
from ocppgw.uaserver.services.awaiting import Awaiting, Gathering
from ocppgw.uaserver.services.operations import Denied, checkOperations
from ocppgw.uaserver.services.reading import sessionOf, viewerOf


class Writing:
    """
    Writes Values.

    :param writeWait: seconds that a client waits for a charge point at most.
    """

    def __init__(
        self,
        space: AddressSpace,
        awaiting: Awaiting,
        limits: Limits,
        clock: IReactorTime,
        writeWait: float,
        denied: Denied,
    ) -> None:
        self._space = space
        self._denied = denied
        self._awaiting = awaiting
        self._limits = limits
        self._clock = clock
        self._writeWait = writeWait

    def write(self, exchange: Exchange, request: Any) -> Any:
        """Write."""
        values = request.Parameters.NodesToWrite
        checkOperations(values, self._limits.operations)
        session, viewer = sessionOf(exchange), viewerOf(exchange)

        def finish(results: list[Any]) -> None:
            response = ua.WriteResponse()
            response.Results = results
            exchange.reply(response)

        gathering = Gathering(len(values), finish, self._clock)
        for index, value in enumerate(values):
            result = self._one(value, viewer, exchange.deadline)
            gathering.begin(index, result, self._awaiting, session)
        if not gathering.isFinished:
            pending = status(ua.StatusCodes.GoodCompletesAsynchronously)
            gathering.timer.start(self._writeWait, lambda: gathering.giveUp(pending))
        return LATER

    def _one(self, asked: Any, viewer: Viewer, deadline: float | None) -> Any:
        node = self._space.find(asked.NodeId)
        refusal = self._refusal(node, asked, viewer)
        if refusal:
            return status(refusal)
        return node.write(asked.Value.Value, viewer, deadline)

    def _refusal(self, node: Any, asked: Any, viewer: Viewer) -> int:
        codes = ua.StatusCodes
        if node is None:
            return int(codes.BadNodeIdUnknown)
        if asked.AttributeId != VALUE or node.nodeClass != VARIABLE:
            known = node.attribute(asked.AttributeId, viewer) is not None
            return int(codes.BadNotWritable if known else codes.BadAttributeIdInvalid)
        if not node.accessLevel & CURRENT_WRITE:
            return int(codes.BadNotWritable)
        if not node.userAccessLevel(viewer) & CURRENT_WRITE:
            self._denied("Write", viewer, str(asked.NodeId))
            return int(codes.BadUserAccessDenied)
        return _valueRefusal(asked)


def _valueRefusal(asked: Any) -> int:
    value = asked.Value
    stamped = value.SourceTimestamp is not None or value.ServerTimestamp is not None
    judged = value.StatusCode is not None and value.StatusCode.value != 0
    if asked.IndexRange or stamped or judged:
        return int(ua.StatusCodes.BadWriteNotSupported)
    if value.Value is None:
        return int(ua.StatusCodes.BadTypeMismatch)
    return 0
