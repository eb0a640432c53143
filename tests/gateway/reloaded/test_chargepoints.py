"""``[[chargePoints]]``: what the site says of one charge point, after a reload."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred

from ocppgw.central.entrance.approach import Approach
from ocppgw.central.entrance.tls.clientcertificates import Subject
from ocppgw.config.listeners import ListenerTable
from ocppgw.model import commands as c
from ocppgw.model.commands import GatewayRequest
from ocppgw.model.outcomes import Refused
from tests.gateway.reloaded.case import ReloadedCase, own, reloads, toml

CERTIFICATES = ListenerTable("tcp:0", 3, organizations=("ACME",))


class TableTests(ReloadedCase):
    """A table, and the keys of it that are about the charge point itself."""

    @reloads("chargePoints[]", "chargePoints.identity")
    def test_comeAndGo(self) -> None:
        """One that came is known at once; one that went stays, and is like any other."""
        self.begin(toml("[[chargePoints]]\nidentity = 'EAST'\nname = 'East'"))
        self.assertIsNone(self.ring.registry.record("WEST"))
        self.reload(toml("[[chargePoints]]\nidentity = 'WEST'\nname = 'West'"))
        self.assertEqual(self.ring.record("WEST").settings.name, "West")
        self.assertEqual(self.ring.record("EAST").settings.name, "")

    @reloads("chargePoints.name", "chargePoints.description", "chargePoints.connectors")
    def test_shown(self) -> None:
        """Name, description and the connectors change at once."""

        def seen() -> tuple[Any, ...]:
            names = [self.shown(name).Value.Value for name in ("Name", "Description")]
            return (*names, max(self.ring.record().connectors))

        lines = ('name = "East"', 'description = "By the gate"', "connectors = 3")
        after = ("East", "By the gate", 3)
        self.changes(seen, toml(), ("CP1", "", 1), toml(own(*lines)), after)

    @reloads("chargePoints.enabled")
    def test_enabled(self) -> None:
        """The link of one that is disabled ends, and it does not get in again until it is not."""
        self.begin(toml())
        self.reload(toml(own("enabled = false")))
        self.assertLess(self.until(lambda: self.chargePoint.isClosed), 100.0)
        for text, status in ((own("enabled = false"), 403), ("", 101)):
            self.reload(toml(text))
            caller = self.ring.dial()
            caller.shakeHands("/CP1")
            self.assertEqual(caller.status, status)

    @reloads("chargePoints.locked")
    def test_locked(self) -> None:
        """What is locked cannot be changed at runtime any more, and what was changed is undone."""

        def isRefused() -> bool:
            request = GatewayRequest("Write Name", c.SetName("CP1", "Written"), "emma")
            outcome = self.successResultOf(self.ring.central.perform(request))
            return isinstance(outcome, Refused)

        named = ('name = "File"', "locked = true")
        self.changes(isRefused, toml(), False, toml(own(*named)), True)
        self.assertEqual(self.shown("Name").Value.Value, "File")

    @reloads("chargePoints.securityProfile", newLinks=True)
    def test_securityProfile(self) -> None:
        """Its link stays; the next one has to be as secure as the file says by now."""
        self.begin(toml())
        self.reload(toml(own("securityProfile = 2")))
        self.assertFalse(self.chargePoint.isClosed)
        self.assertEqual(self.chargePoint.call("Heartbeat")[0], 3)
        caller = self.ring.dial()
        caller.shakeHands("/CP1")
        self.assertEqual(caller.status, 403)

    @reloads("chargePoints.serialNumber", newLinks=True)
    def test_serialNumber(self) -> None:
        """Its link stays; the certificate of the next one has to name the new number."""

        def comesIn(commonName: str) -> bool:
            subject = Subject(("ACME",), (commonName,))
            approach = Approach(CERTIFICATES, "192.0.2.9", b"/CP1", ("ocpp1.6",), "", subject)
            admitted: Deferred[Any] = self.ring.central.reception.admit(approach)
            found: list[bool] = []
            admitted.addCallbacks(lambda _: found.append(True), lambda _: found.append(False))
            return found == [True]

        both = lambda: (comesIn("CP1"), comesIn("SN7"))  # noqa: E731
        after = toml(own('serialNumber = "SN7"'))
        self.changes(both, toml(), (True, False), after, (False, True))
        self.assertFalse(self.chargePoint.isClosed)
