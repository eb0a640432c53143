"""A few sessions under load, in each run of the tests; ``make load-test`` runs many."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.load.opcua import GROWTH, Load


class SampleTests(SynchronousTestCase):
    def test_nothingIsLost(self) -> None:
        """Every change of every monitored value is told once, in order, and nothing stays."""
        load = Load(sessions=5)
        self.assertEqual(load.world.core.subscriptions.itemCount, 2000)
        load.run(rounds=4)
        self.assertGreater(load.compare(), 4000)
        self.assertLess(load.leave(), GROWTH)
