"""
What each command sends, and what its answer means.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.commanding.errands import ERRANDS
from ocppgw.central.linking.calling import AnswerInvalid
from ocppgw.model import commands as c
from ocppgw.model.outcomes import Answered, Outcome, Refusal, Refused
from ocppgw.v16 import messages as m
from tests.central.support_outgoing import always, readySite, refusal, refusing


def _given(answer: Any, _: Any) -> Any:
    return answer


def answered(outcomes: list[Outcome]) -> Answered:
    """The only outcome, an answer."""
    (outcome,) = outcomes
    assert isinstance(outcome, Answered), outcome
    return outcome


CASES: tuple[tuple[Any, m.Message], ...] = (
    (c.ClearCache(), m.ClearCacheRequest()),
    (c.Reset("Soft"), m.ResetRequest(type="Soft")),
    (
        c.ChangeAvailability(0, "Inoperative"),
        m.ChangeAvailabilityRequest(connectorId=0, type="Inoperative"),
    ),
    (c.UnlockConnector(2), m.UnlockConnectorRequest(connectorId=2)),
    (
        c.RefreshStatus(1),
        m.TriggerMessageRequest(requestedMessage="StatusNotification", connectorId=1),
    ),
    (
        c.RefreshMeterValues(1),
        m.TriggerMessageRequest(requestedMessage="MeterValues", connectorId=1),
    ),
    (c.TriggerMessage("Heartbeat"), m.TriggerMessageRequest(requestedMessage="Heartbeat")),
    (
        c.DataTransfer("acme", "ping", "x"),
        m.DataTransferRequest(vendorId="acme", messageId="ping", data="x"),
    ),
    (c.GetConfiguration(("A", "", "B")), m.GetConfigurationRequest(key=("A", "B"))),
    (c.RefreshConfiguration(), m.GetConfigurationRequest()),
    (
        c.ChangeConfiguration("HeartbeatInterval", "60"),
        m.ChangeConfigurationRequest(key="HeartbeatInterval", value="60"),
    ),
    (
        c.RemoteStart(1, "ABC"),
        m.RemoteStartTransactionRequest(idTag="ABC", connectorId=1),
    ),
    (
        c.RemoteStart(None, ""),
        m.RemoteStartTransactionRequest(idTag="OCPPGW"),
    ),
    (c.RemoteStop(transactionId=7), m.RemoteStopTransactionRequest(transactionId=7)),
)


class RequestTests(SynchronousTestCase):
    """What each command sends."""

    def test_everyCommandSendsItsMessage(self) -> None:
        """Every kind of command becomes the message of OCPP that it is named after."""
        self.assertEqual({type(action) for action, _ in CASES}, set(ERRANDS))
        for action, request in CASES:
            site = readySite()
            site.issue(action)
            self.assertEqual(site.caller.requests(), [request], action)

    def test_B17_zeroMeansAllConnectors(self) -> None:
        """Connector 0 is sent for a StatusNotification only; elsewhere it is left out."""
        for action, connectorId in (
            (c.RefreshStatus(0), 0),
            (c.RefreshMeterValues(0), None),
            (c.TriggerMessage("MeterValues", 0), None),
            (c.TriggerMessage("StatusNotification", 0), 0),
        ):
            site = readySite()
            site.issue(action)
            self.assertEqual([r.connectorId for r in site.caller.requests()], [connectorId])

    def test_B17_statusOfZeroRejected(self) -> None:
        """Where connector 0 is rejected, the status of everything is asked for instead."""
        site = readySite()
        words = iter(("Rejected", "Accepted"))
        site.caller.script[m.TriggerMessageRequest] = lambda _: m.TriggerMessageConfirmation(
            status=next(words)
        )
        outcome = answered(site.issue(c.RefreshStatus(0)))
        self.assertEqual(outcome.status, "Accepted")
        self.assertEqual([r.connectorId for r in site.caller.requests()], [0, None])

    def test_remoteStopOfAConnector(self) -> None:
        """RemoteStop of a connector names the transaction that runs there."""
        site = readySite()
        site.begin(1, transactionId=41)
        site.issue(c.RemoteStop(connectorId=1))
        self.assertEqual(site.caller.requests(), [m.RemoteStopTransactionRequest(transactionId=41)])


class AnswerTests(SynchronousTestCase):
    """What becomes of answers."""

    def test_theWordIsGivenBack(self) -> None:
        """Whatever the charge point answers is an answer, a negative word too."""
        for word in ("Accepted", "Rejected"):
            site = readySite()
            site.caller.script[m.ClearCacheRequest] = always(word, m.ClearCacheConfirmation)
            self.assertEqual(site.issue(c.ClearCache()), [Answered(word)])

    def test_B22_fixedCable(self) -> None:
        """UnlockConnector answered NotSupported (a fixed cable) is a result, not a failure."""
        site = readySite()
        site.caller.script[m.UnlockConnectorRequest] = always(
            "NotSupported", m.UnlockConnectorConfirmation
        )
        self.assertEqual(site.issue(c.UnlockConnector(1)), [Answered("NotSupported")])

    def test_dataTransferGivesData(self) -> None:
        """DataTransfer gives back what the charge point sent, or an empty text."""
        for data, shown in (("abc", "abc"), (None, "")):
            site = readySite()
            answer = m.DataTransferConfirmation(status="Accepted", data=data)
            site.caller.script[m.DataTransferRequest] = partial(_given, answer)
            outcome = answered(site.issue(c.DataTransfer("acme")))
            self.assertEqual(dict(outcome.outputs), {"Data": shown})

    def test_B15_scheduledIsASuccess(self) -> None:
        """ChangeAvailability Accepted or Scheduled shows in Operative, Rejected does not."""
        for word, operative in (("Accepted", False), ("Scheduled", False), ("Rejected", True)):
            site = readySite()
            site.caller.script[m.ChangeAvailabilityRequest] = always(
                word, m.ChangeAvailabilityConfirmation
            )
            site.issue(c.ChangeAvailability(1, "Inoperative"))
            point = site.record.connectors[1].operative
            self.assertIsNotNone(point)
            self.assertEqual(point and point.value, operative, word)

    def test_callErrors(self) -> None:
        """NotImplemented and NotSupported mean not supported; the rest is told with its code."""
        for code, expected in (
            ("NotImplemented", Refusal.notSupported),
            ("NotSupported", Refusal.notSupported),
            ("InternalError", Refusal.callError),
            ("GenericError", Refusal.callError),
        ):
            site = readySite()
            site.caller.script[m.ClearCacheRequest] = refusing(code, "no way")
            self.assertEqual(site.issue(c.ClearCache()), [Refused(expected, f"{code}: no way")])

    def test_answerWithoutSense(self) -> None:
        """An answer that makes no sense is a failure of the device."""
        site = readySite()
        site.caller.script[m.ClearCacheRequest] = lambda _: AnswerInvalid("status missing")
        self.assertEqual(refusal(site.issue(c.ClearCache())), Refusal.callError)

    def test_longDescriptionsAreCut(self) -> None:
        """A CallError's description cannot make the audit trail grow without bound."""
        site = readySite()
        site.caller.script[m.ClearCacheRequest] = refusing("GenericError", "x" * 100_000)
        (outcome,) = site.issue(c.ClearCache())
        assert isinstance(outcome, Refused)
        self.assertLessEqual(len(outcome.detail), 200)
        self.assertLessEqual(len(site.record.lastCommand.detail), 200)
