"""
Many OPC UA sessions that monitor charge points while these send values: nothing may be lost.

``python -m tests.load.opcua --sessions 50 --rounds 20`` ends with 1 where a notification is missing
or where something stays after all have left.  The real registry, door, layout and server, over real
sockets, and clients that decode with another library.  `Load` is what a test uses, in memory.
"""

from __future__ import annotations

import argparse
import gc
import resource
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from opcua import ua

from ocppgw.crossing import OutwardDoor
from ocppgw.model.facts import ChargePointAdded, LinkOpened, Measured, Reading
from ocppgw.model.records import MeterKey, Settings
from ocppgw.model.registry import Registry
from ocppgw.uaserver.layout import Layout
from ocppgw.uaserver.nodes import NAMESPACE_INDEX
from tests.load.sockets import SocketWorld
from tests.uaserver.wire import WireClient, World, readValueId

AT = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
CHARGE_POINTS = 20
CONNECTORS = (1, 2, 3, 4, 5)
SUBSCRIPTIONS = 4
"""Per session; each monitors all values of one charge point."""
REQUESTS = 8
"""Publish requests that a client keeps waiting."""
QUEUE = 100

_PHASES = ("L1", "L2", "L3")
KEYS = (
    *(MeterKey("Voltage", phase=each) for each in _PHASES),
    *(MeterKey("Current.Import", phase=each) for each in _PHASES),
    *(MeterKey("Power.Active.Import", phase=each) for each in _PHASES),
    *map(
        MeterKey,
        (
            "Current.Import", "Current.Offered", "Power.Active.Import", "Power.Offered",
            "Power.Active.Export", "Energy.Active.Import.Register", "Frequency", "SoC",
            "Energy.Active.Export.Register", "Temperature", "Power.Factor",
        ),
    ),
)  # fmt: skip


class Lost(Exception):
    """Something is missing, or too much is there; ``str`` says what."""


def pathOf(name: str, connectorId: int, key: MeterKey) -> str:
    """The NodeId's identifier of a value."""
    phase = f".{key.phase}" if key.phase else ""
    return f"{name}/Connectors/{connectorId}/MeterValues/{key.measurand}{phase}"


def pathsOf(name: str) -> list[str]:
    """All values of a charge point that are monitored."""
    return [pathOf(name, connectorId, key) for connectorId in CONNECTORS for key in KEYS]


class Subscriber:
    """
    One session with its subscriptions.

    :ivar told: by NodeId's identifier, for each subscription, the values in their order.
    """

    def __init__(self, client: WireClient, names: list[str]) -> None:
        self.client = client
        self.told: dict[tuple[int, str], list[Any]] = defaultdict(list)
        self._paths: dict[int, list[str]] = {}
        self._waiting: list[int] = []
        self._acknowledged: list[Any] = []
        for name in names:
            self._subscribe(pathsOf(name))
        self._publish()

    def collect(self) -> None:
        """Take what was published, and ask for more."""
        self.client.collect()
        while self._waiting and self._take(self._waiting[0]):
            self._waiting.pop(0)
            self._publish()

    @property
    def count(self) -> int:
        """Notifications so far."""
        return sum(map(len, self.told.values()))

    def _subscribe(self, paths: list[str]) -> None:
        request = ua.CreateSubscriptionRequest()
        request.Parameters.RequestedPublishingInterval = 100.0
        request.Parameters.RequestedLifetimeCount = 600
        request.Parameters.RequestedMaxKeepAliveCount = 100
        request.Parameters.PublishingEnabled = True
        subscriptionId = self.client.ask(request).Parameters.SubscriptionId
        self._paths[subscriptionId] = paths
        items = ua.CreateMonitoredItemsRequest()
        items.Parameters.SubscriptionId = subscriptionId
        items.Parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
        items.Parameters.ItemsToCreate = [_item(n, path) for n, path in enumerate(paths)]
        for result in self.client.ask(items).Results:
            result.StatusCode.check()

    def _publish(self) -> None:
        while len(self._waiting) < REQUESTS:
            request = ua.PublishRequest()
            request.Parameters.SubscriptionAcknowledgements = self._acknowledged
            self._acknowledged = []
            self._waiting.append(self.client.send(request))

    def _take(self, number: int) -> bool:
        answer = self.client.take(number)
        if answer is None:
            return False
        parameters = answer.Parameters
        message, subscriptionId = parameters.NotificationMessage, parameters.SubscriptionId
        paths = self._paths[subscriptionId]
        for part in message.NotificationData:
            for each in part.MonitoredItems:
                self.told[subscriptionId, paths[each.ClientHandle]].append(_seen(each.Value))
        if message.NotificationData:
            done = ua.SubscriptionAcknowledgement()
            done.SubscriptionId, done.SequenceNumber = subscriptionId, message.SequenceNumber
            self._acknowledged.append(done)
        return True


def _item(handle: int, path: str) -> Any:
    item = ua.MonitoredItemCreateRequest()
    item.ItemToMonitor = readValueId(ua.NodeId(path, NAMESPACE_INDEX))
    item.MonitoringMode = ua.MonitoringMode.Reporting
    item.RequestedParameters.ClientHandle = handle
    item.RequestedParameters.QueueSize = QUEUE
    item.RequestedParameters.DiscardOldest = True
    item.RequestedParameters.Filter = None
    return item


def _seen(value: Any) -> Any:
    """What makes a notification differ from another."""
    content = value.Value
    code = 0 if value.StatusCode is None else value.StatusCode.value
    return None if content is None else content.Value, code


class Load:
    """
    One run.

    :ivar patience: passes without any news after which nothing more is expected.
    """

    patience = 3

    def __init__(self, sessions: int, seed: int = 1) -> None:
        self._randomness = Random(seed)
        self._names = [f"CP{number}" for number in range(CHARGE_POINTS)]
        self._at = AT
        self._deferred: list[Callable[[], None]] = []
        self.registry = Registry()
        layout = Layout(self.registry, AT)
        self.world = self.makeWorld(layout)
        self._layout = layout
        self._expected: dict[str, list[Any]] = {}
        for name in self._names:
            self.registry.apply(name, ChargePointAdded(name, name, AT, Settings()))
            self.registry.apply(name, LinkOpened("10.0.0.7:1", AT))
            self._send(name, 1.0)
        self.registry.observe(self._expect)
        self.registry.observe(lambda name, old, new: self._door.changed(name, new))
        self._nodes = {
            name: [(path, self._node(path)) for path in pathsOf(name)] for name in self._names
        }
        for pairs in self._nodes.values():
            for path, node in pairs:
                self._expected[path] = [_seen(node.valueFrom(self.registry.record(_nameOf(path))))]
        self.world.client().lose()
        self.before = self._size()
        self.subscribers = [
            Subscriber(self.world.client(), self._of(each)) for each in range(sessions)
        ]

    def makeWorld(self, layout: Layout) -> Any:
        """The server around a layout."""
        return World(
            space=layout,  # type: ignore[arg-type] # it is what the toy stands for
            changes=OutwardDoor(  # type: ignore[arg-type] # so is this
                self._deferred.append, lambda: self.world.core.arrived()
            ),
        )

    @property
    def _door(self) -> Any:
        return self.world.changes

    def run(self, rounds: int) -> None:
        """Let charge points send, and clients take what they are told."""
        for _ in range(rounds):
            for name in self._names:
                self._send(name, 0.3)
            self._cross()
            self._pass()
        quiet = 0
        while quiet < self.patience:
            before = self._count()
            self._pass()
            quiet = quiet + 1 if self._count() == before else 0
            if self._count() == self._due():
                break
        self._pass()  # What is told twice comes late.

    def _count(self) -> int:
        return sum(each.count for each in self.subscribers)

    def _due(self) -> int:
        """How many notifications there have to be."""
        watching = (name for each in range(len(self.subscribers)) for name in self._of(each))
        return sum(len(self._expected[path]) for name in watching for path in pathsOf(name))

    def compare(self) -> int:
        """
        Was everything told, in its order, once?  Gives how many notifications it were.

        :raise Lost: where not.
        """
        count = 0
        for number, subscriber in enumerate(self.subscribers):
            for (subscriptionId, path), told in subscriber.told.items():
                expected = self._expected[path]
                if told != expected:
                    text = f"{path} of {subscriptionId} of session {number}"
                    raise Lost(f"{text}: {len(told)} of {len(expected)}")
                count += len(told)
        items = len(self.subscribers) * SUBSCRIPTIONS * len(CONNECTORS) * len(KEYS)
        if sum(len(each.told) for each in self.subscribers) != items:
            raise Lost("some items told nothing at all")
        return count

    def leave(self) -> float:
        """
        All vanish without a word; gives by how much more there is than before they came.

        :raise Lost: where something of theirs stays.
        """
        for subscriber in self.subscribers:
            subscriber.client.lose()
        self.subscribers.clear()
        self._expected.clear()
        self._nodes.clear()
        self.world.pass_(200.0, step=0.1)  # Sessions end, and later their subscriptions.
        core = self.world.core
        left = len(core.sessions), len(core.subscriptions), core.subscriptions.itemCount
        if any(left) or core.monitoring.subjects or len(core.connections):
            raise Lost(f"sessions, subscriptions, items {left} stay")
        return (self._size() - self.before) / self.before

    def _of(self, session: int) -> list[str]:
        first = session * SUBSCRIPTIONS
        return [self._names[(first + n) % CHARGE_POINTS] for n in range(SUBSCRIPTIONS)]

    def _send(self, name: str, share: float) -> None:
        self._at += timedelta(seconds=1)
        for connectorId in CONNECTORS:
            chosen = [key for key in KEYS if self._randomness.random() < share]
            readings = tuple(self._reading(key) for key in chosen)
            if readings:
                fact = Measured(connectorId, None, readings, self._at)
                self.registry.apply(name, fact)

    def _reading(self, key: MeterKey) -> Reading:
        value = float(self._randomness.randrange(1, 400))
        return Reading(key, value, str(value), "Sample.Periodic", self._at)

    def _expect(self, name: str, old: Any, new: Any) -> None:
        for path, node in self._nodes[name]:
            before, after = _seen(node.valueFrom(old)), _seen(node.valueFrom(new))
            if before != after:
                self._expected[path].append(after)

    def _node(self, path: str) -> Any:
        node = self._layout.find(ua.NodeId(path, NAMESPACE_INDEX))
        assert node is not None, path
        return node

    def _cross(self) -> None:
        while self._deferred:
            self._deferred.pop(0)()

    def _pass(self) -> None:
        self.world.pass_(0.1)
        for subscriber in self.subscribers:
            subscriber.collect()

    def _size(self) -> int:
        gc.collect()
        return len(gc.get_objects())


class SocketLoad(Load):
    """The same through the kernel, the server on its own thread."""

    patience = 300

    def makeWorld(self, layout: Layout) -> SocketWorld:
        return SocketWorld(layout)

    def begin(self) -> None:
        """From now on nobody waits for an answer."""
        for subscriber in self.subscribers:
            subscriber.client.patience = 0.0  # type: ignore[attr-defined]


def resident() -> float:
    """Megabytes of memory that this process has."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


def _nameOf(path: str) -> str:
    return path.partition("/")[0]


def main() -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(description="Load the OPC UA server.")
    parser.add_argument("--sessions", type=int, default=50, help="400 monitored items each")
    parser.add_argument("--rounds", type=int, default=20, help="how often all values may change")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    begun = resident()
    load = SocketLoad(chosen.sessions, chosen.seed)
    core = load.world.core
    sizes = len(core.sessions), len(core.subscriptions), core.subscriptions.itemCount
    try:
        load.begin()
        load.run(chosen.rounds)
        told, most = load.compare(), resident()
        growth = load.leave()
    except Lost as lost:
        sys.stderr.write(f"seed {chosen.seed}: {lost}\n")
        return 1
    finally:
        load.world.stop()
    sys.stdout.write(
        "{} sessions, {} subscriptions, {} items; ".format(*sizes)
        + f"{told} notifications, none lost; {growth:+.1%} objects afterwards; "
        f"{begun:.0f} MB before, {most:.0f} MB under load, {resident():.0f} MB afterwards\n"
    )
    return 0 if growth < GROWTH else 1


GROWTH = 0.05
"""Caches of names and nodes fill; what grows by more is a leak."""

if __name__ == "__main__":
    sys.exit(main())
