"""
A whole gateway on real sockets in the test's own process, and clients of others around it.

`GatewayCase` starts it before each test on ports that the system chooses, with its real store in
a temporary folder, and stops it afterwards.  Scenarios are coroutines on the foreign thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

from asyncua import Client, Node, ua
from twisted.internet import reactor
from twisted.internet.defer import Deferred, DeferredLock, inlineCallbacks
from twisted.trial.unittest import TestCase

from ocppgw.config.reading import readText
from ocppgw.gateway.ready import Ready
from ocppgw.gateway.service import Gateway
from tests.endToEnd.chargepoint import ForeignChargePoint, callIn
from tests.endToEnd.foreign import LONGEST, Foreign

BASE = """
[gateway]
state = "state"
[ocpp]
listen = ["tcp:0:interface=127.0.0.1"]
settleTime = 0
disconnectGrace = 0.05
callTimeout = {callTimeout}
{ocpp}
[opcua]
url = "opc.tcp://127.0.0.1:0/ocppgw/"
{opcua}
[web]
endpoint = "{web}"
{webMore}
{more}
"""

Scenario = Callable[[], Coroutine[Any, Any, None]]
NS = 2
UNWATCHED = 600.0
"""Seconds between two looks of asyncua after its connection, which it drops on a busy machine."""


class Seen:
    """What one monitored item was told: value, StatusCode name and SourceTimestamp, in order."""

    def __init__(self) -> None:
        self.changes: list[ua.DataValue] = []
        self._told = asyncio.Condition()

    async def add(self, value: ua.DataValue) -> None:
        async with self._told:
            self.changes.append(value)
            self._told.notify_all()

    async def until(self, fits: Callable[[ua.DataValue], bool]) -> ua.DataValue:
        """Wait for a notification that fits; what came before it is forgotten."""
        async with self._told:
            await self._told.wait_for(lambda: any(fits(one) for one in self.changes))
        index = next(i for i, one in enumerate(self.changes) if fits(one))
        found = self.changes[index]
        del self.changes[: index + 1]
        return found

    async def value(self, expected: Any) -> ua.DataValue:
        """Wait for a good value."""
        return await self.until(
            lambda one: one.StatusCode.is_good() and one.Value.Value == expected
        )

    async def status(self, name: str) -> ua.DataValue:
        """Wait for a StatusCode."""
        return await self.until(lambda one: one.StatusCode.name == name)


class Scada:
    """An OPC UA client with what the scenarios need of it."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self._items: dict[str, Seen] = {}

    def node(self, path: str) -> Node:
        """A node of ours by its identifier."""
        return self.client.get_node(ua.NodeId(path, NS))

    async def read(self, path: str) -> Any:
        """The value, whatever its quality."""
        return (await self.data(path)).Value.Value

    async def data(self, path: str) -> ua.DataValue:
        """Value, StatusCode and timestamps."""
        return await self.node(path).read_data_value(raise_on_bad_status=False)

    async def quality(self, path: str) -> str:
        """The name of the StatusCode."""
        return str((await self.data(path)).StatusCode.name)

    async def write(self, path: str, value: Any, kind: ua.VariantType) -> str:
        """Write; the name of the StatusCode of the result."""
        parameters = ua.WriteParameters()
        item = ua.WriteValue()
        item.NodeId = ua.NodeId(path, NS)
        item.AttributeId = ua.AttributeIds.Value
        item.Value = ua.DataValue(ua.Variant(value, kind))
        parameters.NodesToWrite = [item]
        [result] = await self.client.uaclient.write(parameters)
        return str(result.name)

    async def call(self, path: str, *arguments: ua.Variant) -> ua.CallMethodResult:
        """Call a method by its own NodeId."""
        request = ua.CallMethodRequest()
        request.ObjectId = ua.NodeId(path.rpartition("/")[0], NS)
        request.MethodId = ua.NodeId(path, NS)
        request.InputArguments = list(arguments)
        [result] = await self.client.uaclient.call([request])
        return result

    async def outcome(self, path: str, *arguments: ua.Variant) -> tuple[str, list[Any]]:
        """Call a method; the name of the StatusCode and the outputs."""
        result = await self.call(path, *arguments)
        outputs = [one.Value for one in result.OutputArguments or []]
        return str(result.StatusCode.name), outputs

    async def watch(self, *paths: str) -> list[Seen]:
        """Subscribe to nodes; what each of them tells."""
        subscription = await self.client.create_subscription(50, self)
        for path in paths:
            self._items[path] = Seen()
        await subscription.subscribe_data_change([self.node(path) for path in paths])
        return [self._items[path] for path in paths]

    async def datachange_notification(self, node: Node, value: Any, data: Any) -> None:
        """Called by asyncua."""
        await self._items[node.nodeid.Identifier].add(data.monitored_item.Value)


def text(value: str) -> ua.Variant:
    """A String argument."""
    return ua.Variant(value, ua.VariantType.String)


def number(value: int) -> ua.Variant:
    """An Int32 argument."""
    return ua.Variant(value, ua.VariantType.Int32)


class GatewayCase(TestCase):
    """One gateway per test; ``ocpp``, ``opcua`` and ``more`` add to its configuration."""

    timeout = 90
    ocpp = ""
    opcua = ""
    web = "none"
    webMore = ""
    more = ""
    callTimeout = 20.0
    longest = LONGEST

    @inlineCallbacks
    def setUp(self) -> Any:  # type: ignore[override]
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.foreign = Foreign(reactor)
        self.addCleanup(self.foreign.stop)
        self.chargePoints: list[ForeignChargePoint] = []
        self._stopping = DeferredLock()
        yield self.startGateway()

    @inlineCallbacks
    def startGateway(self) -> Any:
        """Start it, and wait until everything listens."""
        configuration = readText(
            BASE.format(
                ocpp=self.ocpp,
                opcua=self.opcua,
                web=self.web,
                webMore=self.webMore,
                more=self.more,
                callTimeout=self.callTimeout,
            ),
            "test.toml",
            self.folder,
        )
        self.gateway = Gateway(configuration, reactor)
        self.gateway.startService()
        # A run that is interrupted does no cleanup, but it does end the reactor.
        ending = reactor.addSystemEventTrigger("before", "shutdown", self.stopGateway)
        self.addCleanup(reactor.removeSystemEventTrigger, ending)
        ready: Ready | None = yield self.gateway.whenReady()
        assert ready is not None, "the gateway did not start"
        self.ready: Ready = ready
        self.addCleanup(self.stopGateway)

    def stopGateway(self) -> Any:
        """Stop it, once; fires when it has stopped, whoever asked first."""
        return self._stopping.run(self._stop)

    @inlineCallbacks
    def _stop(self) -> Any:
        if self.gateway.running:
            yield self.gateway.stopService()

    def play(self, scenario: Scenario) -> Deferred[None]:
        """Run a scenario to its end on the foreign thread; charge points hang up afterwards."""
        return self.foreign.run(self._played(scenario), self.longest)

    async def _played(self, scenario: Scenario) -> None:
        try:
            await scenario()
        finally:
            for chargePoint in self.chargePoints:
                await chargePoint.close()

    async def connect(self, identity: str = "CP1", boot: bool = True) -> ForeignChargePoint:
        """A charge point that called in, booted and told its status."""
        chargePoint = await callIn(self.ready.ocpp[0], identity)
        self.chargePoints.append(chargePoint)
        if boot:
            await chargePoint.boot()
            for connector in (0, 1, 2):
                await chargePoint.status(connector, "Available")
            await chargePoint.wasAsked("GetConfiguration")
        return chargePoint

    def scada(self) -> AbstractAsyncContextManager[Scada]:
        """An OPC UA client, for ``async with``."""
        return ScadaContext(self.ready.opcua)


class ScadaContext:
    """Connects a client and disconnects it."""

    def __init__(self, url: str, user: str = "", password: str = "") -> None:
        self._client = Client(url, timeout=30, watchdog_intervall=UNWATCHED)
        if user:
            self._client.set_user(user)
            self._client.set_password(password)

    async def __aenter__(self) -> Scada:
        await self._client.connect()
        return Scada(self._client)

    async def __aexit__(self, *_: object) -> None:
        await self._client.disconnect()
