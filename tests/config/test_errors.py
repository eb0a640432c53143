"""Tests of the one line that an error is."""

from __future__ import annotations

import pickle

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.errors import ConfigurationError, oneLine


class ConfigurationErrorTests(SynchronousTestCase):
    """What a person sees."""

    def test_line(self) -> None:
        """File, key and message stand in this order."""
        error = ConfigurationError("a.toml", "ocpp.listen", "is missing")
        self.assertEqual(str(error), "a.toml: ocpp.listen: is missing")
        self.assertEqual((error.file, error.key, error.message), error.args)

    @given(st.text(), st.text(), st.text())
    def test_alwaysOneLine(self, file: str, key: str, message: str) -> None:
        """Whatever is in a name or a value, the line stays one and harms no terminal."""
        self.assertTrue(str(ConfigurationError(file, key, message)).isprintable())

    def test_pickles(self) -> None:
        """It survives the way between processes that test runners take."""
        error = pickle.loads(pickle.dumps(ConfigurationError("f", "k", "m")))
        self.assertEqual(str(error), "f: k: m")

    @given(st.text())
    def test_ordinaryTextStays(self, text: str) -> None:
        """What can be printed is not altered."""
        if text.isprintable():
            self.assertEqual(oneLine(text), text)
