"""Tests of what becomes of clients that are trusted no more."""

from __future__ import annotations

from tests.uaserver.pki import authority, holder
from tests.uaserver.security.client import SecureClient
from tests.uaserver.security.test_channels import TEXT, SecureCase


class DistrustTests(SecureCase):
    """The trust list changed while channels are open."""

    def test_onlyTheDistrusted(self) -> None:
        """
        The channel of who is trusted no more ends, with its session's requests; others serve on.
        """
        other = holder("other")
        self.trust(other)
        stays = SecureClient(self.world, other, host="127.0.0.1").begin()
        stays.createSession()
        stays.activate()
        unsecured = self.world.client()
        goes = self.session()
        self.forget(holder())
        self.world.core.judgeAgain()
        goes.collect()
        self.assertEqual(goes.ended, "BadSecurityChecksFailed")
        for one in (stays, unsecured):
            self.assertEqual(one.read(TEXT).Value.Value, "text")
        self.assertEqual(len(self.world.core.connections), 2)

    def test_sessions(self) -> None:
        """
        Sessions of who is trusted no more end with their subscriptions, also one that has no
        channel now: whoever is trusted again later has to begin anew.
        """
        other = holder("other")
        self.trust(other)
        stays = SecureClient(self.world, other, host="127.0.0.1").begin()
        stays.createSession()
        stays.activate()
        self.session()
        self.session().lose()
        core = self.world.core
        self.assertEqual([one.channel is None for one in core.sessions.all()], [False, False, True])
        self.forget(holder())
        core.judgeAgain()
        self.assertEqual([one.clientCertificate for one in core.sessions.all()], [other.der])
        self.assertEqual(stays.read(TEXT).Value.Value, "text")
        self.trust(holder())
        core.judgeAgain()
        self.assertEqual(len(core.sessions), 1)

    def test_authority(self) -> None:
        """Who was trusted for an authority goes with it."""
        root = authority("root")
        self.trust(root)
        client = self.client(holder("member", root))
        self.assertEqual(client.ended, "")
        self.forget(root)
        self.world.core.judgeAgain()
        client.collect()
        self.assertEqual(client.ended, "BadSecurityChecksFailed")

    def test_nothingChanged(self) -> None:
        """Nobody notices that they were judged; nor does who has no channel yet."""
        secured = self.session()
        greeting = self.world.dial()
        self.world.core.judgeAgain()
        self.assertEqual(secured.read(TEXT).Value.Value, "text")
        self.assertFalse(greeting.transport.isClosing)
