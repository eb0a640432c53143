"""Events of a whole gateway, seen by somebody else's OPC UA client."""

from __future__ import annotations

import asyncio
from typing import Any

from asyncua import ua
from twisted.internet.defer import Deferred

from tests.endToEnd.chargepoint import callIn
from tests.endToEnd.gateway import NS, GatewayCase, Scada, ScadaContext
from tests.endToEnd.secured import PASSWORD, SecurityCase

DENIED = "BadUserAccessDenied"


class Told:
    """What a subscription to events was told, in order."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[Any] = asyncio.Queue()

    def event_notification(self, event: Any) -> None:
        """Called by asyncua."""
        self.events.put_nowait(event)

    async def next(self, name: str) -> Any:
        """The next event of the type called so; others are passed over."""
        while True:
            event = await self.events.get()
            if event.EventType == typeId(name):
                return event


def typeId(name: str) -> ua.NodeId:
    """The type of an event."""
    return ua.NodeId(f"/Types/{name}EventType", NS)


async def listen(scada: Scada, source: Any, *types: str) -> Told:
    """Subscribe to events of a node."""
    told = Told()
    subscription = await scada.client.create_subscription(50, told)
    nodes = [scada.client.get_node(typeId(name)) for name in types]
    await subscription.subscribe_events(scada.client.get_node(source), nodes)
    return told


class EventTests(GatewayCase):
    def test_chargePoint(self) -> Deferred[None]:
        """A client that subscribes on ChargePoints is told of a charge point's whole day."""

        async def scenario() -> None:
            async with self.scada() as scada:
                kinds = ("Connected", "Booted", "FaultRaised", "FaultCleared",
                         "TransactionStarted", "TransactionStopped", "Disconnected")  # fmt: skip
                told = await listen(scada, ua.NodeId("/ChargePoints", NS), *kinds)
                chargePoint = await self.connect()
                connected = await told.next("Connected")
                self.assertEqual(connected.SourceNode, ua.NodeId("CP1", NS))
                self.assertEqual((connected.SourceName, connected.OcppIdentifier), ("CP1", "CP1"))
                self.assertIn("Accepted", (await told.next("Booted")).Message.Text)
                await chargePoint.status(1, "Faulted", error_code="GroundFailure")
                raised = await told.next("FaultRaised")
                self.assertEqual((raised.ConnectorId, raised.ErrorCode), (1, "GroundFailure"))
                await chargePoint.status(1, "Available")
                self.assertGreater(raised.Severity, (await told.next("FaultCleared")).Severity)
                transactionId = await chargePoint.begin(1, "TAG", 1000)
                started = await told.next("TransactionStarted")
                self.assertEqual((started.TransactionId, started.IdTag), (transactionId, "TAG"))
                await chargePoint.end(transactionId, 2500)
                self.assertEqual((await told.next("TransactionStopped")).Energy, 1500.0)
                await chargePoint.close()
                self.assertTrue((await told.next("Disconnected")).Reason)

        return self.play(scenario)

    def test_filtered(self) -> Deferred[None]:
        """A client that wants one type on the Server object is told of no other."""

        async def scenario() -> None:
            async with self.scada() as scada:
                told = await listen(scada, ua.NodeId(ua.ObjectIds.Server), "Booted")
                await self.connect("CP1")
                await self.connect("CP2")
                events = [await told.events.get() for _ in range(2)]
                self.assertEqual({each.EventType for each in events}, {typeId("Booted")})
                self.assertEqual([each.SourceName for each in events], ["CP1", "CP2"])

        return self.play(scenario)

    def test_C13_identityConflict(self) -> Deferred[None]:
        """Two devices that take one identity from each other are an event with both addresses."""

        async def scenario() -> None:
            async with self.scada() as scada:
                told = await listen(scada, ua.NodeId("/ChargePoints", NS), "IdentityConflict")
                for host in ("127.0.0.1", "127.0.0.2") * 2:
                    self.chargePoints.append(await callIn(self.ready.ocpp[0], "CP1", host))
                conflict = await told.next("IdentityConflict")
                self.assertEqual((conflict.SourceName, conflict.OcppIdentifier), ("CP1", "CP1"))
                self.assertEqual(conflict.SourceNode, ua.NodeId("CP1", NS))
                self.assertIn("127.0.0.1, 127.0.0.2", conflict.Reason)
                self.assertIn("127.0.0.2", conflict.Message.Text)
                self.assertEqual(conflict.Severity, 800)

        return self.play(scenario)


class RefusalTests(SecurityCase):
    """Whoever is refused is an event of the gateway, while an observer listens."""

    opcua = 'anonymousLoopback = "observer"'

    def test_accessRefused(self) -> Deferred[None]:
        """
        A wrong password, and a Write and a Call that a role does not allow, are events on Gateway
        that say what and from where; who it was is for operators and above.
        """

        async def scenario() -> None:
            async with self.scada() as observer, self.operator() as operator:
                gateway = ua.NodeId("/Gateway", NS)
                seen = await listen(observer, gateway, "AccessRefused")
                told = await listen(operator, gateway, "AccessRefused")
                with self.assertRaises(ua.uaerrors.BadIdentityTokenRejected):
                    async with ScadaContext(self.ready.opcua, "anna", "wrong"):
                        pass
                event = await told.next("AccessRefused")
                self.assertEqual((event.SourceNode, event.User, event.Count), (gateway, "anna", 1))
                self.assertIn("LogIn by opcua from 127.0.0.1: BadIdentity", event.Reason)
                self.assertIn(event.Reason, event.Message.Text)
                self.assertIsNone((await seen.next("AccessRefused")).User)
                self.assertEqual((await observer.outcome("/Gateway/ListIdTags"))[0], DENIED)
                self.assertIn("/Gateway/ListIdTags", (await told.next("AccessRefused")).Reason)
                await self.connect()
                written = await observer.write("CP1/Enabled", False, ua.VariantType.Boolean)
                self.assertEqual(written, DENIED)
                event = await told.next("AccessRefused")
                self.assertIn("Write by opcua", event.Reason)
                self.assertIn("CP1/Enabled", event.Reason)
                self.assertEqual(event.User, "anonymous")

        return self.play(scenario)

    def operator(self) -> ScadaContext:
        return ScadaContext(self.ready.opcua, "anna", PASSWORD)
