"""Tests of telling keys that hold secrets."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.secretkeys import WORDS, isSecret


class SecretKeyTests(SynchronousTestCase):
    """Keys of charge points."""

    def test_known(self) -> None:
        """Keys of the specification and of vendors that hold a secret, and some that do not."""
        for key in ("AuthorizationKey", "AUTHORIZATIONKEY", "WifiPassword", "AcmeApiToken"):
            self.assertTrue(isSecret(key), key)
        for key in ("WebSocketPingInterval", "LocalPreAuthorize", ""):
            self.assertFalse(isSecret(key), key)

    @given(st.text(), st.sampled_from(WORDS), st.text())
    def test_anywhere(self, before: str, word: str, behind: str) -> None:
        """A word counts wherever it stands, and in whatever case."""
        self.assertTrue(isSecret(before + word.title() + behind))
