"""Tests of the error codes."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.ocppj.errorcodes import ERROR_CODES, understand


class Spellings(SynchronousTestCase):
    """One meaning, several spellings."""

    def test_ourSpelling(self) -> None:
        """The ten codes are spelled as 1.6 spells them, oddities included."""
        self.assertEqual(len(ERROR_CODES), 10)
        self.assertIn("OccurenceConstraintViolation", ERROR_CODES)
        self.assertIn("FormationViolation", ERROR_CODES)

    def test_understood(self) -> None:
        """Each of ours means itself, and later spellings are understood."""
        for code in ERROR_CODES:
            self.assertEqual(understand(code), code)
        for later, ours in (
            ("FormatViolation", "FormationViolation"),
            ("OccurrenceConstraintViolation", "OccurenceConstraintViolation"),
            ("RpcFrameworkError", "FormationViolation"),
            ("MessageTypeNotSupported", "NotSupported"),
            (" notimplemented ", "NotImplemented"),
        ):
            self.assertEqual(understand(later), ours)

    def test_unknown(self) -> None:
        """What nobody knows is a GenericError."""
        self.assertEqual(understand("Oops"), "GenericError")
