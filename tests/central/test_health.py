"""Figures of the link, and the gateway's own second."""

from __future__ import annotations

from datetime import timedelta

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.ticking import Ticking
from ocppgw.model import facts as f
from ocppgw.model.records import Health
from tests.central.support import Ring, configured, stamp

QUIET = {"pingInterval": 0.0}


class HealthTests(SynchronousTestCase):
    """Clock skew, round trip and age of the heartbeat."""

    def setUp(self) -> None:
        self.ring = Ring(self, configured(ocpp=QUIET), started=True)
        self.chargePoint = self.ring.connect()

    def report(self, skew: float) -> None:
        """A status whose clock is that many seconds ahead."""
        time = stamp(self.ring.now() + timedelta(seconds=skew))
        payload = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
        self.chargePoint.call("StatusNotification", payload | {"timestamp": time})

    def health(self) -> Health:
        return self.ring.record().health

    def skew(self) -> object:
        point = self.health().clockSkew
        return None if point is None else point.value

    def test_T10_clockSkew(self) -> None:
        """The skew is the median of the last five live messages."""
        for seconds in (90, 2, 3, 100, 4, 5):
            self.report(seconds)
            self.ring.advance(1)
        self.ring.advance(10)
        self.assertEqual(self.skew(), 4.0)

    def test_skewOfBadClock(self) -> None:
        """A time too far ahead to be used still shows in the skew."""
        self.report(7200)
        self.ring.advance(10)
        self.assertEqual(self.skew(), 7200.0)

    def test_backlogIsNoSkew(self) -> None:
        """Messages older than ten minutes say nothing about the clock."""
        self.report(-3600)
        self.ring.advance(10)
        self.assertIsNone(self.skew())

    def test_severalMoments(self) -> None:
        """Of several moments in one message only the last one tells the time."""
        moments = [-300, -200, -100, 5]
        values = [
            {"timestamp": stamp(self.ring.now() + timedelta(seconds=one)), "sampledValue": []}
            for one in moments
        ]
        payload = {"connectorId": 1, "meterValue": values}
        self.chargePoint.call("MeterValues", payload)
        self.ring.advance(10)
        self.assertEqual(self.skew(), 5.0)

    def test_atMostEveryTenSeconds(self) -> None:
        """However many messages come, the figures change every ten seconds at most."""
        for _ in range(30):
            self.report(1)
            self.ring.advance(1)
        self.assertEqual(len(self.ring.noted(f.HealthMeasured)), 3)

    def test_heartbeatAge(self) -> None:
        """The age of the last heartbeat grows until the next."""
        self.chargePoint.call("Heartbeat")
        for _ in range(3):
            self.ring.advance(10)
        self.assertEqual(self.health().heartbeatAge.value, 30.0)  # type: ignore[union-attr]

    def test_forgottenWithTheLink(self) -> None:
        """A link that is lost has no figures any more."""
        self.chargePoint.call("Heartbeat")
        self.chargePoint.vanish()
        self.ring.advance(1)
        before = len(self.ring.noted(f.HealthMeasured))
        self.ring.advance(10)
        self.assertEqual(len(self.ring.noted(f.HealthMeasured)), before)


class PulseTests(SynchronousTestCase):
    """The gateway's own record."""

    def test_heartbeat(self) -> None:
        """Heartbeat grows by one each second."""
        ring = Ring(self, started=True)
        seen = []
        for _ in range(3):
            seen.append(ring.registry.gateway.points["Heartbeat"].value)
            ring.advance(1)
        self.assertEqual(seen, [0, 1, 2])

    def test_ofItself(self) -> None:
        """Version, start, store and refusals are shown."""
        ring = Ring(self, configured(ocpp={"onboarding": "reject"}), started=True)
        ring.dial().shakeHands("/STRANGER")
        ring.advance(1)
        points = ring.registry.gateway.points
        self.assertEqual(points["StoreStatus"].value, "ok")
        self.assertEqual(points["RefusedCount"].value, 1)
        self.assertIn("/STRANGER", str(points["LastRefused"].value))
        self.assertEqual(points["StartTime"].value, ring.now() - timedelta(seconds=1))
        self.assertEqual(points["ChargePointsKnown"].value, 0)

    def test_storeStatus(self) -> None:
        """What is wrong with the store is shown."""
        ring = Ring(self, started=True)
        ring.store.fail("disk full")
        ring.advance(1)
        self.assertEqual(ring.registry.gateway.points["StoreStatus"].value, "disk full")


class TickingTests(SynchronousTestCase):
    """What is done again and again."""

    def test_mistake(self) -> None:
        """A mistake costs one turn and a log entry, not the turns after it."""
        clock, turns = Clock(), []

        def what() -> None:
            turns.append(clock.seconds())
            if len(turns) == 2:
                raise ZeroDivisionError

        ticking = Ticking(clock, 1.0, what, atOnce=True)
        ticking.start()
        clock.pump([1.0, 1.0])
        ticking.stop()
        clock.advance(5)
        self.assertEqual(turns, [0.0, 1.0, 2.0])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
