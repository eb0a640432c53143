"""``[ocpp]``, ``[gateway]``: links, Calls and commands after a reload."""

from __future__ import annotations

from typing import Any

from ocppgw.central.startup.boots import WINDOW
from ocppgw.model import commands as c
from tests.central.support import PING, PONG
from tests.gateway.reloaded.case import ReloadedCase, own, reloads, toml


class LinkTests(ReloadedCase):
    """For all charge points, and for one by its own table."""

    def both(self, key: str, observe: Any, old: float, new: float) -> None:
        """A key of ``[ocpp]``, then the same of a table that beats it."""
        before = toml(**{key: old})
        self.changes(observe, before, old, toml(**{key: new}), new)
        self.reload(toml(own(f"{key} = {old}"), **{key: new}))
        self.assertEqual(observe(), old)

    @reloads("ocpp.callTimeout", "chargePoints.callTimeout")
    def test_callTimeout(self) -> None:
        """The next Call is given up after the new time."""

        def patience() -> float:
            outcomes = self.issue(c.ClearCache())
            return self.until(lambda: bool(outcomes))

        self.both("callTimeout", patience, 5.0, 9.0)

    @reloads("ocpp.settleTime", "chargePoints.settleTime")
    def test_settleTime(self) -> None:
        """After the next boot a command waits as long as the file says now."""

        def held() -> float:
            self.chargePoint = self.ring.connect()
            self.chargePoint.boot()
            self.issue(c.ClearCache())
            waited = self.until(lambda: "ClearCache" in dict(self.calls()))
            self.reconnect()
            return waited

        self.both("settleTime", held, 2.0, 4.0)

    @reloads("ocpp.disconnectGrace", "chargePoints.disconnectGrace")
    def test_disconnectGrace(self) -> None:
        """A link that is lost is shown as lost after the new time."""

        def grace() -> float:
            self.chargePoint.vanish()
            waited = self.until(lambda: not self.shown("Connected").Value.Value)
            self.reconnect()
            return waited

        self.both("disconnectGrace", grace, 2.0, 4.0)

    @reloads("ocpp.heartbeatInterval", "chargePoints.heartbeatInterval")
    def test_heartbeatInterval(self) -> None:
        """The next BootNotification is answered with the new interval."""
        self.both("heartbeatInterval", lambda: self.chargePoint.boot()[2]["interval"], 300, 77)

    def pings(self) -> int:
        """How often CP1 is pinged in a minute; it answers."""
        came = 0
        for _ in range(60):
            self.ring.advance(1)
            for frame in [one for one in self.chargePoint.frames if one[0] == PING]:
                self.chargePoint.frames.remove(frame)
                self.chargePoint.frame(PONG, frame[1])
                came += 1
        return came

    @reloads("ocpp.pingInterval", "chargePoints.pingInterval", newLinks=True)
    def test_pingInterval(self) -> None:
        """A link is pinged as often as was said when it was opened."""
        after = toml(pingInterval=10, pingTimeout=1)
        self.changesForNewLinks(self.pings, toml(), 0, after, 6)
        self.reload(toml(own("pingInterval = 20"), pingTimeout=1))
        self.assertEqual(self.pings(), 6)
        self.reconnect()
        self.assertEqual(self.pings(), 3)

    @reloads("ocpp.pingTimeout", "chargePoints.pingTimeout", newLinks=True)
    def test_pingTimeout(self) -> None:
        """A link without a sign of life ends after the time that was said when it was opened."""

        def dead() -> float:
            self.until(lambda: any(one[0] == PING for one in self.chargePoint.frames))
            return self.until(lambda: self.chargePoint.isClosed)

        def connected(files: dict[str, Any], *tables: str) -> float:
            self.reload(toml(*tables, pingInterval=30, **files))
            waited = dead()
            self.reconnect()
            return waited

        self.begin(toml(pingInterval=30, pingTimeout=5))
        self.assertEqual(connected({"pingTimeout": 9}), 5.0)
        self.assertEqual(connected({"pingTimeout": 9}, own("pingTimeout = 7")), 9.0)
        self.assertEqual(connected({"pingTimeout": 9}), 7.0)
        self.assertEqual(connected({"pingTimeout": 9}), 9.0)

    @reloads("ocpp.strict", "chargePoints.strict", newLinks=True)
    def test_strict(self) -> None:
        """What is not to the letter is refused on links that were opened since."""

        def odd() -> int:
            return int(self.chargePoint.call("Heartbeat", {"more": 1})[0])

        self.changesForNewLinks(odd, toml(), 3, toml(strict=True), 4)
        self.reload(toml(own("strict = false"), strict=True))
        self.reconnect()
        self.assertEqual(odd(), 3)

    @reloads("ocpp.pollMeterValues", newLinks=True)
    def test_pollMeterValues(self) -> None:
        """Whoever connects from then on is asked for meter values."""

        def polls() -> bool:
            calls = self.answered(45)
            return "MeterValues" in {payload.get("requestedMessage") for _, payload in calls}

        self.changesForNewLinks(polls, toml(), False, toml(pollMeterValues=30), True)

    @reloads("ocpp.closeAtStop")
    def test_closeAtStop(self) -> None:
        """Links that are open get a close frame at the stop, if the file says so by now."""
        for reloaded, code in ((False, None), (True, 1001)):
            self.begin(toml())
            if reloaded:
                self.reload(toml(closeAtStop=True))
            self.ring.central.stopService()
            self.ring.flush()
            self.assertEqual(self.chargePoint.closeCode(), code)

    @reloads("ocpp.handshakeRate")
    def test_handshakeRate(self) -> None:
        """One address may open as many connections at once as the file says by now."""

        def admitted() -> int:
            host = f"198.51.100.{next(self.names)}"
            dialled = [self.ring.dial(host) for _ in range(50)]
            for one in dialled:
                one.shakeHands(f"/NEW{next(self.names)}")
            return sum(one.status == 101 for one in dialled)

        self.changes(admitted, toml(handshakeRate=1), 20, toml(handshakeRate=2), 40)

    @reloads("ocpp.onboarding")
    def test_onboarding(self) -> None:
        """The next newcomer waits, or does not."""
        newcomer = lambda: self.fresh().boot()[2]["status"]  # noqa: E731
        after = toml(onboarding="pending")
        self.changes(newcomer, toml(), "Accepted", after, "Pending")

    @reloads("ocpp.maxTransactions")
    def test_maxTransactions(self) -> None:
        """As many new transactions as the file says by now are kept."""

        def allKept() -> bool:
            answers = [self.start() for _ in range(15)]
            return all(one[0] == 3 for one in answers)

        self.changes(allKept, toml(maxTransactions=0), True, toml(maxTransactions=1), False)

    def start(self) -> Any:
        """A transaction that never was before."""
        number = next(self.names)
        request = {"connectorId": 1, "idTag": "T", "meterStart": number, "timestamp": self.ago()}
        return self.chargePoint.call("StartTransaction", request)

    @reloads("gateway.remoteIdTag")
    def test_remoteIdTag(self) -> None:
        """A remote start without an idTag has the new one."""

        def idTag() -> Any:
            self.issue(c.RemoteStart(1, ""))
            return dict(self.answered(100))["RemoteStartTransaction"]["idTag"]

        after = toml('[gateway]\nremoteIdTag = "OTHER"')
        self.changes(idTag, toml(), "OCPPGW", after, "OTHER")


class StartUpTests(ReloadedCase):
    """What is asked after a boot."""

    def boot(self, **answers: Any) -> list[tuple[str, Any]]:
        """What CP1 is asked after a boot that is not one of too many."""
        self.ring.advance(WINDOW)
        self.chargePoint = self.ring.connect()
        self.chargePoint.boot()
        return self.answered(5, **answers)

    def wanted(self) -> dict[str, str]:
        """The keys that CP1 is told to change after a boot."""
        key = {"key": "MeterValueSampleInterval", "readonly": False, "value": "60"}
        calls = self.boot(GetConfiguration={"configurationKey": [key]})
        changed = [one for action, one in calls if action == "ChangeConfiguration"]
        return {one["key"]: one["value"] for one in changed}

    @reloads("configuration", "chargePoints.configuration")
    def test_configuration(self) -> None:
        """After the next boot the new values are wanted; those of its own table count first."""
        general = "[configuration]\nMeterValueSampleInterval = 30"
        special = own("configuration = { MeterValueSampleInterval = 15 }")
        expected = {"MeterValueSampleInterval": "30"}
        self.changes(self.wanted, toml(), {}, toml(general), expected)
        self.reload(toml(general, special))
        self.assertEqual(self.wanted(), {"MeterValueSampleInterval": "15"})

    @reloads("chargePoints.readConfiguration")
    def test_readConfiguration(self) -> None:
        """After the next boot its configuration is read, or is not."""

        never = toml(own('readConfiguration = "never"'))
        read = lambda: "GetConfiguration" in dict(self.boot())  # noqa: E731
        self.changes(read, toml(), True, never, False)
