"""
Everything that a client can do, done by asyncua: browse, read, monitor, write, call, move.

Without security and encrypted, by both of its clients, and as each kind of user.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from asyncua.sync import Client as SyncClient
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.threads import deferToThread

from tests.conformance import shows
from tests.endToEnd.gateway import NS, UNWATCHED, GatewayCase, Scada, text
from tests.endToEnd.secured import VERSION, SecurityCase

HIERARCHICAL = ua.NodeId(ua.ObjectIds.HierarchicalReferences)
BATCH = 500
ATTRIBUTES = range(1, 28)
KINDS = ua.NodeClass

USER_POLICIES = (None, SecurityPolicyBasic256Sha256)
OPERATORS, ENGINEERS = "/Gateway/ListIdTags", "/Gateway/RemoveIdTag"
NOBODY = text("nobody")
_DENIED = "BadUserAccessDenied"
OUTCOMES = {
    "anonymous": (_DENIED, _DENIED),
    "password": ("Good", _DENIED),
    "certificate": ("Good", "Good"),
}
"""How a kind of user fares with an operator's and with an engineer's method."""


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
    """Without security, on this machine."""

    timeout = 180
    longest = 150.0

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
        """
        The synchronous client of asyncua browses a charge point and the gateway, reads every
        attribute, monitors, writes and calls; and does so again on another connection.
        """
        yield self.foreign.run(self.connect())
        yield deferToThread(self._synchronous)
        yield self.play(_nothing)

    def synchronousClient(self) -> SyncClient:
        """A client that is not yet connected."""
        return SyncClient(self.ready.opcua, timeout=30, watchdog_intervall=UNWATCHED)

    def _synchronous(self) -> None:
        for _ in range(2):
            with self.synchronousClient() as client:
                found = synchronouslyBrowsed(client, "CP1", "/Gateway")
                self.assertGreater(len(found), 200)
                self.assertEqual(synchronouslyRead(client, found), set())
                variables = [each for each, kind in found.items() if kind == KINDS.Variable]
                self.assertEqual(synchronouslyMonitored(client, variables), set())
                name = client.get_node(ua.NodeId("CP1/Name", NS))
                written = ua.WriteValue(name.nodeid, ua.AttributeIds.Value)
                written.Value = ua.DataValue(ua.Variant("Car park", ua.VariantType.String))
                uaclient, post = client.aio_obj.uaclient, client.tloop.post
                [status] = post(uaclient.write(ua.WriteParameters([written])))
                self.assertTrue(status.is_good())
                self.assertEqual(name.read_value(), "Car park")
                chargePoint = client.get_node(ua.NodeId("CP1", NS))
                answer = chargePoint.call_method(ua.NodeId("CP1/ClearCache", NS))
                self.assertEqual(answer, "Accepted")


def synchronouslyBrowsed(client: SyncClient, *roots: str) -> dict[Any, Any]:
    """NodeIds and classes of all that lies beneath, by one request each."""
    waiting = [ua.NodeId(root, NS) for root in roots]
    found: dict[Any, Any] = {}
    while waiting:
        node = client.get_node(waiting.pop())
        for each in node.get_references(HIERARCHICAL, ua.BrowseDirection.Forward):
            if each.NodeId not in found:
                found[each.NodeId] = each.NodeClass
                waiting.append(each.NodeId)
    return found


def synchronouslyRead(client: SyncClient, nodeIds: Any) -> set[str]:
    """Read each attribute but Value of all nodes; which answers ought not to be."""
    nodes = [client.get_node(each) for each in nodeIds]
    wrong = set()
    for attribute in ua.AttributeIds:
        if attribute != ua.AttributeIds.Value:
            for value in client.read_attributes(nodes, attribute):
                wrong.add(value.StatusCode.name)
    return wrong - {"Good", "BadAttributeIdInvalid"}


def synchronouslyMonitored(client: SyncClient, nodeIds: list[Any]) -> set[Any]:
    """Monitor nodes until each has told a value; those that cannot be monitored."""
    missing, done = set(nodeIds), threading.Event()

    class Told:
        def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
            missing.discard(node.nodeid)
            if not missing:
                done.set()

    subscription = client.create_subscription(100, Told())
    nodes = [client.get_node(each) for each in nodeIds]
    subscription.subscribe_data_change(nodes)
    done.wait(30)
    subscription.delete()
    return missing


async def _nothing() -> None:
    """Charge points hang up at the end of what is played."""


class EncryptedEverythingTests(SecurityCase, EverythingTests):
    """The same by Basic256Sha256, signed and encrypted, as an engineer with a certificate."""

    @inlineCallbacks
    def setUp(self) -> Any:  # type: ignore[override]
        yield super().setUp()
        yield self.foreign.run(self.made())

    @asynccontextmanager
    async def scada(self) -> AsyncIterator[Scada]:
        client = await self.present(await self.client(), "certificate")
        async with client:
            yield Scada(client)

    def synchronousClient(self) -> SyncClient:
        return self.presented(SecurityPolicyBasic256Sha256, "certificate")


class UserTests(SecurityCase):
    """Each kind of user does what the role allows, and nothing beyond."""

    opcua = 'anonymousLoopback = "observer"'

    @inlineCallbacks
    def setUp(self) -> Any:  # type: ignore[override]
        yield super().setUp()
        yield self.foreign.run(self.made())

    @shows("Security User Anonymous", "Security User Name Password", "Security User X509")
    def test_asynchronousClient(self) -> Deferred[None]:
        """By either policy: browse, read, monitor, and call an operator's and an engineer's."""

        async def scenario() -> None:
            for policy, (kind, expected) in itertools.product(USER_POLICIES, OUTCOMES.items()):
                client = Client(self.ready.opcua, timeout=20, watchdog_intervall=UNWATCHED)
                if policy is not None:
                    client = await self.client(policy)
                async with await self.present(client, kind):
                    scada = Scada(client)
                    self.assertGreater(len(await scada.node("/Gateway").get_children()), 20)
                    version = await scada.read(VERSION)
                    [seen] = await scada.watch(VERSION)
                    await seen.value(version)
                    calls = (await scada.outcome(OPERATORS), await scada.outcome(ENGINEERS, NOBODY))
                    self.assertEqual(tuple(name for name, _ in calls), expected, (policy, kind))

        return self.play(scenario)

    def test_synchronousClient(self) -> Deferred[None]:
        """So does the synchronous client."""
        return deferToThread(self._synchronous)

    def _synchronous(self) -> None:
        for policy, (kind, expected) in itertools.product(USER_POLICIES, OUTCOMES.items()):
            with self.presented(policy, kind) as client:
                gateway, version = (ua.NodeId(each, NS) for each in ("/Gateway", VERSION))
                self.assertGreater(len(client.get_node(gateway).get_children()), 20)
                self.assertTrue(client.get_node(version).read_value())
                self.assertEqual(synchronouslyMonitored(client, [version]), set())
                told = (called(client, OPERATORS), called(client, ENGINEERS, NOBODY))
                self.assertEqual(told, expected, (policy, kind))


def called(client: SyncClient, path: str, *arguments: Any) -> str:
    """The name of the StatusCode of a call of a method of the gateway."""
    try:
        client.get_node(ua.NodeId("/Gateway", NS)).call_method(ua.NodeId(path, NS), *arguments)
    except ua.UaStatusCodeError as error:
        return str(ua.StatusCode(error.code).name)
    return "Good"
