"""Every row of the StatusCode table."""

from __future__ import annotations

from twisted.trial import unittest

from ocppgw.model.outcomes import Answered, Refusal, Refused
from ocppgw.uaserver.layout.outcomes import (
    REFUSALS,
    ofCommand,
    ofConfiguration,
    ofSetting,
    refused,
)
from tests.uaserver.layout.site import CODES


class Refusals(unittest.SynchronousTestCase):
    """Nobody answered, or with a CallError."""

    def test_table(self) -> None:
        """Each refusal has the promised StatusCode, for Writes as for Calls."""
        expected = {
            Refusal.notConnected: CODES.BadNoCommunication,
            Refusal.notEnabled: CODES.BadNoCommunication,
            Refusal.timedOut: CODES.BadTimeout,
            Refusal.connectionLost: CODES.BadConnectionClosed,
            Refusal.notAllowedNow: CODES.BadInvalidState,
            Refusal.notSupported: CODES.BadNotSupported,
            Refusal.callError: CODES.BadDeviceFailure,
            Refusal.invalidArgument: CODES.BadInvalidArgument,
            Refusal.tooMany: CODES.BadTooManyOperations,
            Refusal.locked: CODES.BadNotWritable,
            Refusal.unknownTarget: CODES.BadNotFound,
            Refusal.storeFailed: CODES.BadResourceUnavailable,
            Refusal.stopping: CODES.BadShutdown,
            Refusal.failed: CODES.BadInternalError,
        }
        self.assertEqual({each: code.value for each, code in REFUSALS.items()}, expected)
        for refusal in Refusal:
            outcome = Refused(refusal)
            for answer in (ofCommand, ofConfiguration, ofSetting, refused):
                self.assertEqual(answer(outcome).value, expected[refusal])


class Words(unittest.SynchronousTestCase):
    """The charge point answered; a Write has no output to carry its word."""

    def test_commands(self) -> None:
        """A negative word is BadInvalidState, any other Good."""
        for word, code in (
            ("Accepted", CODES.Good),
            ("Scheduled", CODES.Good),
            ("Unlocked", CODES.Good),
            ("Rejected", CODES.BadInvalidState),
            ("UnlockFailed", CODES.BadInvalidState),
            ("NotSupported", CODES.BadInvalidState),
            ("NotImplemented", CODES.BadInvalidState),
        ):
            self.assertEqual(ofCommand(Answered(word)).value, code, word)

    def test_configuration(self) -> None:
        """ChangeConfiguration's four words have a StatusCode each."""
        for word, code in (
            ("Accepted", CODES.Good),
            ("RebootRequired", CODES.GoodCompletesAsynchronously),
            ("NotSupported", CODES.BadNotSupported),
            ("Rejected", CODES.BadOutOfRange),
            ("Perhaps", CODES.BadDeviceFailure),
        ):
            self.assertEqual(ofConfiguration(Answered(word)).value, code, word)

    def test_B13_acceptedButNotChanged(self) -> None:
        """A change that was accepted and not found on reading it back is BadOutOfRange."""
        kept = Answered("Accepted", {"Value": "60", "Kept": True})
        dropped = Answered("Accepted", {"Value": "300", "Kept": False})
        later = Answered("RebootRequired", {"Value": "300", "Kept": False})
        self.assertEqual(ofConfiguration(kept).value, CODES.Good)
        self.assertEqual(ofConfiguration(dropped).value, CODES.BadOutOfRange)
        self.assertEqual(ofConfiguration(later).value, CODES.GoodCompletesAsynchronously)

    def test_settings(self) -> None:
        """A setting is Good once it is stored."""
        self.assertEqual(ofSetting(Answered("Stored")).value, CODES.Good)
