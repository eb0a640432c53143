"""
TranslateBrowsePathsToNodeIds, RegisterNodes and UnregisterNodes of the View
Service Set (OPC 10000-4, 5.8).
"""

from __future__ import annotations

from typing import Any

from opcua import ua

from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.exchange import Exchange
from ocppgw.uaserver.library import status
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.nodes import Viewer
from ocppgw.uaserver.services.operations import checkOperations
from ocppgw.uaserver.services.reading import viewerOf

#: The path was followed to its end.
_WHOLE_PATH = 0xFFFFFFFF
#: Nodes that one path may lead to.
_MAX_TARGETS = 100


class BrowsePaths:
    """Follows paths of BrowseNames."""

    def __init__(self, space: AddressSpace, limits: Limits) -> None:
        self._space = space
        self._limits = limits

    def translate(self, exchange: Exchange, request: Any) -> Any:
        """TranslateBrowsePathsToNodeIds."""
        paths = request.Parameters.BrowsePaths
        checkOperations(paths, self._limits.operations)
        viewer = viewerOf(exchange)
        response = ua.TranslateBrowsePathsToNodeIdsResponse()
        response.Results = [self._result(each, viewer) for each in paths]
        return response

    def register(self, exchange: Exchange, request: Any) -> Any:
        """RegisterNodes: nothing is gained by it, the NodeIds stay as they are."""
        nodeIds = request.Parameters.NodesToRegister
        checkOperations(nodeIds, self._limits.operations)
        response = ua.RegisterNodesResponse()
        response.Parameters.RegisteredNodeIds = nodeIds
        return response

    def unregister(self, exchange: Exchange, request: Any) -> Any:
        """UnregisterNodes."""
        checkOperations(request.Parameters.NodesToUnregister, self._limits.operations)
        return ua.UnregisterNodesResponse()

    def _result(self, path: Any, viewer: Viewer) -> Any:
        result = ua.BrowsePathResult()
        try:
            result.Targets = [_target(each) for each in self._follow(path, viewer)]
        except Fault as fault:
            result.StatusCode = status(fault.statusCode)
        return result

    def _follow(self, path: Any, viewer: Viewer) -> list[Any]:
        codes = ua.StatusCodes
        elements = path.RelativePath.Elements
        if not elements or len(elements) > self._limits.pathElements:
            code = codes.BadNothingToDo if not elements else codes.BadTooManyOperations
            raise Fault(code, "no path, or a long one")
        if not elements[-1].TargetName.Name:
            raise Fault(codes.BadBrowseNameInvalid, "no name at the end")
        if self._space.find(path.StartingNode) is None:
            raise Fault(codes.BadNodeIdUnknown, "no such starting node")
        found = [path.StartingNode]
        for element in elements:
            found = self._step(found, element, viewer)
            if not found:
                raise Fault(codes.BadNoMatch, "the path leads nowhere")
        return found

    def _step(self, sources: list[Any], element: Any, viewer: Viewer) -> list[Any]:
        kinds = self._kinds(element)
        found: dict[Any, None] = {}
        for source in sources:
            node = self._space.find(source)
            for each in self._space.references(node, viewer) if node is not None else ():
                if (
                    each.isForward != element.IsInverse
                    and each.browseName == element.TargetName
                    and (kinds is None or each.referenceTypeId.Identifier in kinds)
                ):
                    found[each.target] = None
        return list(found)[:_MAX_TARGETS]

    def _kinds(self, element: Any) -> Any:
        if element.ReferenceTypeId.is_null():
            return None
        if element.ReferenceTypeId.NamespaceIndex:
            return ()
        if not element.IncludeSubtypes:
            return (element.ReferenceTypeId.Identifier,)
        return self._space.subtypesOf(element.ReferenceTypeId) or ()


def _target(nodeId: Any) -> Any:
    target = ua.BrowsePathTarget()
    target.TargetId = nodeId
    target.RemainingPathIndex = _WHOLE_PATH
    return target
