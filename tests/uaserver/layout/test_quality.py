"""Values and quality: what a lost link, a foreign word and silence do to a value."""

from __future__ import annotations

from twisted.trial import unittest

from ocppgw.model import facts as f
from ocppgw.model.records import MeterKey, Settings
from ocppgw.uaserver.layout.datatypes import NEVER
from tests.model.given import refresh
from tests.uaserver.layout.site import CODES, START, Site, later

USABLE = CODES.UncertainNoCommunicationLastUsableValue
WAITING = CODES.BadWaitingForInitialData

MEASURED = (
    "Connectors/1/MeterValues/Voltage.L1",
    "Connectors/1/Live/VoltageL1",
    "Connectors/1/Transaction/TransactionId",
    "Connectors/1/Transaction/Energy",
    "Connectors/1/Operative",
    "ConfigurationPoints/HeartbeatInterval",
    "ConfigurationPoints/HeartbeatInterval/Text",
    "Power",
    "ClockSkew",
)
STATES = (
    "Connectors/1/Status",
    "Connectors/1/StatusNumber",
    "Connectors/1/ErrorCode",
    "Connectors/1/ErrorNumber",
    "Connectors/1/Available",
    "Connectors/1/Occupied",
    "Connectors/1/Charging",
    "Connectors/1/Faulted",
)
OWN = (
    "OcppIdentifier", "Name", "Description", "Enabled", "Connected", "Alarm", "RebootRequired",
    "ConfigurationDrift", "ConnectedSince", "LastSeen", "RemoteAddress", "LastDisconnectReason",
    "Reconnects", "MessagesReceived", "Deviations", "LastDeviation", "ConnectorsCharging",
    "LastCommand", "LastCommandStatus", "LastCommandDetail", "LastCommandUser",
    "LastCommandTime", "CommandsWaiting", "CommandsWaitingSince", "LastCommandNumber",
    "Connectors/1/RemoteStartState",
    "Connectors/1/LastTransaction/Number", "Commands/HardReset", "Connectors/1/Commands/IdTag",
)  # fmt: skip
PLATE = (
    "SerialNumber", "ChargeBoxSerialNumber", "Vendor", "Model", "FirmwareVersion", "Iccid",
    "Imsi", "MeterSerialNumber", "MeterType", "LastBoot", "RegistrationStatus",
)  # fmt: skip


def charging(settings: Settings | None = None) -> Site:
    """A site where everything was received and a car charges."""
    site = Site(settings)
    site.connect()
    site.boot()
    site.configure(HeartbeatInterval="300")
    site.report("Charging")
    site.start()
    site.measure("Voltage", 230.0, phase="L1")
    site.measure("Power.Active.Import", 7000.0)
    site.apply(f.HealthMeasured(START, 0.5, 12.0, 3.0))
    return site


class Received(unittest.SynchronousTestCase):
    """What was received is good, with the charge point's time; what was not is waiting."""

    def test_goodOnceReceived(self) -> None:
        """Every value that was received is Good while the link is there."""
        site = charging()
        for path in MEASURED + STATES + OWN + PLATE:
            self.assertEqual(site.code(path), CODES.Good, path)

    def test_waitingBefore(self) -> None:
        """What was never received is BadWaitingForInitialData; own facts are always Good."""
        site = Site()
        for path in (*MEASURED, *STATES, *PLATE):
            self.assertEqual(site.code(path), WAITING, path)
        for path in OWN:
            self.assertEqual(site.code(path), CODES.Good, path)

    def test_waitingStaysWithoutLink(self) -> None:
        """A lost link does not make a value out of nothing."""
        site = Site()
        site.connect()
        site.lose(later(5))
        for path in MEASURED + STATES:
            self.assertEqual(site.code(path), WAITING, path)

    def test_times(self) -> None:
        """SourceTimestamp is the charge point's time, ServerTimestamp the time of receipt."""
        site = charging()
        reading = f.Reading(MeterKey("Voltage", "L2"), 231.0, "231", "Sample.Periodic", later(10))
        site.apply(f.Measured(1, None, (reading,), later(12)))
        value = site.read("Connectors/1/MeterValues/Voltage.L2")
        self.assertEqual((value.SourceTimestamp, value.ServerTimestamp), (later(10), later(12)))

    def test_nameplate(self) -> None:
        """The nameplate is what BootNotification said, and stays Good without a link."""
        site = charging()
        site.lose(later(5))
        self.assertEqual(site.value("Vendor"), "Alfen BV")
        self.assertEqual(site.value("SerialNumber"), "ACE0208004")
        for path in PLATE:
            self.assertEqual(site.code(path), CODES.Good, path)


class LinkLost(unittest.SynchronousTestCase):
    """A lost connection shows as StatusCodes."""

    def test_byKind(self) -> None:
        """Measurements stay usable, states become bad, own facts stay Good; values travel."""
        site = charging()
        before = {path: site.value(path) for path in MEASURED + STATES}
        site.lose(later(60))
        for path in MEASURED:
            self.assertEqual(site.code(path), USABLE, path)
        for path in STATES:
            self.assertEqual(site.code(path), CODES.BadNoCommunication, path)
        for path in OWN:
            self.assertEqual(site.code(path), CODES.Good, path)
        self.assertEqual({path: site.value(path) for path in MEASURED + STATES}, before)

    def test_timeOfTheLoss(self) -> None:
        """A value that lost its link has the time at which the loss was recognised."""
        site = charging()
        site.lose(later(60))
        self.assertEqual(site.read("Connectors/1/Live/VoltageL1").SourceTimestamp, later(60))
        self.assertEqual(site.read("Connectors/1/Status").SourceTimestamp, later(60))

    def test_back(self) -> None:
        """With the link back, values are Good again with their own time."""
        site = charging()
        site.lose(later(60))
        site.read("Connectors/1/Status")
        site.apply(f.LinkOpened("10.0.0.7:1", later(90)))
        value = site.read("Connectors/1/Status")
        self.assertEqual((value.StatusCode.value, value.SourceTimestamp), (CODES.Good, START))

    def test_offlineQuality(self) -> None:
        """offlineQuality chooses one code for both kinds."""
        for choice, code in (("uncertain", USABLE), ("bad", CODES.BadNoCommunication)):
            site = charging(Settings(offlineQuality=choice))
            site.lose(later(60))
            for path in MEASURED + STATES:
                self.assertEqual(site.code(path), code, path)


class OwnTimes(unittest.SynchronousTestCase):
    """Times of the gateway's own facts."""

    def test_connectedSince(self) -> None:
        """ConnectedSince is the null DateTime while there is no link."""
        site = Site()
        self.assertEqual(site.value("ConnectedSince"), NEVER)
        site.connect()
        self.assertEqual(site.value("ConnectedSince"), START)
        site.lose(later(5))
        self.assertEqual(site.value("ConnectedSince"), NEVER)
        self.assertEqual(site.code("ConnectedSince"), CODES.Good)


class Words(unittest.SynchronousTestCase):
    """The status word, its number and the Booleans computed from it."""

    def test_booleans(self) -> None:
        """Available, Occupied, Charging and Faulted follow from Status."""
        names = ("Available", "Occupied", "Charging", "Faulted")
        for status, expected in (
            ("Available", (True, False, False, False)),
            ("Preparing", (False, True, False, False)),
            ("Charging", (False, True, True, False)),
            ("SuspendedEV", (False, True, False, False)),
            ("Reserved", (False, True, False, False)),
            ("Unavailable", (False, False, False, False)),
            ("Faulted", (False, False, False, True)),
        ):
            site = Site()
            site.connect()
            site.report(status)
            found = tuple(site.value(f"Connectors/1/{name}") for name in names)
            self.assertEqual(found, expected, status)

    def test_numbers(self) -> None:
        """StatusNumber and ErrorNumber are the numbers of their words."""
        site = Site()
        site.connect()
        site.report("Faulted", errorCode="GroundFailure")
        self.assertEqual(site.value("Connectors/1/StatusNumber"), 9)
        self.assertEqual(site.value("Connectors/1/ErrorNumber"), 3)
        self.assertEqual(site.value("Connectors/1/ErrorCode"), "GroundFailure")
        self.assertEqual(site.value("Connectors/1/VendorErrorCode"), "E7")

    def test_S5_foreignWord(self) -> None:
        """A word that OCPP does not know is kept, Uncertain, and has number 0."""
        site = Site()
        site.connect()
        site.report("Dancing")
        self.assertEqual(site.value("Connectors/1/Status"), "Dancing")
        self.assertEqual(site.value("Connectors/1/StatusNumber"), 0)
        for name in ("Status", "StatusNumber", "Available", "Faulted"):
            self.assertEqual(site.code(f"Connectors/1/{name}"), CODES.Uncertain)
        self.assertEqual(site.code("Connectors/1/ErrorCode"), CODES.Good)

    def test_alarm(self) -> None:
        """Alarm is true without a link or with a fault, never while disabled."""
        site = Site()
        self.assertIs(site.value("Alarm"), True)
        site.connect()
        self.assertIs(site.value("Alarm"), False)
        site.report("Faulted")
        self.assertIs(site.value("Alarm"), True)
        site.apply(f.SettingsChanged(Settings(enabled=False), START))
        self.assertIs(site.value("Alarm"), False)

    def test_agedLive(self) -> None:
        """A Live value that is overdue while charging is UncertainLastUsableValue."""
        site = charging()
        site.apply(f.LiveAged(1, later(100)))
        self.assertEqual(site.code("Connectors/1/Live/VoltageL1"), CODES.UncertainLastUsableValue)
        self.assertEqual(site.code("Connectors/1/MeterValues/Voltage.L1"), CODES.Good)


class Gateway(unittest.SynchronousTestCase):
    """The gateway's own values."""

    def test_points(self) -> None:
        """Gateway shows what its record says, Good."""
        site = Site()
        refresh(site.registry, later(1), {"Version": "1.2", "Heartbeat": 7})
        for name, value in (("Version", "1.2"), ("Heartbeat", 7), ("ChargePointsKnown", 1)):
            found = site.find(f"/Gateway/{name}").valueFrom(site.registry.gateway)
            self.assertEqual((found.Value.Value, found.StatusCode.value), (value, CODES.Good))
            self.assertEqual(found.SourceTimestamp, later(1))
