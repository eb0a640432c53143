"""
How requests are written into the audit trail.
"""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.administering.audit import argumentsText, bounded, ended
from ocppgw.model import commands as c
from ocppgw.model.outcomes import Answered, Refusal, Refused

NOW = datetime(2026, 5, 4, tzinfo=UTC)


class AuditTests(SynchronousTestCase):
    """What an entry says."""

    def test_arguments(self) -> None:
        """Arguments are named; what was left out is not there."""
        self.assertEqual(argumentsText(c.RemoteStart(1, "A")), "connectorId=1 idTag=A")
        self.assertEqual(argumentsText(c.RemoteStart(None, "A")), "idTag=A")
        self.assertEqual(argumentsText(c.GetConfiguration(("A", "B"))), "keys=A,B")
        self.assertEqual(argumentsText(c.ClearCache()), "")

    def test_secretKeys(self) -> None:
        """Values of keys that sound secret are masked; others are shown."""
        for key in ("AuthorizationKey", "AUTHORIZATIONKEY", "WifiPassword", "AcmeApiToken"):
            self.assertEqual(
                argumentsText(c.ChangeConfiguration(key, "s3cret")), f"key={key} value=***"
            )
        for key in ("WebSocketPingInterval", "LocalPreAuthorize"):
            self.assertEqual(argumentsText(c.ChangeConfiguration(key, "3")), f"key={key} value=3")

    @given(st.text(), st.text(), st.text())
    def test_bounded(self, vendor: str, message: str, data: str) -> None:
        """Whatever the arguments, the text stays short."""
        text = argumentsText(c.DataTransfer(vendor * 50, message * 50, data * 50))
        self.assertLessEqual(len(text), 200)

    def test_cutsAreSeen(self) -> None:
        """A text that was cut ends in an ellipsis, one that fits is as it was."""
        self.assertEqual(bounded("abcdef", 4), "abc\N{HORIZONTAL ELLIPSIS}")
        self.assertEqual(bounded("abcd", 4), "abcd")

    def test_outcomes(self) -> None:
        """An answer shows its word, a refusal ours and its sentence."""
        command = c.Command("CP1", "HardReset", c.Reset("Hard"), "anna", origin="web")
        entry = ended(command, Answered("Rejected"), NOW, NOW)
        self.assertEqual(
            (entry.name, entry.status, entry.detail, entry.user, entry.origin, entry.at),
            ("HardReset", "Rejected", "", "anna", "web", NOW),
        )
        entry = ended(command, Refused(Refusal.timedOut, "no answer"), NOW)
        self.assertEqual(
            (entry.status, entry.detail, entry.queuedAt), ("timedOut", "no answer", None)
        )
