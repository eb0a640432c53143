"""``[opcua]``, ``[[chargePoints]]``: what is made of what a charge point says, after a reload."""

from __future__ import annotations

from typing import Any

from ocppgw.model import commands as c
from ocppgw.model.outcomes import Refused
from tests.gateway.reloaded.case import ReloadedCase, own, reloads, toml

VOLTAGE = "Connectors/1/MeterValues/Voltage"
ENERGY = "Connectors/1/MeterValues/Energy.Active.Import.Register"
STATUS = "Connectors/1/Status"
MINUTE = 60.0


def opcua(*lines: str) -> str:
    return "\n".join(["[opcua]", *lines])


class ValueTests(ReloadedCase):
    """Values and their times."""

    def measure(self, value: str = "230", measurand: str = "Voltage", ago: float = 0.0) -> None:
        """A meter value of some seconds ago."""
        sampled = [{"value": value, "measurand": measurand}]
        values = [{"timestamp": self.ago(ago), "sampledValue": sampled}]
        self.call("MeterValues", {"connectorId": 1, "meterValue": values})

    def age(self, ago: float) -> float:
        """How old a value looks that is so many seconds old."""
        self.ring.advance(2 * ago)  # What is older than the link would count as queued.
        self.measure(ago=ago)
        source = self.shown(VOLTAGE).SourceTimestamp
        return float((self.ring.now() - source).total_seconds())

    @reloads("opcua.sourceTimestamp", "chargePoints.sourceTimestamp")
    def test_sourceTimestamp(self) -> None:
        """The next value has the time of the clock that the file names by now."""
        receipt = toml(opcua('sourceTimestamp = "receipt"'))
        self.changes(lambda: self.age(MINUTE), toml(), MINUTE, receipt, 0.0)
        self.reload(receipt + own('sourceTimestamp = "chargePoint"'))
        self.assertEqual(self.age(MINUTE), MINUTE)

    @reloads("opcua.clockTolerance")
    def test_clockTolerance(self) -> None:
        """The next value may be as far off as the file says by now."""
        after = toml(opcua("clockTolerance = 30"))
        self.changes(lambda: self.age(MINUTE), toml(), MINUTE, after, 0.0)

    @reloads("opcua.offlineQuality", "chargePoints.offlineQuality")
    def test_offlineQuality(self) -> None:
        """Values of one that is offline look at once as the file says."""

        def offline() -> str:
            return str(self.shown(STATUS).StatusCode.name)

        uncertain, bad = "UncertainNoCommunicationLastUsableValue", "BadNoCommunication"
        self.begin(toml())
        self.chargePoint.vanish()
        self.ring.advance(1)
        self.assertEqual(offline(), bad)
        self.reload(toml(opcua('offlineQuality = "uncertain"')))
        self.assertEqual(offline(), uncertain)
        self.reload(toml(opcua('offlineQuality = "uncertain"'), own('offlineQuality = "bad"')))
        self.assertEqual(offline(), bad)

    @reloads("opcua.zeroWhenIdle")
    def test_zeroWhenIdle(self) -> None:
        """After the next end of charging, power is what the file wants by now."""

        def afterwards() -> float:
            for status in ("Charging", "Available"):
                report = {"connectorId": 1, "status": status, "errorCode": "NoError"}
                self.call("StatusNotification", report)
                if status == "Charging":
                    self.measure("7000", "Power.Active.Import")
            return float(self.shown("Connectors/1/Live/Power").Value.Value)

        after = toml(opcua("zeroWhenIdle = false"))
        self.changes(afterwards, toml(), 0.0, after, 7000.0)

    @reloads("chargePoints.scale")
    def test_scale(self) -> None:
        """The next reading is multiplied."""

        def energy() -> float:
            self.measure("5", "Energy.Active.Import.Register")
            return float(self.shown(ENERGY).Value.Value)

        after = toml(own('scale = { "Energy.Active.Import.Register" = 1000 }'))
        self.changes(energy, toml(), 5.0, after, 5000.0)

    def reported(self, timestamp: str) -> str:
        """The SourceTimestamp of a status with this time, hours and minutes."""
        report = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
        self.call("StatusNotification", {**report, "timestamp": timestamp})
        return str(self.shown(STATUS).SourceTimestamp.strftime("%H:%M"))

    @reloads("chargePoints.timeZone")
    def test_timeZone(self) -> None:
        """The next time without a zone is one of the new zone."""
        tolerance = opcua("clockTolerance = 86400")
        look = lambda: self.reported("2026-05-04T12:00:00")  # noqa: E731
        before = toml(own('timeZone = "Europe/Berlin"'), tolerance)
        self.changes(look, before, "10:00", toml(tolerance), "12:00")

    @reloads("chargePoints.localTime")
    def test_localTime(self) -> None:
        """The next time that ends in Z is a local one all the same, or is none."""
        zone, tolerance = 'timeZone = "Europe/Berlin"', opcua("clockTolerance = 86400")
        look = lambda: self.reported("2026-05-04T12:00:00Z")  # noqa: E731
        before = toml(own(zone, "localTime = true"), tolerance)
        self.changes(look, before, "10:00", toml(own(zone), tolerance), "12:00")

    @reloads("chargePoints.timeFraction")
    def test_timeFraction(self) -> None:
        """The next time that is sent has a fraction of a second, or has none."""
        hasFraction = lambda: "." in self.call("Heartbeat", {})["currentTime"]  # noqa: E731
        self.changes(hasFraction, toml(), True, toml(own("timeFraction = false")), False)

    @reloads("chargePoints.zeroIsOne")
    def test_zeroIsOne(self) -> None:
        """The next status of connector 0 is that of its only one."""

        def status() -> Any:
            for connectorId, word in ((1, "Available"), (0, "Faulted")):
                report = {"connectorId": connectorId, "status": word, "errorCode": "NoError"}
                self.call("StatusNotification", report)
            return self.shown(STATUS).Value.Value

        self.changes(status, toml(), "Available", toml(own("zeroIsOne = true")), "Faulted")

    @reloads("chargePoints.idTagLength")
    def test_idTagLength(self) -> None:
        """The next remote start with an idTag that is too long is refused."""

        def isRefused() -> bool:
            outcomes = self.issue(c.RemoteStart(1, "0123456789ABCDEF"))
            self.answered(100)
            return isinstance(outcomes[0], Refused)

        self.changes(isRefused, toml(), False, toml(own("idTagLength = 15")), True)
