"""Tests of reading certificates that strangers send."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.security.certificates import Certificate
from ocppgw.uaserver.security.chains import Trust, judge
from ocppgw.uaserver.security.refusals import SecurityRefused
from tests.uaserver.pki import BEGIN, CLIENT_URI, holder


class CertificateTests(SynchronousTestCase):
    def test_content(self) -> None:
        """A certificate tells its ApplicationUri, its key's length and its name."""
        found = Certificate.received(holder().der)
        self.assertEqual(found.uris, (CLIENT_URI,))
        self.assertEqual((found.keyBits, found.commonName), (2048, "scada"))
        self.assertEqual(found.companions, ())

    def test_chain(self) -> None:
        """The first one of several counts; the others are its companions."""
        found = Certificate.received(holder().der + holder("other").der)
        self.assertEqual(found.der, holder().der)
        self.assertEqual([each.der for each in found.companions], [holder("other").der])

    def test_nonsense(self) -> None:
        """Nothing, noise, a torn certificate and an endless chain are refused."""
        der = holder().der
        for data in (None, b"", b"0", b"noise" * 20, der[:-1], der + b"0", der * 9):
            self.assertRaises(SecurityRefused, Certificate.received, data)

    @given(st.binary(max_size=200))
    @settings(deadline=None, max_examples=100)
    def test_anyBytes(self, data: bytes) -> None:
        """No bytes do worse than being refused."""
        self.assertRaises(SecurityRefused, Certificate.received, data)

    def test_tornNames(self) -> None:
        """One whose names cannot be read is refused when it comes, not when they are needed."""
        der, name = holder().der, holder().content.subject.public_bytes()
        issuer, subject = der.index(name), der.rindex(name)
        self.assertLess(issuer, subject)
        for place in (issuer, subject):
            data = bytearray(der)
            data[place + name.rindex(b"\x0c")] = 0x0D  # No kind of text that there is.
            self.assertRaises(SecurityRefused, Certificate.received, bytes(data))

    @given(st.integers(0, len(holder().der) - 1), st.integers(1, 255))
    @settings(deadline=None, max_examples=200)
    def test_changedAnywhere(self, place: int, bits: int) -> None:
        """A trusted certificate of which one byte was changed is refused, and nothing else."""
        data = bytearray(holder().der)
        data[place] ^= bits
        trust = Trust(frozenset({Certificate(holder().der)}))
        with self.assertRaises(SecurityRefused):
            judge(Certificate.received(bytes(data)), trust, BEGIN)
