"""
Everything that a client can do, done by asyncua: browse, read, monitor, write, call, move.

Without security and encrypted, by both of its clients, and as each kind of user.
"""

from __future__ import annotations

import asyncio
import itertools
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from asyncua.sync import Client as SyncClient, Subscription as SyncSubscription
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.threads import deferToThread

from tests.conformance import shows
from tests.endToEnd.explorer import (
    KINDS,
    Explorer,
    batches,
    handedOver,
    taken,
    takenSynchronously,
)
from tests.endToEnd.gateway import NS, UNWATCHED, GatewayCase, Scada, text
from tests.endToEnd.secured import VERSION, SecurityCase

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


Variables = list[ua.NodeId]


class Told:
    """
    Hears of monitored Variables.

    :ivar missing: those that told nothing yet.
    """

    def __init__(self, variables: Variables, done: Callable[[], object]) -> None:
        self.missing = set(variables)
        self._done = done

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        """Called by asyncua."""
        self.missing.discard(node.nodeid)
        if not self.missing:
            self._done()

    def status_change_notification(self, status: Any) -> None:
        """Called by asyncua: the subscription went on in another session."""


class EverythingTests(GatewayCase):
    """Without security, on this machine."""

    timeout = 180
    longest = 150.0

    async def explored(self, scada: Scada) -> Explorer:
        """A charge point called in, and everything was browsed."""
        await self.connect()
        explorer = Explorer()
        await taken(scada.client, explorer.browse())
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
                self.assertEqual(await taken(scada.client, explorer.misread()), [])

        return self.play(scenario)

    @shows("Monitor Basic", "Monitor Items 500")
    def test_monitorEverything(self) -> Deferred[None]:
        """Every Variable can be monitored, and each tells a first value."""

        async def scenario() -> None:
            async with self.scada() as scada:
                explorer = await self.explored(scada)
                variables, done = explorer.of(KINDS.Variable), asyncio.Event()
                subscription = await scada.client.create_subscription(
                    100, Told(variables, done.set)
                )
                for some in batches(variables):
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
                self.judgeWritten(await taken(scada.client, explorer.writeAll()))
                self.judgeCalled(await taken(scada.client, explorer.callAll()))

        return self.play(scenario)

    def judgeWritten(self, names: list[str]) -> None:
        """Everything was taken, and it was a lot."""
        self.assertLessEqual(set(names), {"Good", "GoodCompletesAsynchronously"})
        self.assertGreater(len(names), 10)

    def judgeCalled(self, names: list[str]) -> None:
        """Everything answered, and it was a lot."""
        self.assertLessEqual(set(names), {"Good", "BadArgumentsMissing", "BadInvalidState"})
        self.assertGreater(len(names), 30)

    def test_transfer(self) -> Deferred[None]:
        """A subscription goes on in another session, also after its own was closed without it."""

        async def scenario() -> None:
            async with self.scada() as first:
                version, done = first.node(VERSION), asyncio.Event()
                told = Told([version.nodeid], done.set)
                subscription = await first.client.create_subscription(100, told)
                await subscription.subscribe_data_change(version)
                await done.wait()
                number = subscription.subscription_id
                async with self.scada() as second:
                    result = await taken(second.client, handedOver(number, 1))
                    self.assertEqual(result, "Good")
                    await second.client.uaclient.close_session(delete_subscriptions=False)
            async with self.scada() as third:
                result = await taken(third.client, handedOver(number, 1))
                self.assertEqual(result, "Good")

        return self.play(scenario)

    @inlineCallbacks
    def test_synchronousClient(self) -> Any:
        """
        The synchronous client of asyncua does the same: it browses everything, reads every
        attribute, monitors each Variable, writes and calls all that it can; leaves, comes again,
        finds the same nodes and goes on with its subscription.
        """
        yield self.foreign.run(self.connect())
        yield deferToThread(self._synchronous)
        yield self.play(_nothing)

    def synchronousClient(self) -> SyncClient:
        """A client that is not yet connected."""
        return SyncClient(self.ready.opcua, timeout=30, watchdog_intervall=UNWATCHED)

    def _synchronous(self) -> None:
        first, again = Explorer(), Explorer()
        with self.synchronousClient() as client:
            takenSynchronously(client, first.browse())
            self.assertEqual(takenSynchronously(client, first.misread()), [])
            self.judgeWritten(takenSynchronously(client, first.writeAll()))
            self.judgeCalled(takenSynchronously(client, first.callAll()))
            variables = first.of(KINDS.Variable)
            subscription, missing = synchronouslyMonitored(client, variables)
            self.assertEqual(missing, set())
            client.tloop.post(client.aio_obj.uaclient.close_session(delete_subscriptions=False))
        with self.synchronousClient() as client:
            takenSynchronously(client, again.browse())
            self.assertEqual(again.classes, first.classes)
            number = subscription.aio_obj.subscription_id
            course = handedOver(number, len(variables))
            self.assertEqual(takenSynchronously(client, course), "Good")


def synchronouslyMonitored(
    client: SyncClient, nodeIds: Variables
) -> tuple[SyncSubscription, set[ua.NodeId]]:
    """A subscription to nodes after each has told a value; and those that told none."""
    done = threading.Event()
    told = Told(nodeIds, done.set)
    subscription = client.create_subscription(100, told)
    for some in batches(nodeIds):
        subscription.subscribe_data_change([client.get_node(each) for each in some])
    done.wait(30)
    return subscription, told.missing


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
                _, missing = synchronouslyMonitored(client, [version])
                self.assertEqual(missing, set())
                told = (called(client, OPERATORS), called(client, ENGINEERS, NOBODY))
                self.assertEqual(told, expected, (policy, kind))


def called(client: SyncClient, path: str, *arguments: Any) -> str:
    """The name of the StatusCode of a call of a method of the gateway."""
    try:
        client.get_node(ua.NodeId("/Gateway", NS)).call_method(ua.NodeId(path, NS), *arguments)
    except ua.UaStatusCodeError as error:
        return str(ua.StatusCode(error.code).name)
    return "Good"
