"""The simulated charge points of a demonstration."""

from __future__ import annotations

from random import Random

from twisted.internet.task import Clock
from twisted.trial.unittest import TestCase

from ocppgw.simulator.fleet import identityOf, nameplateOf
from ocppgw.simulator.memory import MemoryNetwork
from ocppgw.simulator.service import SimulatedChargePoints
from ocppgw.simulator.settings import Settings
from ocppgw.simulator.wire import Dial
from ocppgw.v16 import messages
from tests.simulator.central import Site


class Neighbourhood:
    """
    Some simulated charge points, each with a Central System of its own.

    :ivar sites: what was asked and answered, by identity.
    """

    def __init__(self, count: int, seed: int = 5) -> None:
        self.clock = Clock()
        self.sites: dict[str, Site] = {}
        self.service = SimulatedChargePoints(
            count, "", self.clock, Random(seed), Site().now, dial=self.dial
        )

    def dial(self, identity: str, settings: Settings) -> Dial:
        site = Site()
        site.network = MemoryNetwork()
        self.sites[identity] = site
        return site.network.dial

    def run(self, seconds: int) -> None:
        for _ in range(seconds * 2):
            self.clock.advance(0.5)
            for site in self.sites.values():
                site.settle()

    def of(self, identity: str, kind: type[messages.Message]) -> int:
        return len(self.sites[identity].of(kind))


class ServiceTests(TestCase):
    """What ``--demo`` shows."""

    def neighbourhood(self, count: int = 3) -> Neighbourhood:
        made = Neighbourhood(count)
        made.service.startService()
        self.addCleanup(made.service.stopService)
        return made

    def test_nothingBeforeStart(self) -> None:
        """Nothing is dialled, and no timer runs, before the service starts."""
        made = Neighbourhood(2)
        self.assertEqual([], made.clock.getDelayedCalls())
        self.assertEqual([], made.sites["DEMO_1"].network.wires)

    def test_identities(self) -> None:
        """They are called DEMO_1 and so on, and are of several makes."""
        made = self.neighbourhood()
        points = made.service.chargePoints
        self.assertEqual(["DEMO_1", "DEMO_2", "DEMO_3"], [point.identity for point in points])
        self.assertEqual(3, len({point.nameplate.vendor for point in points}))
        self.assertEqual({1, 2}, {len(point.connectors) for point in points})
        self.assertEqual("DEMO_1000", identityOf(1000))
        self.assertNotEqual(nameplateOf(1).serialNumber, nameplateOf(4).serialNumber)

    def test_soonSomethingToSee(self) -> None:
        """Within seconds cars are there, and soon meter values come."""
        made = self.neighbourhood()
        made.run(5)
        statuses = [status for site in made.sites.values() for _, status in site.statuses()]
        self.assertIn("Preparing", statuses)
        made.run(20)
        for identity in made.sites:
            self.assertGreater(made.of(identity, messages.MeterValuesRequest), 0, identity)

    def test_comingAndGoing(self) -> None:
        """In a quarter of an hour each has several sessions, and faults come and go."""
        made = self.neighbourhood()
        made.run(900)
        every = [condition for site in made.sites.values() for condition in site.statuses()]
        words = {status for _, status in every}
        self.assertLessEqual({"Available", "Preparing", "Charging", "Finishing", "Faulted"}, words)
        for identity in made.sites:
            self.assertGreaterEqual(made.of(identity, messages.StopTransactionRequest), 3, identity)

    def test_remoteStartBringsCar(self) -> None:
        """A remote start at a free connector is followed by a car."""
        made = self.neighbourhood(count=1)
        site, point = made.sites["DEMO_1"], made.service.chargePoints[0]
        made.run(1)
        free = next(one.id for one in point.connectors if one.isFree and one.car is None)
        answer = site.command(
            messages.RemoteStartTransactionRequest(idTag="REMOTE", connectorId=free)
        )
        self.assertEqual("Accepted", answer.status)
        made.run(10)
        tags = [start.idTag for start in site.of(messages.StartTransactionRequest)]
        self.assertIn("REMOTE", tags)

    def test_remoteStopSendsCarAway(self) -> None:
        """After a remote stop the car leaves, and the connector is free again."""
        made = self.neighbourhood(count=1)
        site, point = made.sites["DEMO_1"], made.service.chargePoints[0]
        made.run(20)
        connector = next(one for one in point.connectors if one.transaction)
        number = connector.transaction.id  # type: ignore[union-attr]
        assert number is not None
        site.command(messages.RemoteStopTransactionRequest(transactionId=number))
        site.take()
        made.run(12)
        self.assertIn((connector.id, "Available"), site.statuses())

    def test_repeatable(self) -> None:
        """With the same randomness the same happens."""
        runs = []
        for _ in range(2):
            made = self.neighbourhood(count=1)
            made.run(120)
            runs.append([type(one) for one in made.sites["DEMO_1"].asked])
        self.assertEqual(*runs)

    def test_stop(self) -> None:
        """Stopping closes all links and leaves no timer, wherever it was."""
        made = self.neighbourhood()
        made.run(47)
        self.successResultOf(made.service.stopService())
        self.assertEqual([], made.clock.getDelayedCalls())
        for site in made.sites.values():
            self.assertTrue(site.network.wire.isEnded)
