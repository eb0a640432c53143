"""Figures of the link, and the gateway's own second."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import cycle
from typing import Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central import ticking
from ocppgw.central.ticking import EACH, Ticking
from ocppgw.central.watching.pulse import Pulse
from ocppgw.model import facts as f
from ocppgw.model.records import Health, Settings
from ocppgw.model.registry import Registry
from tests.central.support import START, Ring, configured, stamp
from tests.central.test_pacing import turn, turnOf

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

    def test_turns(self) -> None:
        """Many are measured some in each turn; one whose link is lost meanwhile is not."""
        self.patch(ticking, "EACH", 2)
        others = {name: self.ring.connect(name) for name in ("CP2", "CP3", "CP4")}
        for chargePoint in (self.chargePoint, *others.values()):
            chargePoint.call("Heartbeat", {})
        clock: Any = self.ring.clock
        clock.rightNow += 10
        turn(self.ring)
        measured = [node for node, fact in self.ring.facts if isinstance(fact, f.HealthMeasured)]
        self.assertEqual(measured, ["CP1", "CP2"])
        self.ring.recorder.note("CP3", f.LinkLost("gone", self.ring.now()))
        turn(self.ring)
        measured = [node for node, fact in self.ring.facts if isinstance(fact, f.HealthMeasured)]
        self.assertEqual(measured, ["CP1", "CP2", "CP4"])

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

    def test_heldTurns(self) -> None:
        """It does so also where so many change that to look at them all takes seconds."""
        self.patch(ticking, "EACH", 1)
        ring = Ring(self, configured(ocpp=QUIET), started=True)
        chargePoints = [ring.connect(f"/CP{number}") for number in range(6)]
        clock: Any = ring.clock
        words = cycle(("Available", "Charging"))
        seen, charging = {}, set()
        for _ in range(4 * 20):
            status = {"connectorId": 1, "status": next(words), "errorCode": "NoError"}
            for chargePoint in chargePoints:
                chargePoint.call("StatusNotification", status)
            clock.rightNow += 0.25
            turn(ring)
            points = ring.registry.gateway.points
            seen[clock.seconds()] = points["Heartbeat"].value
            charging.add(points["ConnectorsCharging"].value)
        self.assertEqual([seen[second] for second in range(1, 21)], list(range(1, 21)))
        self.assertGreater(len(charging), 2)

    def test_manyAtFirst(self) -> None:
        """Those that are known at the start are looked at in turns; the first beat follows."""
        self.patch(ticking, "EACH", 2)
        registry, clock = Registry(), Clock()
        for node in ("CP1", "CP2", "CP3", "CP4", "CP5"):
            registry.apply(node, f.ChargePointAdded(node, node, START, Settings()))
        pulse = Pulse(clock, lambda: START, registry, dict)
        pulse.start()
        self.assertNotIn("Heartbeat", registry.gateway.points)
        clock.advance(0)
        self.assertEqual(registry.gateway.points["Heartbeat"].value, 0)
        self.assertEqual(registry.gateway.points["ChargePointsKnown"].value, 5)
        pulse.stop()
        self.assertEqual(clock.calls, [])

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

        again = Ticking(clock, 1.0, what, atOnce=True)
        again.start()
        clock.pump([1.0, 1.0])
        again.stop()
        clock.advance(5)
        self.assertEqual(turns, [0.0, 1.0, 2.0])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_turns(self) -> None:
        """Many steps take several turns, the next round waits for them, and a stop ends them."""
        clock, taken = Clock(), []

        def steps() -> Iterator[None]:
            for _ in range(2 * EACH + 1):
                taken.append(clock.seconds())
                yield

        again = Ticking(clock, 1.0, steps, atOnce=True)
        again.start()
        self.assertEqual(len(taken), EACH)
        (going,) = clock.calls
        self.assertEqual(going.getTime(), clock.seconds())
        # The next round is due by now, and the rest of this one not done.
        later: Any = clock
        later.rightNow += 1.5
        turnOf(clock)
        self.assertEqual((len(taken), taken[-1]), (2 * EACH, 1.5))
        turnOf(clock)
        self.assertEqual(len(taken), 2 * EACH + 1)
        (waiting,) = clock.calls
        self.assertEqual(waiting.getTime(), 2)
        clock.advance(0.5)
        self.assertEqual(len(taken), 2 * (2 * EACH + 1))
        again.stop()
        self.assertEqual(clock.calls, [])

    def test_stoppedOnTheWay(self) -> None:
        """A stop between two turns leaves no timer, and the rest is not done."""
        clock, taken = Clock(), []

        def steps() -> Iterator[None]:
            for number in range(2 * EACH):
                taken.append(number)
                yield

        again = Ticking(clock, 1.0, steps, atOnce=True)
        again.start()
        again.stop()
        self.assertEqual(clock.calls, [])
        self.assertEqual(len(taken), EACH)
