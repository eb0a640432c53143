"""Tests of ``[web]``: which ways of listening are safe enough to be accepted."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.errors import ConfigurationError
from ocppgw.config.web import WebSection
from tests.config.support import read


class WebTests(SynchronousTestCase):
    """Where the console listens."""

    def web(self, lines: str) -> WebSection:
        return read(f"[web]\n{lines}").web

    def assertRefused(self, lines: str, key: str) -> None:
        error = self.assertRaises(ConfigurationError, self.web, lines)
        self.assertIn(f"web.{key}: ", str(error))

    def test_default(self) -> None:
        """Nothing said: this machine only, and not worth failing for."""
        made = WebSection()
        self.assertEqual(made.listen, "tcp:8080:interface=127.0.0.1")
        self.assertEqual((made.isOptional, made.isOpen, made.isSecure), (True, False, False))

    def test_loopback(self) -> None:
        """Every way to say loopback is accepted without TLS; it is asked for then."""
        for endpoint in (
            "tcp:0:interface=127.0.0.1",
            "tcp:0:interface=localhost",
            "tcp6:0:interface=\\\\:\\\\:1",
            "tcp:0:127.0.0.2",
            "none",
        ):
            made = self.web(f'endpoint = "{endpoint}"')
            self.assertFalse(made.isOptional)

    def test_open(self) -> None:
        """Other machines cannot connect without TLS, unless a proxy speaks it."""
        for endpoint in ("tcp:8080", "tcp:8080:interface=0.0.0.0", "tcp:8080:interface=box.lan"):
            self.assertRefused(f'endpoint = "{endpoint}"', "endpoint")
            self.assertTrue(self.web(f'endpoint = "{endpoint}"\nbehindProxy = true').isSecure)
            self.assertTrue(self.web(f'endpoint = "{endpoint}"\ncertificates = ["c"]').isSecure)

    def test_keys(self) -> None:
        """A key without a certificate, or several certificates, are a mistake."""
        self.assertRefused('keys = ["k"]', "keys")
        self.assertRefused('certificates = ["a", "b"]', "certificates")
        made = self.web('certificates = ["c.pem"]\nkeys = ["k.pem"]')
        self.assertEqual(
            [path.name for path in (*made.certificates, *made.keys)], ["c.pem", "k.pem"]
        )
        self.assertIsInstance(made.certificates[0], Path)
