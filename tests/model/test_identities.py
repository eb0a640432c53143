"""Who a charge point is: nameplate, settings, registration, connectors at the beginning."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.applying import apply
from ocppgw.model.connectors import LIMIT
from ocppgw.model.records import Nameplate, Settings
from tests.model.given import T0, after, at, connected, known, status


def booted(seconds: float, answer: str = "Accepted", model: str = "M1") -> f.Booted:
    """A BootNotification."""
    return f.Booted(Nameplate("Vendor", model, at=at(seconds)), answer, at(seconds))


class BeginningTests(SynchronousTestCase):
    """What is there before the hardware calls in."""

    def test_connectors(self) -> None:
        """The whole charge point and one connector are there at once, or as many as configured."""
        self.assertEqual(list(known().connectors), [0, 1])
        self.assertEqual(list(known(Settings(connectors=3)).connectors), [0, 1, 2, 3])

    def test_notConnected(self) -> None:
        """A charge point that was only announced is not connected, and that is an alarm."""
        record = known()
        self.assertEqual((record.link.connected, record.sums.alarm), (False, True))

    def test_moreConnectorsByConfiguration(self) -> None:
        """A greater number of connectors in the settings makes them appear; none disappears."""
        record = after(known(), f.SettingsChanged(Settings(connectors=2), at(1)))
        self.assertEqual(list(record.connectors), [0, 1, 2])
        record = after(record, f.SettingsChanged(Settings(connectors=1), at(2)))
        self.assertEqual(list(record.connectors), [0, 1, 2])

    def test_S23_connectorOnDemand(self) -> None:
        """A connector that nobody announced appears with its first message, up to 64."""
        record = after(connected(), status("Available", connectorId=LIMIT))
        self.assertIn(LIMIT, record.connectors)
        for bad in (LIMIT + 1, -1, 2**31):
            self.assertIs(apply(record, status("Available", connectorId=bad)), record)

    def test_announcedAgain(self) -> None:
        """Announcing a known charge point again keeps all that is known of it."""
        record = after(connected(), booted(1))
        again = apply(record, f.ChargePointAdded("CP1", "CP1", at(9), Settings()))
        self.assertIs(again, record)

    def test_identityReplaced(self) -> None:
        """New hardware has another identity under the same node name."""
        record = after(connected(), f.IdentityReplaced("NEW", at(1)))
        self.assertEqual((record.nodeName, record.identity), ("CP1", "NEW"))


class RegistrationTests(SynchronousTestCase):
    """How a BootNotification was answered, and what it said."""

    def test_booted(self) -> None:
        """The answer, its time and the nameplate are kept."""
        record = after(connected(), booted(5, "Pending"))
        self.assertEqual(record.nameplate.chargePointModel, "M1")
        self.assertEqual(
            (record.registration.status, record.registration.lastBoot), ("Pending", at(5))
        )

    def test_sameDeviceBootsAgain(self) -> None:
        """A second boot of the same device keeps the nameplate's object and its time."""
        first = after(connected(), booted(5))
        second = after(first, booted(50))
        self.assertIs(second.nameplate, first.nameplate)
        self.assertEqual(second.registration.lastBoot, at(50))

    def test_newFirmware(self) -> None:
        """A boot that says something new shows it."""
        record = after(connected(), booted(5), booted(50, model="M2"))
        self.assertEqual((record.nameplate.chargePointModel, record.nameplate.at), ("M2", at(50)))

    def test_acceptedLater(self) -> None:
        """An Engineer's acceptance needs no boot and leaves the last boot's time."""
        record = after(connected(), booted(5, "Pending"), f.RegistrationChanged("Accepted", at(9)))
        self.assertEqual(
            (record.registration.status, record.registration.lastBoot), ("Accepted", at(5))
        )
        self.assertIs(apply(record, f.RegistrationChanged("Accepted", at(10))), record)

    def test_B1_reconnectWithoutBoot(self) -> None:
        """A reconnect without BootNotification goes on as accepted."""
        record = after(connected(), booted(5), f.LinkLost("x", at(6)), f.LinkOpened("a", at(7)))
        self.assertEqual(record.registration.status, "Accepted")

    def test_rebootRequired(self) -> None:
        """RebootRequired stands until the next BootNotification."""
        record = after(connected(), booted(1), f.RebootRequested("HeartbeatInterval", at(2)))
        self.assertTrue(record.registration.rebootRequired)
        self.assertIs(apply(record, f.RebootRequested("HeartbeatInterval", at(3))), record)
        self.assertFalse(after(record, booted(4)).registration.rebootRequired)

    def test_awaitingBoot(self) -> None:
        """Which keys wait for the boot is known, too, and forgotten with it."""
        record = after(
            connected(), f.RebootRequested("KeyA", at(2)), f.RebootRequested("keyB", at(3))
        )
        self.assertEqual(record.configuration.awaitingBoot, {"keya", "keyb"})
        self.assertFalse(after(record, booted(4)).configuration.awaitingBoot)

    def test_serialNumber(self) -> None:
        """SerialNumber is the charge point's, else the charge box's."""
        self.assertEqual(Nameplate(chargeBoxSerialNumber="B").serialNumber, "B")
        self.assertEqual(
            Nameplate(chargePointSerialNumber="P", chargeBoxSerialNumber="B").serialNumber, "P"
        )

    def test_S3_nothingOnTheNameplate(self) -> None:
        """A BootNotification that says nothing of the device registers all the same."""
        record = after(connected(), f.Booted(Nameplate(at=T0), "Accepted", T0))
        self.assertEqual(
            (record.registration.status, record.nameplate.serialNumber), ("Accepted", "")
        )
