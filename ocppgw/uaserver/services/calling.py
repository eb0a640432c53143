"""
Call of the Method Service Set (OPC 10000-4, 5.11).

Nothing is carried out before object, method, right and arguments were judged.
A method that needs the charge point is answered when that has answered; all
methods of a request at once.
"""

from __future__ import annotations

from typing import Any

from opcua import ua
from twisted.internet.interfaces import IReactorTime

from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.exchange import LATER, Exchange
from ocppgw.uaserver.library import status
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.nodes import METHOD, OBJECT, OBJECT_TYPE, Viewer
from ocppgw.uaserver.services.arguments import convert
from ocppgw.uaserver.services.awaiting import Awaiting, Gathering
from ocppgw.uaserver.services.operations import Denied, checkOperations
from ocppgw.uaserver.services.reading import sessionOf, viewerOf


class Calling:
    """Calls methods."""

    def __init__(
        self,
        space: AddressSpace,
        awaiting: Awaiting,
        limits: Limits,
        clock: IReactorTime,
        denied: Denied,
    ) -> None:
        self._space = space
        self._denied = denied
        self._awaiting = awaiting
        self._limits = limits
        self._clock = clock

    def call(self, exchange: Exchange, request: Any) -> Any:
        """Call."""
        calls = request.Parameters.MethodsToCall
        checkOperations(calls, self._limits.operations)
        session, viewer = sessionOf(exchange), viewerOf(exchange)

        def finish(results: list[Any]) -> None:
            response = ua.CallResponse()
            response.Results = results
            exchange.reply(response)

        gathering = Gathering(len(calls), finish, self._clock)
        for index, each in enumerate(calls):
            result = self._one(each, viewer, exchange.deadline)
            gathering.begin(index, result, self._awaiting, session, callResult)
        return LATER

    def _one(self, asked: Any, viewer: Viewer, deadline: float | None) -> Any:
        codes = ua.StatusCodes
        node = self._space.find(asked.ObjectId)
        if node is None:
            return status(codes.BadNodeIdUnknown)
        if node.nodeClass not in (OBJECT, OBJECT_TYPE):
            return status(codes.BadNodeIdInvalid)
        method = node.method(asked.MethodId)
        if method is None:
            return self._noMethod(asked.MethodId)
        if not method.executableBy(viewer):
            self._denied("Call", viewer, f"{asked.ObjectId} {asked.MethodId}")
            return status(codes.BadUserAccessDenied)
        return _perform(method, asked.InputArguments, viewer, deadline)

    def _noMethod(self, methodId: Any) -> Any:
        node = self._space.find(methodId)
        standard = node is not None and node.nodeClass == METHOD and methodId.NamespaceIndex == 0
        codes = ua.StatusCodes
        return status(codes.BadNotExecutable if standard else codes.BadMethodInvalid)


def _perform(method: Any, given: Any, viewer: Viewer, deadline: float | None) -> Any:
    declared = method.inputArguments
    if len(given) < len(declared):
        return status(ua.StatusCodes.BadArgumentsMissing)
    if len(given) > len(declared):
        return status(ua.StatusCodes.BadTooManyArguments)
    values, codes = convert(declared, given)
    if any(codes):
        return invalidArguments(codes)
    return method.call(values, viewer, deadline)


def invalidArguments(codes: list[int]) -> Any:
    """The result of a Call whose arguments were refused, one code for each."""
    result = ua.CallMethodResult()
    result.StatusCode = status(ua.StatusCodes.BadInvalidArgument)
    result.InputArgumentResults = [status(code) for code in codes]
    return result


def callResult(outcome: Any) -> Any:
    """The CallMethodResult of whatever a method returned."""
    if isinstance(outcome, ua.CallMethodResult):
        return outcome
    result = ua.CallMethodResult()
    if isinstance(outcome, ua.StatusCode):
        result.StatusCode = outcome
    else:
        result.OutputArguments = list(outcome)
    return result
