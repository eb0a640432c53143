"""
Everything that there is to do with an address space, in steps that either client of asyncua takes.

A step is a service, a method of asyncua's ``UaClient``, with its arguments; the course that asks
for it is sent the answer.  `taken` has the steps taken by the asynchronous client, and
`takenSynchronously` by the synchronous one, by its own means.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any, TypeVar

from asyncua import Client, ua
from asyncua.client.ua_client import UaClient
from asyncua.sync import Client as SyncClient, sync_uaclient_method

from tests.endToEnd.gateway import NS

_Result = TypeVar("_Result")
_Item = TypeVar("_Item")
Step = tuple[Callable[..., Any], Any]
Course = Generator[Step, Any, _Result]

BATCH = 500
HIERARCHICAL = ua.NodeId(ua.ObjectIds.HierarchicalReferences)
KINDS = ua.NodeClass
ATTRIBUTES = range(1, 28)


async def taken(client: Client, course: Course[_Result]) -> _Result:
    """Take the steps by the asynchronous client; what the course returns."""
    answer = None
    while True:
        try:
            service, given = course.send(answer)
        except StopIteration as end:
            result: _Result = end.value
            return result
        answer = await service(client.uaclient, given)


def takenSynchronously(client: SyncClient, course: Course[_Result]) -> _Result:
    """Take the steps by the synchronous client.  Blocks."""
    answer = None
    while True:
        try:
            service, given = course.send(answer)
        except StopIteration as end:
            result: _Result = end.value
            return result
        answer = sync_uaclient_method(service)(client)(given)


def batches(listed: Iterable[_Item], size: int = BATCH) -> Iterator[list[_Item]]:
    """The same in parts that one request may have."""
    iterator = iter(listed)
    return iter(lambda: list(itertools.islice(iterator, size)), [])


class Explorer:
    """
    One client's view of the whole address space.

    :ivar parents: where a node was found first.
    """

    def __init__(self) -> None:
        self.parents: dict[ua.NodeId, ua.NodeId] = {}
        self.classes: dict[ua.NodeId, ua.NodeClass] = {}

    def of(self, nodeClass: ua.NodeClass) -> list[ua.NodeId]:
        """The nodes of a class."""
        return [each for each, kind in self.classes.items() if kind == nodeClass]

    def browse(self) -> Course[None]:
        """Browse all that can be reached from the root."""
        level = [ua.NodeId(ua.ObjectIds.RootFolder)]
        while level:
            found: list[ua.NodeId] = []
            for some in batches(level, 100):
                found += yield from self._browseSome(some)
            level = found

    def _browseSome(self, nodeIds: list[ua.NodeId]) -> Course[list[ua.NodeId]]:
        parameters = ua.BrowseParameters()
        parameters.RequestedMaxReferencesPerNode = 50
        parameters.NodesToBrowse = [_beneath(each) for each in nodeIds]
        found = []
        for parent, result in zip(nodeIds, (yield UaClient.browse, parameters), strict=True):
            result.StatusCode.check()
            references, point = list(result.References), result.ContinuationPoint
            while point:
                more = ua.BrowseNextParameters(False, [point])
                [rest] = yield UaClient.browse_next, more
                references += rest.References
                point = rest.ContinuationPoint
            for each in references:
                nodeId = ua.NodeId(each.NodeId.Identifier, each.NodeId.NamespaceIndex)
                if nodeId not in self.classes:
                    self.parents[nodeId], self.classes[nodeId] = parent, each.NodeClass
                    found.append(nodeId)
        return found

    def misread(self) -> Course[list[Any]]:
        """
        Read each attribute of each node; where the answer is not what it should be.

        What every node has is Good; another attribute is Good or BadAttributeIdInvalid; a Value
        may have any quality, but a Variable has one.
        """
        pairs = list(itertools.product(self.classes, ATTRIBUTES))
        values = yield from self._read(pairs)
        return [
            (nodeId, attribute, value.StatusCode.name)
            for (nodeId, attribute), value in zip(pairs, values, strict=True)
            if not self._isRight(nodeId, attribute, value.StatusCode.name)
        ]

    def _isRight(self, nodeId: ua.NodeId, attribute: int, name: str) -> bool:
        if attribute <= ua.AttributeIds.DisplayName:
            return name == "Good"
        if attribute == ua.AttributeIds.Value and self.classes[nodeId] == KINDS.Variable:
            return name not in ("BadAttributeIdInvalid", "BadInternalError")
        return name in ("Good", "BadAttributeIdInvalid")

    def _read(self, pairs: Iterable[tuple[ua.NodeId, int]]) -> Course[list[ua.DataValue]]:
        values: list[ua.DataValue] = []
        for some in batches(pairs):
            parameters = ua.ReadParameters()
            parameters.NodesToRead = [ua.ReadValueId(*each) for each in some]
            values += yield UaClient.read, parameters
        return values

    def writeAll(self) -> Course[list[str]]:
        """Write its own value to each writable Variable; how that went."""
        variables = [each for each in self.of(KINDS.Variable) if each.NamespaceIndex == NS]
        levels = yield from self._read(
            (each, ua.AttributeIds.UserAccessLevel) for each in variables
        )
        writable = [
            nodeId
            for nodeId, level in zip(variables, levels, strict=True)
            if level.Value is not None and level.Value.Value & 2
        ]
        values = yield from self._read((each, ua.AttributeIds.Value) for each in writable)
        names = []
        for nodeId, value in zip(writable, values, strict=True):
            if value.Value is not None and value.Value.Value is not None:
                item = ua.WriteValue(nodeId, ua.AttributeIds.Value)
                item.Value = ua.DataValue(value.Value)
                [status] = yield UaClient.write, ua.WriteParameters([item])
                names.append(str(status.name))
        return names

    def callAll(self) -> Course[list[str]]:
        """Call each method of ours without arguments; how that went."""
        names = []
        for nodeId in self.of(KINDS.Method):
            if nodeId.NamespaceIndex != NS or str(nodeId.Identifier).startswith("/Types/"):
                continue
            request = ua.CallMethodRequest(self.parents[nodeId], nodeId, [])
            [result] = yield UaClient.call, [request]
            names.append(str(result.StatusCode.name))
        return names


def _beneath(nodeId: ua.NodeId) -> ua.BrowseDescription:
    """All that lies beneath a node."""
    return ua.BrowseDescription(
        nodeId, ua.BrowseDirection.Forward, HIERARCHICAL, True, 0, ua.BrowseResultMask.All
    )


def handedOver(subscriptionId: int, count: int) -> Course[str]:
    """
    Have a subscription go on in this session, and hear the value of each of its items again.

    :param count: how many items it has.
    :return: the name of the StatusCode.
    """
    parameters = ua.TransferSubscriptionsParameters([subscriptionId], True)
    [result] = yield UaClient.transfer_subscriptions, parameters
    heard: set[int] = set()
    while result.StatusCode.is_good() and len(heard) < count:
        response = yield UaClient.publish, []
        for each in response.Parameters.NotificationMessage.NotificationData:
            if isinstance(each, ua.DataChangeNotification):
                heard.update(item.ClientHandle for item in each.MonitoredItems)
    return str(result.StatusCode.name)
