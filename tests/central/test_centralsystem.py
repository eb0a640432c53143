"""The Central System as a whole: its stop, and its index of responders."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ocppgw.central.calling import LinkGone
from ocppgw.central.responders import RESPONDERS
from ocppgw.interfaces import IAdministration, ICommands
from ocppgw.model.commands import ClearCache, Command
from ocppgw.model.outcomes import Refusal, Refused
from ocppgw.v16 import messages as m
from ocppgw.v16.actions import ACTIONS
from tests.central.support import Ring, configured

QUIET = {"pingInterval": 0.0}
START_CALL = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": "2026-05-04T12:00:00Z"}


class StopTests(SynchronousTestCase):
    """Stopping leaves nothing behind."""

    def ring(self, **more: Any) -> Ring:
        return Ring(self, configured(ocpp=QUIET), started=True, **more)

    def stop(self, ring: Ring) -> None:
        stopped = ring.central.stopService()
        ring.flush()
        for _ in range(20):
            ring.advance(0.5)
        self.successResultOf(stopped)
        self.assertEqual(ring.clock.getDelayedCalls(), [])

    def test_links(self) -> None:
        """Links are closed and reported lost, also those that do not answer; no timer is left."""
        ring = self.ring()
        chargePoint, stranger = ring.connect(), ring.dial()
        self.stop(ring)
        self.assertTrue(chargePoint.isClosed and stranger.isClosed)
        self.assertEqual(chargePoint.closeCode(), 1000)
        self.assertFalse(ring.record().link.connected)

    def test_commandsAndCalls(self) -> None:
        """Commands that wait are refused as stopping, Calls that wait fail, later ones too."""
        ring = self.ring()
        ring.connect().boot()
        ring.advance(5)
        command = Command("CP1", "ClearCache", ClearCache(), "eva")
        issued = ring.central.issue(command)
        self.stop(ring)
        for outcome in (issued, ring.central.issue(command)):
            found = self.successResultOf(outcome)
            assert isinstance(found, Refused)
            self.assertIs(found.refusal, Refusal.stopping)

    def test_call(self) -> None:
        """A Call of ours that is out fails with its link."""
        ring = self.ring()
        ring.connect()
        call = ring.central._links.call("CP1", m.ClearCacheRequest(), 30.0)
        self.stop(ring)
        self.failureResultOf(call, LinkGone)

    def test_answersGoOut(self) -> None:
        """An answer that waits for the store goes out before the links close; nothing new does."""
        ring = self.ring(delay=1.0)
        chargePoint = ring.connect()
        chargePoint.call("StartTransaction", START_CALL, "start")
        stopped = ring.central.stopService()
        chargePoint.call("Heartbeat", None, "late")
        self.assertFalse(chargePoint.isClosed)
        ring.advance(1)
        self.assertIsNotNone(chargePoint.answerTo("start"))
        self.assertIsNone(chargePoint.answerTo("late"))
        ring.advance(1)
        self.successResultOf(stopped)

    def test_stuckStore(self) -> None:
        """A store that never answers does not keep the gateway from stopping."""
        ring = self.ring(delay=1000.0)
        ring.connect().call("StartTransaction", START_CALL)
        stopped = ring.central.stopService()
        ring.advance(5)
        ring.advance(1)
        self.successResultOf(stopped)

    def test_twoSteps(self) -> None:
        """Refusing first and stopping later is the same; refusing leaves the links alone."""
        ring = self.ring()
        chargePoint = ring.connect()
        self.successResultOf(ring.central.refuse())
        self.assertFalse(chargePoint.isClosed)
        self.stop(ring)

    def test_provides(self) -> None:
        """It is where commands and gateway requests are given in."""
        ring = self.ring()
        verifyObject(ICommands, ring.central)
        verifyObject(IAdministration, ring.central)


class ResponderTests(SynchronousTestCase):
    """The index of responders."""

    def test_complete(self) -> None:
        """Every action that a charge point may ask has a responder, and no other."""
        asked = {name for name, action in ACTIONS.items() if action.fromChargePoint}
        self.assertEqual(set(RESPONDERS), asked)

    def test_noted(self) -> None:
        """What is only noted is answered with an empty confirmation."""
        chargePoint = Ring(self).connect()
        for action, payload in (
            ("DiagnosticsStatusNotification", {"status": "Idle"}),
            ("FirmwareStatusNotification", {"status": "Installed"}),
            ("LogStatusNotification", {"status": "Idle"}),
            ("SecurityEventNotification", {"type": "x", "timestamp": "2026-05-04T12:00:00Z"}),
            ("SignedFirmwareStatusNotification", {"status": "Idle"}),
        ):
            self.assertEqual(chargePoint.call(action, payload)[2], {}, action)

    def test_turnedDown(self) -> None:
        """A vendor that nobody knows and a request to sign are answered as the book says."""
        chargePoint = Ring(self).connect()
        transfer = chargePoint.call("DataTransfer", {"vendorId": "v", "data": "x"})
        self.assertEqual(transfer[2], {"status": "UnknownVendorId"})
        self.assertEqual(
            chargePoint.call("SignCertificate", {"csr": "x"})[2], {"status": "Rejected"}
        )
