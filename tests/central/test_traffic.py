"""Tests of counting what charge points say."""

from __future__ import annotations

from datetime import timedelta

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.records import Traffic
from tests.central.support import START, Ring, configured


class TrafficTests(SynchronousTestCase):
    """A record says of each charge point how many messages came and when the last one did."""

    def setUp(self) -> None:
        """A charge point that is connected."""
        self.ring = Ring(self, configured(ocpp={"pingInterval": 0.0}), started=True)
        self.chargePoint = self.ring.connect()

    def tearDown(self) -> None:
        """Nothing is left that would happen later."""
        self.ring.central.stopService()
        self.ring.flush()

    def beat(self, times: int = 1) -> None:
        """It says something so many times."""
        for _ in range(times):
            self.chargePoint.call("Heartbeat")

    def told(self) -> Traffic:
        """What its record says as it is."""
        slot = self.ring.registry.record("CP1")
        assert slot is not None
        return slot.traffic

    def test_first(self) -> None:
        """The first message after a pause is seen at once."""
        for seconds in (0, 10, 20):
            self.ring.advance(seconds)
            self.beat()
            self.assertEqual(self.told().lastSeen, self.ring.now())
        self.assertEqual(self.told().messagesReceived, 3)

    def test_many(self) -> None:
        """Those that follow are seen within a second, all of them, in one fact."""
        self.beat(50)
        self.assertEqual(self.told(), Traffic(1, START))
        self.ring.advance(0.25)
        self.beat(50)
        self.ring.advance(0.75)
        self.assertEqual(self.told(), Traffic(100, START + timedelta(seconds=0.25)))
        self.assertEqual(len(self.ring.noted(f.MessageReceived)), 2)

    def test_steady(self) -> None:
        """Who never pauses has one fact a second; nobody has any who says nothing."""
        for _ in range(10):
            self.beat(8)
            self.ring.advance(0.5)
        self.assertEqual(self.told().messagesReceived, 80)
        facts = len(self.ring.noted(f.MessageReceived))
        self.assertLessEqual(facts, 6)
        self.ring.advance(60)
        self.assertEqual(len(self.ring.noted(f.MessageReceived)), facts)

    def test_end(self) -> None:
        """At the end of a link nothing is left untold, and it is told before the loss is."""
        self.beat(5)
        self.chargePoint.vanish()
        self.assertEqual(self.told().messagesReceived, 5)

    def test_removed(self) -> None:
        """Nothing is told of who is not known any more."""
        self.beat(5)
        self.ring.recorder.note("CP1", f.ChargePointRemoved(self.ring.now()))
        facts = len(self.ring.noted(f.MessageReceived))
        self.ring.advance(2)
        self.assertEqual(len(self.ring.noted(f.MessageReceived)), facts)
