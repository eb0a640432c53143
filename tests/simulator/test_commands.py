"""What a charge point answers to each command, and what follows."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import TestCase

from ocppgw.ocppj.frames import CallError
from ocppgw.simulator.car import Car
from ocppgw.simulator.chargepoint import RESTART
from ocppgw.simulator.connector import Fault
from ocppgw.v16 import messages
from ocppgw.v16.messages import ChargingProfile, ChargingSchedule, ChargingSchedulePeriod
from tests.simulator.central import SILENCE, Site, started


def charging(connectors: int = 1, /, **settings: str) -> Site:
    """A charge point with transaction 1 at connector 1."""
    site = started(connectors, **settings)
    site.point.plugIn(1, Car())
    site.point.present(1, "TAG")
    site.run(5)
    site.take()
    return site


def answerTo(site: Site, request: messages.Message) -> str:
    """The status that a command gets."""
    status: str = site.command(request).status
    return status


class AvailabilityTests(TestCase):
    """ChangeAvailability (section 5.2)."""

    def change(self, site: Site, connectorId: int, type: str) -> str:
        request = messages.ChangeAvailabilityRequest(connectorId=connectorId, type=type)
        return answerTo(site, request)

    def test_connector(self) -> None:
        """An idle connector changes at once, and says so."""
        site = started(2)
        self.assertEqual("Accepted", self.change(site, 2, "Inoperative"))
        self.assertEqual([(2, "Unavailable")], site.statuses())
        self.assertEqual("Accepted", self.change(site, 2, "Operative"))
        self.assertEqual((2, "Available"), site.statuses()[-1])

    def test_whole(self) -> None:
        """Connector 0 stands for the charge point and all connectors."""
        site = started(2)
        self.assertEqual("Accepted", self.change(site, 0, "Inoperative"))
        self.assertEqual(
            [(0, "Unavailable"), (1, "Unavailable"), (2, "Unavailable")], site.statuses()
        )

    def test_again(self) -> None:
        """What is so already is accepted, and nothing is reported."""
        site = started()
        self.assertEqual("Accepted", self.change(site, 1, "Operative"))
        self.assertEqual([], site.asked)

    def test_scheduled(self) -> None:
        """During a transaction the change waits for its end."""
        site = charging()
        self.assertEqual("Scheduled", self.change(site, 1, "Inoperative"))
        self.assertEqual([], site.statuses())
        site.point.present(1, "TAG")
        site.run(1)
        self.assertEqual([(1, "Unavailable")], site.statuses())

    def test_takenBack(self) -> None:
        """A change that waits can be taken back."""
        site = charging()
        self.change(site, 1, "Inoperative")
        self.assertEqual("Accepted", self.change(site, 1, "Operative"))
        site.point.present(1, "TAG")
        site.run(1)
        self.assertEqual([(1, "Finishing")], site.statuses())

    def test_unknownConnector(self) -> None:
        """A connector that does not exist is rejected."""
        self.assertEqual("Rejected", self.change(started(), 2, "Inoperative"))

    def test_survivesRestart(self) -> None:
        """What is out of service stays so over a reset."""
        site = started()
        self.change(site, 1, "Inoperative")
        site.command(messages.ResetRequest(type="Hard"))
        site.take()
        site.run(RESTART + 1)
        self.assertEqual([(0, "Available"), (1, "Unavailable")], site.statuses())

    def test_noCharging(self) -> None:
        """Nobody can charge where it is out of service."""
        site = started()
        self.change(site, 1, "Inoperative")
        site.take()
        site.point.plugIn(1, Car())
        site.point.present(1, "TAG")
        site.run(5)
        self.assertEqual([], site.actions())


class RemoteTests(TestCase):
    """RemoteStartTransaction and RemoteStopTransaction (sections 5.11 and 5.12)."""

    def start(self, site: Site, **fields: Any) -> str:
        return answerTo(site, messages.RemoteStartTransactionRequest(idTag="REMOTE", **fields))

    def test_startWithCar(self) -> None:
        """With a car plugged in, the transaction begins without asking again."""
        site = started()
        site.point.plugIn(1, Car())
        self.assertEqual("Accepted", self.start(site, connectorId=1))
        (start,) = site.of(messages.StartTransactionRequest)
        self.assertEqual((1, "REMOTE"), (start.connectorId, start.idTag))
        self.assertEqual([], site.of(messages.AuthorizeRequest))

    def test_startAsksFirst(self) -> None:
        """AuthorizeRemoteTxRequests has the tag authorized before."""
        site = started(AuthorizeRemoteTxRequests="true")
        site.point.plugIn(1, Car())
        self.start(site, connectorId=1)
        self.assertEqual(
            ["StatusNotification", "Authorize", "StartTransaction", "StatusNotification"],
            site.actions(),
        )

    def test_startWaitsForCar(self) -> None:
        """Without a car the connector waits, and begins when one is plugged in."""
        site = started()
        self.assertEqual("Accepted", self.start(site, connectorId=1))
        self.assertEqual([(1, "Preparing")], site.statuses())
        site.point.plugIn(1, Car())
        site.run(1)
        self.assertEqual(1, len(site.of(messages.StartTransactionRequest)))

    def test_startWithoutConnector(self) -> None:
        """Without a connector the one with a car is taken."""
        site = started(2)
        site.point.plugIn(2, Car())
        self.assertEqual("Accepted", self.start(site))
        (start,) = site.of(messages.StartTransactionRequest)
        self.assertEqual(2, start.connectorId)

    def test_startWithoutRoom(self) -> None:
        """Where a transaction runs, or something is broken, or nothing is there: rejected."""
        site = charging(2)
        self.assertEqual("Rejected", self.start(site, connectorId=1))
        self.assertEqual("Rejected", self.start(site, connectorId=3))
        site.point.fail(2, Fault("OtherError"))
        self.assertEqual("Rejected", self.start(site, connectorId=2))
        self.assertEqual("Rejected", self.start(site))

    def test_startWithProfile(self) -> None:
        """A profile has to be for a transaction (errata 3.41)."""
        schedule = ChargingSchedule(
            chargingRateUnit="A",
            chargingSchedulePeriod=(ChargingSchedulePeriod(startPeriod=0, limit=10.0),),
        )
        for purpose, expected in (("TxProfile", "Accepted"), ("TxDefaultProfile", "Rejected")):
            profile = ChargingProfile(
                chargingProfileId=1,
                stackLevel=0,
                chargingProfilePurpose=purpose,
                chargingProfileKind="Relative",
                chargingSchedule=schedule,
            )
            self.assertEqual(expected, self.start(started(), chargingProfile=profile))

    def test_stop(self) -> None:
        """The transaction ends with reason Remote, after the confirmation."""
        site = charging()
        request = messages.RemoteStopTransactionRequest(transactionId=1)
        self.assertEqual("Accepted", answerTo(site, request))
        (stop,) = site.of(messages.StopTransactionRequest)
        self.assertEqual((1, "Remote"), (stop.transactionId, stop.reason))
        self.assertEqual((1, "Finishing"), site.statuses()[-1])

    def test_stopUnknown(self) -> None:
        """Another transaction is rejected, and the running one goes on."""
        site = charging()
        request = messages.RemoteStopTransactionRequest(transactionId=2)
        self.assertEqual("Rejected", answerTo(site, request))
        self.assertEqual([], site.asked)


class ResetTests(TestCase):
    """Reset (section 5.14)."""

    def test_soft(self) -> None:
        """A soft reset delivers the stop, drops the link, and boots again."""
        site = charging()
        wire = site.network.wire
        self.assertEqual("Accepted", answerTo(site, messages.ResetRequest(type="Soft")))
        site.run(1)
        (stop,) = site.of(messages.StopTransactionRequest)
        self.assertEqual("SoftReset", stop.reason)
        self.assertTrue(wire.isEnded)
        site.take()
        site.run(RESTART)
        self.assertEqual("BootNotification", site.actions()[0])

    def test_hard(self) -> None:
        """A hard reset drops the link at once; the stop comes after the boot."""
        site = charging()
        self.assertEqual("Accepted", answerTo(site, messages.ResetRequest(type="Hard")))
        self.assertTrue(site.network.wire.isEnded)
        self.assertEqual([], site.asked)
        site.run(RESTART + 1)
        (stop,) = site.of(messages.StopTransactionRequest)
        self.assertEqual((1, "HardReset"), (stop.transactionId, stop.reason))
        self.assertEqual("BootNotification", site.actions()[0])

    def test_softDoesNotWaitForever(self) -> None:
        """A soft reset goes on although the stop is not answered, and delivers it later."""
        site = charging()
        site.replies["StopTransaction"] = SILENCE
        site.command(messages.ResetRequest(type="Soft"))
        site.run(15)
        self.assertEqual(2, len(site.network.wires))
        del site.replies["StopTransaction"]
        site.take()
        site.cut()
        site.heal()
        self.assertIn("StopTransaction", site.actions())


class UnlockTests(TestCase):
    """UnlockConnector (section 5.18)."""

    def unlock(self, site: Site, connectorId: int) -> str:
        return answerTo(site, messages.UnlockConnectorRequest(connectorId=connectorId))

    def test_idle(self) -> None:
        """An idle connector is unlocked."""
        self.assertEqual("Unlocked", self.unlock(started(), 1))

    def test_charging(self) -> None:
        """A transaction ends first, as UnlockCommand."""
        site = charging()
        self.assertEqual("Unlocked", self.unlock(site, 1))
        (stop,) = site.of(messages.StopTransactionRequest)
        self.assertEqual("UnlockCommand", stop.reason)

    def test_unknownConnector(self) -> None:
        """A connector that does not exist is not supported (errata 3.85)."""
        self.assertEqual("NotSupported", self.unlock(started(), 2))


class OtherTests(TestCase):
    """ClearCache, DataTransfer, and what is no command."""

    def test_clearCache(self) -> None:
        """A cache can be cleared, unless it is switched off."""
        self.assertEqual("Accepted", answerTo(started(), messages.ClearCacheRequest()))
        site = started(AuthorizationCacheEnabled="false")
        self.assertEqual("Rejected", answerTo(site, messages.ClearCacheRequest()))

    def test_dataTransfer(self) -> None:
        """No vendor is known."""
        request = messages.DataTransferRequest(vendorId="com.example", messageId="x", data="y")
        self.assertEqual("UnknownVendorId", answerTo(started(), request))

    def test_unknownAction(self) -> None:
        """An action that does not exist is answered with NotImplemented."""
        site = started()
        for name in ("Nonsense", "BootNotification", "resets"):
            site.network.wire.deliver(b'[2,"%b","%b",{}]' % (name.encode(), name.encode()))
            site.settle()
            answer = site.result(name)
            assert isinstance(answer, CallError)
            self.assertEqual("NotImplemented", answer.code)

    def test_improperCommand(self) -> None:
        """A command that is not proper is answered with a fitting CallError."""
        site = started()
        for number, (payload, code) in enumerate(
            (
                (b'{"type":"Firm"}', "PropertyConstraintViolation"),
                (b"{}", "ProtocolError"),
            )
        ):
            site.network.wire.deliver(b'[2,"%d","Reset",%b]' % (number, payload))
            site.settle()
            answer = site.result(str(number))
            assert isinstance(answer, CallError)
            self.assertEqual(code, answer.code)

    def test_garbage(self) -> None:
        """What is no frame changes nothing, and an answer nobody waits for neither."""
        site = started()
        for text in (b"", b"{", b"[]", b"[9]", b'[3,"x",{}]', b'[4,"y","c","",{}]', b"\xff"):
            site.network.wire.deliver(text)
        site.settle()
        self.assertEqual([], site.asked)
        self.assertTrue(site.uplink.isOpen)


class TriggerTests(TestCase):
    """TriggerMessage (section 5.17)."""

    def trigger(self, site: Site, wanted: str, connectorId: int | None = None) -> str:
        return answerTo(
            site,
            messages.TriggerMessageRequest(requestedMessage=wanted, connectorId=connectorId),
        )

    def test_simple(self) -> None:
        """Messages that concern no connector come once, whatever connector is given."""
        for wanted in (
            "BootNotification",
            "DiagnosticsStatusNotification",
            "FirmwareStatusNotification",
            "Heartbeat",
        ):
            site = started()
            self.assertEqual("Accepted", self.trigger(site, wanted, connectorId=9))
            self.assertEqual(wanted, site.actions()[0])

    def test_status(self) -> None:
        """StatusNotification comes for the connector asked for, else for 0 and all."""
        site = started(2)
        self.trigger(site, "StatusNotification")
        self.assertEqual([(0, "Available"), (1, "Available"), (2, "Available")], site.statuses())
        site.take()
        self.trigger(site, "StatusNotification", 2)
        self.assertEqual([(2, "Available")], site.statuses())

    def test_meterValues(self) -> None:
        """MeterValues come for all connectors, with context Trigger and the transaction if any."""
        site = charging(2)
        self.trigger(site, "MeterValues")
        first, second = site.of(messages.MeterValuesRequest)
        self.assertEqual((1, 1), (first.connectorId, first.transactionId))
        self.assertEqual((2, None), (second.connectorId, second.transactionId))
        contexts = {value.context for value in first.meterValue[0].sampledValue}
        self.assertEqual({"Trigger"}, contexts)

    def test_unknownConnector(self) -> None:
        """A connector that does not exist is rejected, and nothing comes."""
        site = started()
        self.assertEqual("Rejected", self.trigger(site, "StatusNotification", 2))
        self.assertEqual("Rejected", self.trigger(site, "MeterValues", 2))
        self.assertEqual([], site.asked)

    def test_confirmationFirst(self) -> None:
        """The confirmation goes out before the message."""
        site = started()
        site.send(messages.TriggerMessageRequest(requestedMessage="Heartbeat"))
        first, second = site.network.wire.sent
        self.assertEqual((b"[3", b"[2"), (first[:2], second[:2]))
