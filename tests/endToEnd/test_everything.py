"""Everything that a client can do, done by asyncua: browse, read, monitor, write, call, move."""

from __future__ import annotations

import asyncio
import itertools
from typing import Any

from asyncua import Client, ua
from asyncua.sync import Client as SyncClient
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.threads import deferToThread

from tests.conformance import shows
from tests.endToEnd.gateway import NS, GatewayCase, Scada

HIERARCHICAL = ua.NodeId(ua.ObjectIds.HierarchicalReferences)
BATCH = 500
ATTRIBUTES = range(1, 28)
KINDS = ua.NodeClass


def batches(listed: Any, size: int = BATCH) -> Any:
    """The same in parts that one request may have."""
    iterator = iter(listed)
    return iter(lambda: list(itertools.islice(iterator, size)), [])


def description(nodeId: ua.NodeId) -> ua.BrowseDescription:
    """All that lies beneath a node."""
    return ua.BrowseDescription(
        nodeId, ua.BrowseDirection.Forward, HIERARCHICAL, True, 0, ua.BrowseResultMask.All
    )


class Explorer:
    """One client's view of the whole address space."""

    def __init__(self, client: Client) -> None:
        self.uaclient = client.uaclient
        self.parents: dict[ua.NodeId, ua.NodeId] = {}
        self.classes: dict[ua.NodeId, ua.NodeClass] = {}

    async def browse(self) -> None:
        """Browse all that can be reached from the root."""
        level = [ua.NodeId(ua.ObjectIds.RootFolder)]
        while level:
            found: list[ua.NodeId] = []
            for some in batches(level, 100):
                found += await self._browseSome(some)
            level = found

    async def _browseSome(self, nodeIds: list[ua.NodeId]) -> list[ua.NodeId]:
        parameters = ua.BrowseParameters()
        parameters.RequestedMaxReferencesPerNode = 50
        parameters.NodesToBrowse = [description(each) for each in nodeIds]
        found = []
        for parent, result in zip(nodeIds, await self.uaclient.browse(parameters), strict=True):
            result.StatusCode.check()
            references, point = list(result.References), result.ContinuationPoint
            while point:
                more = ua.BrowseNextParameters(False, [point])
                [rest] = await self.uaclient.browse_next(more)
                references += rest.References
                point = rest.ContinuationPoint
            for each in references:
                nodeId = ua.NodeId(each.NodeId.Identifier, each.NodeId.NamespaceIndex)
                if nodeId not in self.classes:
                    self.parents[nodeId], self.classes[nodeId] = parent, each.NodeClass
                    found.append(nodeId)
        return found

    def of(self, nodeClass: ua.NodeClass) -> list[ua.NodeId]:
        """The nodes of a class."""
        return [each for each, kind in self.classes.items() if kind == nodeClass]

    async def read(self, pairs: Any) -> list[ua.DataValue]:
        """Read (NodeId, attribute) pairs."""
        values: list[ua.DataValue] = []
        for some in batches(pairs):
            parameters = ua.ReadParameters()
            for nodeId, attribute in some:
                asked = ua.ReadValueId(nodeId, attribute)
                parameters.NodesToRead.append(asked)
            values += await self.uaclient.read(parameters)
        return values


class EverythingTests(GatewayCase):
    async def explored(self, scada: Scada) -> Explorer:
        """A charge point called in, and everything was browsed."""
        await self.connect()
        explorer = Explorer(scada.client)
        await explorer.browse()
        return explorer

    @shows("Read", "Address Space Base")
    def test_readEveryAttribute(self) -> Deferred[None]:
        """
        Each attribute of each node answers Good or BadAttributeIdInvalid; what every node has,
        and what its class has, is there; a Value may have any quality, but no other refusal.
        """

        async def scenario() -> None:
            async with self.scada() as scada:
                explorer = await self.explored(scada)
                pairs = list(itertools.product(explorer.classes, ATTRIBUTES))
                for (nodeId, attribute), value in zip(
                    pairs, await explorer.read(pairs), strict=True
                ):
                    name = value.StatusCode.name
                    if attribute <= ua.AttributeIds.DisplayName:
                        self.assertEqual(name, "Good", (nodeId, attribute))
                    elif attribute != ua.AttributeIds.Value:
                        self.assertIn(name, ("Good", "BadAttributeIdInvalid"), nodeId)
                    elif explorer.classes[nodeId] == KINDS.Variable:
                        self.assertNotIn(name, ("BadAttributeIdInvalid", "BadInternalError"))

        return self.play(scenario)

    @shows("Monitor Basic", "Monitor Items 500")
    def test_monitorEverything(self) -> Deferred[None]:
        """Every Variable can be monitored, and each tells a first value."""

        async def scenario() -> None:
            async with self.scada() as scada:
                explorer = await self.explored(scada)
                missing = set(explorer.of(KINDS.Variable))
                done = asyncio.Event()

                class Told:
                    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
                        missing.discard(node.nodeid)
                        if not missing:
                            done.set()

                subscription = await scada.client.create_subscription(100, Told())
                for some in batches(list(missing)):
                    nodes = [scada.client.get_node(each) for each in some]
                    handles = await subscription.subscribe_data_change(nodes)
                    self.assertFalse([each for each in handles if isinstance(each, ua.StatusCode)])
                await done.wait()

        return self.play(scenario)

    @shows("Method Call")
    def test_writeAndCallEverything(self) -> Deferred[None]:
        """Every writable Variable takes its own value, every method answers."""

        async def scenario() -> None:
            async with self.scada() as scada:
                explorer = await self.explored(scada)
                names = await self._writeAll(explorer)
                self.assertLessEqual(set(names), {"Good", "GoodCompletesAsynchronously"})
                self.assertGreater(len(names), 10)
                names = await self._callAll(explorer)
                self.assertLessEqual(set(names), {"Good", "BadArgumentsMissing", "BadInvalidState"})
                self.assertGreater(len(names), 30)

        return self.play(scenario)

    async def _writeAll(self, explorer: Explorer) -> list[str]:
        variables = [each for each in explorer.of(KINDS.Variable) if each.NamespaceIndex == NS]
        levels = await explorer.read((each, ua.AttributeIds.UserAccessLevel) for each in variables)
        writable = [
            nodeId
            for nodeId, level in zip(variables, levels, strict=True)
            if level.Value is not None and level.Value.Value & 2
        ]
        values = await explorer.read((each, ua.AttributeIds.Value) for each in writable)
        names = []
        for nodeId, value in zip(writable, values, strict=True):
            if value.Value is not None and value.Value.Value is not None:
                item = ua.WriteValue(nodeId, ua.AttributeIds.Value)
                item.Value = ua.DataValue(value.Value)
                parameters = ua.WriteParameters([item])
                [status] = await explorer.uaclient.write(parameters)
                names.append(str(status.name))
        return names

    async def _callAll(self, explorer: Explorer) -> list[str]:
        names = []
        for nodeId in explorer.of(KINDS.Method):
            if nodeId.NamespaceIndex != NS or str(nodeId.Identifier).startswith("/Types/"):
                continue
            request = ua.CallMethodRequest(explorer.parents[nodeId], nodeId, [])
            [result] = await explorer.uaclient.call([request])
            names.append(str(result.StatusCode.name))
        return names

    def test_transfer(self) -> Deferred[None]:
        """A session that was closed without its subscription leaves it to another one."""

        async def scenario() -> None:
            async with self.scada() as first:
                subscription = await first.client.create_subscription(100, first)
                await subscription.subscribe_data_change(first.node("/Gateway/Version"))
                async with self.scada() as second:
                    request = ua.TransferSubscriptionsRequest()
                    request.Parameters.SubscriptionIds = [subscription.subscription_id]
                    request.Parameters.SendInitialValues = True
                    protocol = second.client.uaclient.protocol
                    assert protocol is not None
                    content = await protocol.send_request(request)
                    response = ua.ua_binary.struct_from_binary(
                        ua.TransferSubscriptionsResponse, content
                    )
                    [result] = response.Parameters.Results
                    self.assertEqual(result.StatusCode.name, "Good")

        return self.play(scenario)

    @inlineCallbacks
    def test_synchronousClient(self) -> Any:
        """The synchronous client of asyncua browses, reads, monitors and reconnects."""
        yield self.foreign.run(self.connect())
        yield deferToThread(self._synchronous)
        yield self.play(_nothing)

    def _synchronous(self) -> None:
        for _ in range(2):
            with SyncClient(self.ready.opcua, timeout=30) as client:
                node = client.get_node(ua.NodeId("CP1", NS))
                self.assertGreater(len(node.get_children()), 40)
                connected = client.get_node(ua.NodeId("CP1/Connected", NS))
                self.assertIs(connected.read_value(), True)


async def _nothing() -> None:
    """Charge points hang up at the end of what is played."""
