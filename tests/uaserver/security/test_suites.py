"""Tests of the offered policies and of secrets under them."""

from __future__ import annotations

from hypothesis import given, settings, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.security.suites import BASIC256SHA256, SUITES, Suite, suiteOf
from ocppgw.uaserver.security.usertokens import WrongSecret, decrypted
from tests.uaserver.pki import keyOf

NONCE = bytes(range(32))
KEY = keyOf("server")


def encrypted(suite: Suite, content: bytes) -> bytes:
    """What a client makes of a secret, in as many blocks as it takes."""
    size = 256 - suite.overhead
    parts = [content[at : at + size] for at in range(0, len(content), size)]
    return b"".join(suite.encrypt(KEY.public_key(), part) for part in parts)


def secretOf(password: bytes, nonce: bytes = NONCE) -> bytes:
    """A secret before its encryption."""
    return len(password + nonce).to_bytes(4, "little") + password + nonce


class SuiteTests(SynchronousTestCase):
    def test_names(self) -> None:
        """Three policies are offered; the deprecated ones are not known at all."""
        begin = "http://opcfoundation.org/UA/SecurityPolicy#"
        for name in ("Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss"):
            found = suiteOf(begin + name)
            assert found is not None
            self.assertEqual(found.name, name)
        for name in ("None", "Basic256", "Basic128Rsa15"):
            self.assertIsNone(suiteOf(begin + name))

    def test_signatures(self) -> None:
        """A signature fits what was signed, by that key under that policy, and nothing else."""
        other = keyOf("other").public_key()
        for suite in SUITES:
            signature = suite.sign(KEY, b"data")
            self.assertTrue(suite.verify(KEY.public_key(), b"data", signature))
            self.assertFalse(suite.verify(KEY.public_key(), b"Data", signature))
            self.assertFalse(suite.verify(other, b"data", signature))
            self.assertFalse(suite.verify(KEY.public_key(), b"data", b""))
            others = [each for each in SUITES if each.isPss != suite.isPss]
            self.assertFalse(others[0].verify(KEY.public_key(), b"data", signature))

    def test_levels(self) -> None:
        """No two policies are equally recommended."""
        self.assertEqual(len({suite.level for suite in SUITES}), len(SUITES))


class SecretTests(SynchronousTestCase):
    def test_password(self) -> None:
        """The password comes out as it went in, also a long one, under every policy."""
        for suite in SUITES:
            for password in (b"", b"secret", "gr\N{LATIN SMALL LETTER U WITH DIAERESIS}n".encode(),
                             b"x" * 600):  # fmt: skip
                data = encrypted(suite, secretOf(password))
                self.assertEqual(decrypted(suite, KEY, data, NONCE), password)

    def test_padding(self) -> None:
        """Clients may fill the last block."""
        data = encrypted(BASIC256SHA256, secretOf(b"secret") + bytes(20))
        self.assertEqual(decrypted(BASIC256SHA256, KEY, data, NONCE), b"secret")

    def test_wrongNonce(self) -> None:
        """A secret made for another nonce is refused, however it is wrong."""
        for nonce in (b"", NONCE[:-1], bytes(32), NONCE + b"\0", NONCE[1:] + b"\0"):
            data = encrypted(BASIC256SHA256, secretOf(b"secret", nonce))
            self.assertRaises(WrongSecret, decrypted, BASIC256SHA256, KEY, data, NONCE)

    def test_wrongLength(self) -> None:
        """A length that does not fit is refused."""
        for plain in (b"", b"\1", secretOf(b"x")[:-1], b"\xff\xff\xff\xff" + NONCE,
                      b"\0\0\0\0" + NONCE):  # fmt: skip
            data = encrypted(BASIC256SHA256, plain)
            self.assertRaises(WrongSecret, decrypted, BASIC256SHA256, KEY, data, NONCE)

    def test_anotherPolicy(self) -> None:
        """What was encrypted under one policy is not read under another."""
        data = encrypted(SUITES[2], secretOf(b"secret"))
        self.assertRaises(WrongSecret, decrypted, BASIC256SHA256, KEY, data, NONCE)

    def test_tooLong(self) -> None:
        """More blocks than any password needs are not even decrypted."""
        self.assertRaises(WrongSecret, decrypted, BASIC256SHA256, KEY, bytes(256 * 9), NONCE)

    @given(st.binary(max_size=600))
    @settings(deadline=None, max_examples=50)
    def test_anyBytes(self, data: bytes) -> None:
        """No bytes do worse than being refused."""
        self.assertRaises(WrongSecret, decrypted, BASIC256SHA256, KEY, data, NONCE)
