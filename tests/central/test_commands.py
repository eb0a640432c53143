"""
Commands: what is refused, what is sent, in which order, and how each one ends.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.calling import AnswerInvalid
from ocppgw.central.commanding.errands import ERRANDS
from ocppgw.model import commands as c, facts as f
from ocppgw.model.outcomes import Answered, Outcome, Refusal, Refused
from ocppgw.model.records import Settings
from ocppgw.v16 import messages as m
from tests.central.support_outgoing import NODE, Site, always, readySite, refusing


def refusal(outcomes: list[Outcome]) -> Refusal | None:
    """Why the only outcome is a refusal."""
    (outcome,) = outcomes
    return outcome.refusal if isinstance(outcome, Refused) else None


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


class RefusalTests(SynchronousTestCase):
    """What is refused before anything is sent."""

    def assertRefused(self, site: Site, action: c.Action, expected: Refusal) -> None:
        """A command is refused at once, nothing is sent, and LastCommand says so."""
        number = site.record.lastCommand.number
        self.assertEqual(refusal(site.issue(action)), expected)
        self.assertEqual(site.caller.sent, [])
        self.assertEqual(site.record.lastCommand.number, number + 1)
        self.assertEqual(site.record.lastCommand.status, expected.value)
        self.assertEqual(site.record.commandsWaiting, 0)

    def test_notConnected(self) -> None:
        """A charge point without a link cannot be commanded."""
        self.assertRefused(Site(), c.ClearCache(), Refusal.notConnected)

    def test_notEnabled(self) -> None:
        """One that was disabled cannot, connected or not."""
        site = readySite()
        site.recorder.note(NODE, f.SettingsChanged(Settings(enabled=False), site.now()))
        self.assertRefused(site, c.ClearCache(), Refusal.notEnabled)

    def test_unknownChargePoint(self) -> None:
        """A node name that nobody knows is told so."""
        outcomes = readySite().issue(c.ClearCache(), nodeName="nobody")
        self.assertEqual(refusal(outcomes), Refusal.unknownTarget)

    def test_pending(self) -> None:
        """While Pending no remote session may be begun or ended; the rest goes."""
        for action in (c.RemoteStart(1, "A"), c.RemoteStop(transactionId=1)):
            site = readySite()
            site.boot("Pending")
            site.clock.advance(1)
            self.assertRefused(site, action, Refusal.notAllowedNow)
        site.issue(c.GetConfiguration())
        self.assertEqual(len(site.caller.sent), 1)

    def test_rejected(self) -> None:
        """While Rejected nothing is sent at all."""
        for action, _ in CASES:
            site = readySite()
            site.boot("Rejected")
            site.clock.advance(1)
            self.assertRefused(site, action, Refusal.notAllowedNow)

    def test_noTransaction(self) -> None:
        """RemoteStop of a connector where nothing runs makes no sense now."""
        self.assertRefused(readySite(), c.RemoteStop(connectorId=1), Refusal.notAllowedNow)

    def test_arguments(self) -> None:
        """What OCPP does not allow is refused, and the argument is named."""
        for action, argument in (
            (c.Reset("Warm"), "type"),
            (c.UnlockConnector(0), "connectorId"),
            (c.RemoteStart(0, "A"), "connectorId"),
            (c.RemoteStart(1, "A" * 21), "idTag"),
            (c.ChangeAvailability(-1, "Operative"), "connectorId"),
            (c.ChangeAvailability(1, "Broken"), "type"),
            (c.TriggerMessage("Weather"), "requestedMessage"),
            (c.TriggerMessage("Heartbeat", -2), "connectorId"),
            (c.GetConfiguration(("K" * 51,)), "keys"),
            (c.ChangeConfiguration("", "1"), "key"),
            (c.ChangeConfiguration("K" * 51, "1"), "key"),
            (c.ChangeConfiguration("K", "v" * 501), "value"),
            (c.DataTransfer(""), "vendorId"),
            (c.DataTransfer("v" * 256), "vendorId"),
            (c.DataTransfer("v", "m" * 51), "messageId"),
        ):
            site = readySite()
            (outcome,) = site.issue(action)
            assert isinstance(outcome, Refused), action
            self.assertEqual(
                (outcome.refusal, outcome.argument), (Refusal.invalidArgument, argument)
            )
            self.assertEqual(site.caller.sent, [])

    def test_tooMany(self) -> None:
        """One command runs and 32 wait; the next one is too many."""
        site = readySite()
        taken = [site.issue(c.ClearCache()) for _ in range(33)]
        self.assertEqual(refusal(site.issue(c.ClearCache())), Refusal.tooMany)
        self.assertEqual([outcomes for outcomes in taken if outcomes], [])
        self.assertEqual(site.record.commandsWaiting, 33)


class OrderTests(SynchronousTestCase):
    """Who goes when."""

    def test_oneByOne(self) -> None:
        """Commands to one charge point run one after another, in the order given."""
        site = readySite()
        site.issue(c.ClearCache())
        site.issue(c.Reset("Hard"))
        self.assertEqual(site.caller.requests(), [m.ClearCacheRequest()])
        site.caller.sent[0].end(m.ClearCacheConfirmation(status="Accepted"))
        self.assertEqual(
            site.caller.requests(), [m.ClearCacheRequest(), m.ResetRequest(type="Hard")]
        )

    def test_chargePointsAreIndependent(self) -> None:
        """A charge point that does not answer holds up no other."""
        site = readySite()
        site.add("CP2")
        site.connect("CP2")
        site.report(1, nodeName="CP2")
        site.caller.sent.clear()
        site.caller.script[m.ResetRequest] = always("Accepted", m.ResetConfirmation)
        first = site.issue(c.ClearCache())
        second = site.issue(c.Reset("Hard"), nodeName="CP2")
        self.assertEqual((first, second), ([], [Answered("Accepted")]))

    def test_issuedWhileAnotherEnds(self) -> None:
        """A command given in when another ends never gets stuck."""
        site = readySite()
        site.caller.script[m.ResetRequest] = always("Accepted", m.ResetConfirmation)
        second: list[Outcome] = []
        first = site.outgoing.commands.issue(
            c.Command(NODE, "ClearCache", c.ClearCache(), "operator")
        )
        first.addCallback(lambda _: second.extend([*site.issue(c.Reset("Soft"))]))
        site.caller.sent[0].end(m.ClearCacheConfirmation(status="Accepted"))
        self.assertEqual(len(site.caller.sent), 2)
        self.assertEqual(site.record.commandsWaiting, 0)

    def test_peopleGoFirst(self) -> None:
        """A command waits for the background Call that is out, and for no other."""
        site = Site(readConfiguration="all")
        site.connect()
        site.boot()
        site.clock.advance(0)
        self.assertEqual(site.caller.requests(), [m.GetConfigurationRequest()])
        outcomes = site.issue(c.ClearCache())
        site.caller.script[m.ClearCacheRequest] = always("Accepted", m.ClearCacheConfirmation)
        site.caller.sent[0].end(m.GetConfigurationConfirmation())
        self.assertEqual(outcomes, [Answered("Accepted")])
        self.assertEqual(
            [type(request) for request in site.caller.requests()],
            [m.GetConfigurationRequest, m.ClearCacheRequest, m.TriggerMessageRequest],
        )


class EndTests(SynchronousTestCase):
    """Every command ends, and in time."""

    def test_timeOut(self) -> None:
        """A Call that is not answered within callTimeout ends the command."""
        site = readySite()
        outcomes = site.issue(c.ClearCache())
        site.clock.advance(29.9)
        self.assertEqual(outcomes, [])
        site.clock.advance(0.2)
        self.assertEqual(refusal(outcomes), Refusal.timedOut)

    def test_ownDeadline(self) -> None:
        """A shorter deadline of the command counts, a longer one does not."""
        for deadline, ends in ((3.0, 3.0), (300.0, 30.0)):
            site = readySite()
            outcomes = site.issue(c.ClearCache(), deadline=deadline)
            self.assertEqual(site.caller.sent[0].timeout, ends)
            site.clock.advance(ends)
            self.assertEqual(refusal(outcomes), Refusal.timedOut)

    def test_theDeadlineCoversWaiting(self) -> None:
        """A command that waited too long is never sent."""
        site = readySite()
        site.issue(c.ClearCache())
        outcomes = site.issue(c.Reset("Hard"), deadline=5.0)
        site.clock.advance(5)
        self.assertEqual(refusal(outcomes), Refusal.timedOut)
        site.caller.sent[0].end(m.ClearCacheConfirmation(status="Accepted"))
        self.assertEqual(site.caller.requests(), [m.ClearCacheRequest()])

    def test_theDeadlineCoversABusyLink(self) -> None:
        """A command that ended while the link was busy with something else is not sent later."""
        site = Site(readConfiguration="all")
        site.connect()
        site.boot()
        site.clock.advance(0)
        site.boot()
        outcomes = site.issue(c.Reset("Hard"), deadline=5.0)
        site.clock.advance(5)
        self.assertEqual(refusal(outcomes), Refusal.timedOut)
        site.caller.sent[0].end(m.GetConfigurationConfirmation())
        site.clock.advance(60)
        self.assertEqual(site.caller.requests(m.ResetRequest), [])

    def test_theNextGoesAfterATimeOut(self) -> None:
        """One that was not answered does not block the line."""
        site = readySite()
        site.issue(c.ClearCache(), deadline=5.0)
        outcomes = site.issue(c.Reset("Hard"))
        site.caller.script[m.ResetRequest] = always("Accepted", m.ResetConfirmation)
        site.clock.advance(5)
        self.assertEqual(outcomes, [Answered("Accepted")])

    def test_linkLost(self) -> None:
        """When the link goes, the running command and those that wait end at once."""
        site = readySite()
        taken = [site.issue(c.ClearCache()) for _ in range(3)]
        site.lose()
        self.assertEqual([refusal(one) for one in taken], [Refusal.connectionLost] * 3)
        self.assertEqual(site.record.commandsWaiting, 0)
        self.assertEqual(len(site.caller.sent), 1)

    def test_linkReplaced(self) -> None:
        """Commands meant for a link that was replaced end, too."""
        site = readySite()
        outcomes = site.issue(c.ClearCache())
        waiting = site.issue(c.ClearCache())
        site.caller.drop(NODE)
        site.connect()
        self.assertEqual(refusal(outcomes), Refusal.connectionLost)
        self.assertEqual(refusal(waiting), Refusal.connectionLost)

    def test_stop(self) -> None:
        """At the gateway's stop all commands end, and no more are taken in."""
        site = readySite()
        taken = [site.issue(c.ClearCache()) for _ in range(3)]
        site.outgoing.stop()
        self.assertEqual([refusal(one) for one in taken], [Refusal.stopping] * 3)
        self.assertEqual(refusal(site.issue(c.ClearCache())), Refusal.stopping)
        site.caller.drop(NODE)
        self.assertEqual(site.clock.getDelayedCalls(), [])

    def test_cancelled(self) -> None:
        """Whoever gave a command in may lose interest; the line goes on."""
        site = readySite()
        site.issue(c.ClearCache())
        command = c.Command(NODE, "HardReset", c.Reset("Hard"), "operator")
        waiting = site.outgoing.commands.issue(command)
        waiting.cancel()
        self.assertEqual(refusal([self.successResultOf(waiting)]), Refusal.failed)
        site.caller.sent[0].end(m.ClearCacheConfirmation(status="Accepted"))
        self.assertEqual(site.caller.requests(), [m.ClearCacheRequest()])

    def test_aMistakeOfOurs(self) -> None:
        """A mistake of the gateway ends the command as failed, and is logged."""
        site = readySite()
        site.caller.script[m.ClearCacheRequest] = lambda _: ZeroDivisionError()
        self.assertEqual(refusal(site.issue(c.ClearCache())), Refusal.failed)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)


class AuditTests(SynchronousTestCase):
    """What is written about commands."""

    def test_lastCommand(self) -> None:
        """How a command ended, and whose it was, shows in LastCommand and in the store."""
        site = readySite()
        site.caller.script[m.ResetRequest] = always("Rejected", m.ResetConfirmation)
        site.issue(c.Reset("Hard"), name="HardReset")
        last = site.record.lastCommand
        self.assertEqual(
            (last.name, last.status, last.detail, last.user),
            ("HardReset", "Rejected", "", "operator"),
        )
        (fact,) = site.facts(f.CommandEnded)
        self.assertEqual((fact.arguments, fact.origin, fact.queued), ("type=Hard", "opcua", True))

    def test_waitingIsCounted(self) -> None:
        """CommandsWaiting counts commands that have not ended, the running one included."""
        site = readySite()
        site.issue(c.ClearCache())
        site.issue(c.ClearCache())
        self.assertEqual(site.record.commandsWaiting, 2)
        site.caller.sent[0].end(m.ClearCacheConfirmation(status="Accepted"))
        self.assertEqual(site.record.commandsWaiting, 1)

    def test_secretsAreMasked(self) -> None:
        """A new AuthorizationKey is in no audit entry and in no record."""
        secret = "00112233445566778899aabbccddeeff"
        site = readySite()
        site.caller.script[m.ChangeConfigurationRequest] = always(
            "Accepted", m.ChangeConfigurationConfirmation
        )
        outcomes = site.issue(c.ChangeConfiguration("AuthorizationKey", secret))
        self.assertEqual(outcomes, [Answered("Accepted")])
        self.assertNotIn(secret, repr(site.store.committed) + repr(site.record))
        self.assertEqual(site.facts(f.CommandEnded)[0].arguments, "key=AuthorizationKey value=***")

    def test_argumentsAreBounded(self) -> None:
        """Long arguments cannot make the audit trail grow without bound."""
        site = readySite()
        site.issue(c.DataTransfer("acme", None, "x" * 100_000))
        site.outgoing.stop()
        (fact,) = site.facts(f.CommandEnded)
        self.assertLessEqual(len(fact.arguments), 200)
