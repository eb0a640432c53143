"""Networks and devices as they are: who hung up, who cannot be pinged, who is not who he says."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.repeated import ChargePointTable
from ocppgw.interfaces import Snapshot
from ocppgw.model import facts as f
from tests.central.support import BOOT, PING, PONG, RawChargePoint, Ring, configured

QUIET = {"pingInterval": 0.0}
HERE, THERE = "192.0.2.1", "192.0.2.2"


class HangingUpTests(SynchronousTestCase):
    """The end of a link says who ended it and how."""

    def test_C14_whoClosed(self) -> None:
        """It tells who closed, with which code, and how long nothing had come before."""
        ring = Ring(self, configured(ocpp={"pingInterval": 300.0}))
        chargePoint = ring.connect()
        ring.advance(110)
        chargePoint.frame(8, b"\x03\xe9bye")
        ring.flush()
        chargePoint.vanish()
        ring.advance(1)
        reason = ring.record().link.lastDisconnectReason
        self.assertEqual(reason, "closed by the charge point (1001: bye)")

    def test_C14_idleTime(self) -> None:
        """A connection that breaks after a silence tells how long it was."""
        ring = Ring(self, configured(ocpp={"pingInterval": 300.0}))
        chargePoint = ring.connect()
        ring.advance(110)
        chargePoint.vanish()
        ring.advance(1)
        self.assertIn("after 110 s without a byte", ring.record().link.lastDisconnectReason)

    def test_C14_pingsPerChargePoint(self) -> None:
        """Ping interval and time-out can be set for one charge point."""
        table = ChargePointTable("CP1", pingInterval=5.0, pingTimeout=2.0)
        ring = Ring(self, configured(table))
        chargePoint = ring.connect()
        ring.advance(5)
        self.assertEqual([opcode for opcode, _ in chargePoint.frames], [PING])
        ring.advance(2)
        self.assertTrue(chargePoint.isClosed)

    def test_C15_silencePerChargePoint(self) -> None:
        """Without pings the heartbeat interval of one charge point bounds its silence."""
        table = ChargePointTable("CP1", pingInterval=0.0, heartbeatInterval=10)
        ring = Ring(self, configured(table))
        chargePoint = ring.connect()
        ring.advance(24)
        self.assertFalse(chargePoint.isClosed)
        ring.advance(1)
        self.assertTrue(chargePoint.isClosed)


class PingsTests(SynchronousTestCase):
    """Charge points that cannot stand pings."""

    def flee(self, ring: Ring) -> None:
        """Connect, and hang up when the ping comes."""
        chargePoint = ring.connect()
        ring.advance(45)
        self.assertIn(PING, [opcode for opcode, _ in chargePoint.frames])
        ring.advance(1)
        chargePoint.vanish()

    def test_C15_sparedAfterThree(self) -> None:
        """Who hangs up after a ping three times is pinged no more, and that is counted."""
        ring = Ring(self)
        for _ in range(3):
            self.assertNotIn("C15", ring.deviations() if ring.registry.record("CP1") else ())
            self.flee(ring)
        self.assertIn("C15", ring.deviations())
        chargePoint = ring.connect()
        ring.advance(200)
        self.assertEqual(chargePoint.frames, [])
        self.assertFalse(chargePoint.isClosed)

    def test_C15_remembered(self) -> None:
        """It is remembered over a restart of the gateway."""
        ring = Ring(self)
        for _ in range(3):
            self.flee(ring)
        again = Ring(self, snapshot=Snapshot((ring.record(),)))
        chargePoint = again.connect()
        again.advance(200)
        self.assertEqual(chargePoint.frames, [])

    def test_C15_onlyInARow(self) -> None:
        """One that answers pings in between only has a bad network."""
        ring = Ring(self)
        for _ in range(3):
            self.flee(ring)
            if _ == 1:
                chargePoint = ring.connect()
                ring.advance(45)
                [ping] = [payload for opcode, payload in chargePoint.frames if opcode == PING]
                chargePoint.frame(PONG, ping)
                chargePoint.vanish()
        self.assertNotIn("C15", ring.deviations())

    def test_C15_endsOfOurs(self) -> None:
        """Links that we end, or that end long after a ping, say nothing of pings."""
        ring = Ring(self)
        for _ in range(4):
            ring.connect()
            ring.advance(46)
        for _ in range(3):
            chargePoint = ring.connect()
            ring.advance(45)
            ring.advance(11)
            chargePoint.vanish()
        self.assertNotIn("C15", ring.deviations())


class ConflictTests(SynchronousTestCase):
    """Two devices with one identity (C13)."""

    def boot(self, ring: Ring, host: str, serial: str) -> RawChargePoint:
        chargePoint = ring.connect(host=host)
        chargePoint.call("BootNotification", BOOT | {"chargePointSerialNumber": serial})
        ring.advance(1)
        return chargePoint

    def refused(self, ring: Ring, host: str) -> int:
        chargePoint = ring.dial(host)
        chargePoint.shakeHands()
        return chargePoint.status

    def contest(self, ring: Ring, first: str = HERE, second: str = THERE) -> None:
        for host in (first, second, first, second):
            self.boot(ring, host, f"SN{host}")

    def test_C13_recognised(self) -> None:
        """Three swaps in a minute are a conflict: counted, with both addresses and serials."""
        ring = Ring(self)
        self.contest(ring)
        self.assertIn("C13", ring.deviations())
        example = ring.record().deviations.examples["C13"]
        for part in (HERE, THERE, f"SN{HERE}", f"SN{THERE}"):
            self.assertIn(part, example)

    def test_C13_wrongOneIsRefused(self) -> None:
        """For a minute the one that is not the remembered serial number gets 409."""
        ring = Ring(self)
        self.contest(ring)
        self.assertEqual(self.refused(ring, THERE), 409)
        self.assertEqual(self.refused(ring, HERE), 101)
        ring.advance(60)
        self.assertEqual(self.refused(ring, THERE), 101)

    def test_C13_rememberedSerial(self) -> None:
        """The device known before wins, although the other one was there first this time."""
        ring = Ring(self)
        self.boot(ring, "192.0.2.9", f"SN{THERE}").vanish()
        ring.advance(100)
        self.contest(ring)
        self.assertEqual(self.refused(ring, HERE), 409)
        self.assertEqual(self.refused(ring, THERE), 101)

    def test_C13_intruderDoesNotInherit(self) -> None:
        """A second conflict soon after ends as the first did, whoever booted last."""
        ring = Ring(self)
        self.contest(ring)
        ring.advance(100)
        self.contest(ring, THERE, HERE)
        self.assertEqual(self.refused(ring, THERE), 409)

    def test_C13_sameAddress(self) -> None:
        """Two behind one address are recognised by their serials; nobody can be refused."""
        ring = Ring(self)
        for serial in ("A", "B", "A", "B"):
            self.boot(ring, HERE, serial)
        self.assertIn("C13", ring.deviations())
        self.assertEqual(self.refused(ring, HERE), 101)

    def test_C13_noConflict(self) -> None:
        """A device that changes its address, or changes it rarely, is alone."""
        ring = Ring(self)
        for host in ("192.0.2.3", "192.0.2.4", "192.0.2.5", "192.0.2.6"):
            self.boot(ring, host, "SN")
        for host in (HERE, THERE, HERE, THERE):
            ring.advance(30)
            self.boot(ring, host, "SN")
        self.assertNotIn("C13", ring.deviations())

    def test_C13_othersAreNotConcerned(self) -> None:
        """Another identity from the refused address comes in."""
        ring = Ring(self)
        self.contest(ring)
        self.assertEqual(ring.connect("/CP2", host=THERE).status, 101)

    def test_C12_noFlicker(self) -> None:
        """However often the newest wins, SCADA sees a link without a gap."""
        ring = Ring(self)
        for _ in range(5):
            ring.connect()
            ring.advance(1)
        self.assertEqual(ring.noted(f.LinkLost), [])
        self.assertEqual(ring.record().link.reconnects, 0)
        self.assertTrue(ring.record().link.connected)


class ReturningTests(SynchronousTestCase):
    """All charge points come back at once after a restart of the gateway."""

    COUNT = 1000

    def test_C28_everybodyIsServed(self) -> None:
        """A thousand links at once: each is answered, and no burst of commands follows."""
        names = [f"CP{number}" for number in range(self.COUNT)]
        before = Ring(self, configured(ocpp=QUIET))
        for name in names:
            before.connect(f"/{name}").boot()
        known = Snapshot(tuple(before.record(name) for name in names))
        ring = Ring(self, configured(ocpp=QUIET), snapshot=known, started=True)
        links = [ring.connect(f"/{name}") for name in names]
        self.assertTrue(all(link.call("Heartbeat")[0] == 3 for link in links))
        perSecond = self.commandsPerSecond(ring, links, 150)
        self.assertLessEqual(max(perSecond), 200)
        self.assertGreaterEqual(sum(perSecond), self.COUNT)

    def commandsPerSecond(self, ring: Ring, links: list[Any], seconds: int) -> list[int]:
        """Answer everything that is asked; how much was asked in each second."""
        asked = []
        for _ in range(seconds):
            ring.clock.advance(1)
            asked.append(0)
            for link in links:
                if link.transport.value():
                    link.flush()
                while calls := link.takeCalls():
                    for call in calls:
                        asked[-1] += 1
                        link.text(f'[4,"{call[1]}","NotImplemented","",{{}}]')
        return asked
