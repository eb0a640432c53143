"""What a Central System sees of a charging session, frame by frame."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from ocppgw.simulator.car import Car
from ocppgw.simulator.connector import Fault
from ocppgw.v16 import messages
from tests.simulator.central import START, Site, started


class SessionTests(TestCase):
    """From power on to the next driver; every frame is decoded strictly on its way."""

    def test_bootThenEveryStatus(self) -> None:
        """After acceptance the status of the whole and of each connector is reported."""
        site = Site(2)
        site.start()
        boot, *_ = site.asked
        assert isinstance(boot, messages.BootNotificationRequest)
        self.assertEqual("Ampere Works", boot.chargePointVendor)
        self.assertEqual([(0, "Available"), (1, "Available"), (2, "Available")], site.statuses())
        self.assertEqual(4, len(site.asked))

    def test_wholeSession(self) -> None:
        """Plugging in, presenting, charging, presenting again and leaving come in this order."""
        site = started()
        site.point.plugIn(1, Car())
        site.run(1)
        site.point.present(1, "TAG")
        site.run(21)
        site.point.present(1, "tag")
        site.run(1)
        site.point.unplug(1)
        site.run(1)
        self.assertEqual(
            [(1, "Preparing"), (1, "Charging"), (1, "Finishing"), (1, "Available")],
            site.statuses(),
        )
        self.assertEqual(
            "StatusNotification Authorize StartTransaction StatusNotification MeterValues"
            " MeterValues StopTransaction StatusNotification StatusNotification".split(),
            site.actions(),
        )

    def test_startAndStopFitTogether(self) -> None:
        """The stop names the number that the start was given, and a meter that went on."""
        site = started()
        self.charge(site, 120)
        site.point.present(1, "TAG")
        site.run(1)
        (start,) = site.of(messages.StartTransactionRequest)
        (stop,) = site.of(messages.StopTransactionRequest)
        self.assertEqual("2026-03-01T08:00:00.000Z", start.timestamp)
        self.assertEqual((1, "Local", "TAG"), (stop.transactionId, stop.reason, stop.idTag))
        # Two minutes at 16 A and three phases are some 0.37 kWh.
        self.assertTrue(300 < stop.meterStop - start.meterStart < 380, stop.meterStop)

    def charge(self, site: Site, seconds: float) -> None:
        site.point.plugIn(1, Car())
        site.point.present(1, "TAG")
        site.run(seconds)

    def test_pullingThePlug(self) -> None:
        """Pulling the plug ends the transaction with EVDisconnected."""
        site = started()
        self.charge(site, 5)
        site.point.unplug(1)
        site.run(1)
        (stop,) = site.of(messages.StopTransactionRequest)
        self.assertEqual("EVDisconnected", stop.reason)
        self.assertEqual((1, "Available"), site.statuses()[-1])

    def test_pullingThePlugMayNotEnd(self) -> None:
        """With StopTransactionOnEVSideDisconnect off, the transaction is only suspended."""
        site = started(StopTransactionOnEVSideDisconnect="false")
        self.charge(site, 5)
        site.point.unplug(1)
        site.run(1)
        self.assertEqual([], site.of(messages.StopTransactionRequest))
        self.assertEqual((1, "SuspendedEV"), site.statuses()[-1])

    def test_fullCar(self) -> None:
        """A car that is full suspends the transaction by itself."""
        site = started()
        site.point.plugIn(1, Car(level=0.9998))
        site.point.present(1, "TAG")
        site.run(60)
        self.assertEqual((1, "SuspendedEV"), site.statuses()[-1])
        self.assertEqual([], site.of(messages.StopTransactionRequest))

    def test_unknownTag(self) -> None:
        """A tag that is not accepted starts nothing."""
        site = started()
        site.replies["Authorize"] = messages.AuthorizeConfirmation(
            idTagInfo=messages.IdTagInfo(status="Invalid")
        )
        self.charge(site, 5)
        self.assertEqual(["StatusNotification", "Authorize"], site.actions())

    def test_tagRefusedAtStart(self) -> None:
        """A transaction whose tag turns out invalid is stopped as DeAuthorized."""
        site = started()
        site.replies["StartTransaction"] = messages.StartTransactionConfirmation(
            idTagInfo=messages.IdTagInfo(status="Blocked"), transactionId=77
        )
        self.charge(site, 5)
        (stop,) = site.of(messages.StopTransactionRequest)
        self.assertEqual((77, "DeAuthorized"), (stop.transactionId, stop.reason))

    def test_nobodyPlugsIn(self) -> None:
        """A driver who does not plug in within ConnectionTimeOut frees the connector."""
        site = started(ConnectionTimeOut="20")
        site.point.present(1, "TAG")
        site.run(19)
        self.assertEqual([(1, "Preparing")], site.statuses())
        site.run(2)
        self.assertEqual([(1, "Preparing"), (1, "Available")], site.statuses())
        self.assertEqual([], site.of(messages.StartTransactionRequest))

    def test_faultAndRepair(self) -> None:
        """A fault is reported with its code, and the status from before comes back after it."""
        site = started()
        self.charge(site, 15)
        site.take()
        site.point.fail(1, Fault("GroundFailure", "Tripped", "E1"))
        site.run(1)
        (failed,) = site.of(messages.StatusNotificationRequest)
        self.assertEqual(
            ("Faulted", "GroundFailure", "Tripped", "E1", "Ampere Works"),
            (failed.status, failed.errorCode, failed.info, failed.vendorErrorCode, failed.vendorId),
        )
        site.point.repair(1)
        site.run(1)
        self.assertEqual((1, "Charging"), site.statuses()[-1])

    def test_oneCallAtATime(self) -> None:
        """The next Call waits for the answer to the one before (OCPP-J 1.6 section 4.1.1)."""
        site = started(2)
        wire = site.network.wire
        site.point.plugIn(1, Car())
        site.point.plugIn(2, Car())
        self.assertEqual(1, len(wire.sent))
        site.settle()
        self.assertEqual([(1, "Preparing"), (2, "Preparing")], site.statuses())

    def test_timesAreThoseOfTheClock(self) -> None:
        """Timestamps come from the time that was passed in."""
        site = started()
        site.run(5)
        site.point.plugIn(1, Car())
        site.settle()
        (status,) = site.of(messages.StatusNotificationRequest)
        self.assertEqual(f"{START:%Y-%m-%dT%H:%M}:05.000Z", status.timestamp)

    def test_stopLeavesNothing(self) -> None:
        """A charge point that is stopped in mid-session leaves no timer behind."""
        site = started()
        self.charge(site, 5)
        site.point.stop()
        ended = site.uplink.stop()
        self.assertIsNone(self.successResultOf(ended))
        self.assertEqual([], site.clock.getDelayedCalls())
