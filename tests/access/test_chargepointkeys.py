"""Passwords of charge points."""

from __future__ import annotations

import base64
import os

from hypothesis import given, settings, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access import chargepointkeys as keys
from ocppgw.access.secrets import Cost, PasswordHash, Secret, scrypt


def basic(raw: bytes) -> str:
    return "Basic " + base64.b64encode(raw).decode()


def quick(password: bytes, salt: bytes, cost: Cost) -> bytes:
    """A hasher that costs nothing."""
    return (salt + password).ljust(32, b"\0")


def chosen(text: str) -> PasswordHash:
    return keys.hashChosen(Secret(text), os.urandom, quick)


class BasicTests(SynchronousTestCase):
    """HTTP Basic, as bytes."""

    def test_C24_firstColon(self) -> None:
        """The password is bytes, and begins behind the first colon."""
        read = keys.readBasic(basic(b"CP1:\xff:\x00:x"))
        assert read is not None
        self.assertEqual((read.user, read.password), ("CP1", b"\xff:\x00:x"))

    def test_C24_specification(self) -> None:
        """The example of OCPP-J 1.6 section 6.2.2 is read as it is meant."""
        read = keys.readBasic("Basic QUwxMDAwOgABAgMEBQYH////////////////")
        assert read is not None
        self.assertEqual(read.user, "AL1000")
        self.assertEqual(read.password, bytes(range(8)) + b"\xff" * 12)

    def test_scheme(self) -> None:
        """The scheme is found in any case; other schemes and nonsense are no credentials."""
        self.assertIsNotNone(keys.readBasic("bAsIc " + base64.b64encode(b"a:b").decode()))
        for header in ("", "Bearer x", "Basic", "Basic %%%", basic(b"no colon")):
            self.assertIsNone(keys.readBasic(header), header)

    @given(st.text(max_size=80))
    def test_anything(self, header: str) -> None:
        """Nothing that a caller sends raises."""
        keys.readBasic(header)
        keys.readBasic("Basic " + header)

    def test_unseen(self) -> None:
        """No repr shows the password."""
        self.assertNotIn("secret", repr(keys.readBasic(basic(b"CP1:secret"))))


class GeneratedKeyTests(SynchronousTestCase):
    """Keys that we make."""

    def test_strong(self) -> None:
        """20 random bytes, as 40 hexadecimal digits, each time others."""
        one, two = (keys.generatedKey(os.urandom).reveal() for _ in range(2))
        self.assertRegex(one, "^[0-9a-f]{40}$")
        self.assertNotEqual(one, two)

    def test_C25_rawOrHex(self) -> None:
        """The key is accepted as raw bytes and as hex text in both cases, and nothing else is."""
        key = keys.generatedKey(os.urandom)
        text = key.reveal()
        kept = keys.hashGenerated(key, os.urandom)
        for sent in (text.encode(), text.upper().encode(), bytes.fromhex(text)):
            self.assertTrue(keys.verify(kept, sent, quick))
        for sent in (b"", text[:-2].encode(), text.encode() + b" ", bytes.fromhex(text)[:-1]):
            self.assertFalse(keys.verify(kept, sent, quick))

    def test_kept(self) -> None:
        """What is kept is a salted hash that survives as text and shows nothing."""
        key = keys.generatedKey(lambda count: b"\x01" * count)
        first, second = (keys.hashGenerated(key, os.urandom) for _ in range(2))
        self.assertNotEqual(first.text, second.text)
        self.assertEqual(keys.parseHash(first.text), first)
        self.assertNotIn(key.reveal(), first.text)
        self.assertEqual(repr(first), "GeneratedHash()")
        self.assertFalse(keys.isSlow(first))


class ChosenKeyTests(SynchronousTestCase):
    """Keys that people choose."""

    def test_scrypt(self) -> None:
        """They are kept as scrypt with n = 2^12, and survive as text."""
        kept = keys.hashChosen(Secret("open sesame"), os.urandom, scrypt)
        self.assertEqual(kept.cost.n, 4096)
        self.assertTrue(keys.verify(keys.parseHash(kept.text), b"open sesame", scrypt))
        self.assertFalse(keys.verify(kept, b"open Sesame", scrypt))
        self.assertTrue(keys.isSlow(kept))

    def test_C25_chosenHex(self) -> None:
        """A chosen key of hexadecimal digits is accepted as its bytes, too."""
        kept = chosen("00112233445566778899AABBCCDDEEFF")
        for sent in (
            b"00112233445566778899AABBCCDDEEFF",
            b"00112233445566778899aabbccddeeff",
            bytes.fromhex("00112233445566778899aabbccddeeff"),
        ):
            self.assertTrue(keys.verify(kept, sent, quick))

    def test_C26_short(self) -> None:
        """Short passwords work, and are told from long ones."""
        self.assertTrue(keys.verify(chosen("a"), b"a", quick))
        self.assertTrue(keys.isShort(b"fifteen bytes.."))
        self.assertFalse(keys.isShort(b"sixteen bytes..."))

    @settings(max_examples=60)
    @given(st.text(min_size=1, max_size=40), st.binary(max_size=45))
    def test_onlyItself(self, key: str, sent: bytes) -> None:
        """A key opens for itself; of other bytes only for those that its digits stand for."""
        try:
            text = key.encode()
        except UnicodeEncodeError:
            return
        kept = chosen(key)
        self.assertTrue(keys.verify(kept, text, quick))
        means = {text, text.lower()} | ({bytes.fromhex(key)} if _isHex(key) else set())
        if sent not in means and not (_isHex(key) and sent.lower() == text.lower()):
            self.assertFalse(keys.verify(kept, sent, quick))

    def test_badText(self) -> None:
        """A hash that cannot be read is a ValueError that does not show it."""
        for text in ("", "plain", "$sha256$00$11", "$sha256$" + "0" * 32 + "$" + "z" * 64):
            error = self.assertRaises(ValueError, keys.parseHash, text)
            self.assertTrue(not text or text not in str(error))


def _isHex(text: str) -> bool:
    return len(text) % 2 == 0 and all(c in "0123456789abcdefABCDEF" for c in text)
