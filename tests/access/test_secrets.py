"""Tests of how secrets are held, hashed, compared and made."""

from __future__ import annotations

import pickle

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.secrets import (
    ALPHABET,
    KEY_LENGTH,
    USER_COST,
    Cost,
    PasswordHash,
    Secret,
    hashPassword,
    randomPassword,
    scrypt,
)

SALT = bytes(range(16))
CHEAP = Cost(10)


def quickHasher(password: bytes, salt: bytes, cost: Cost) -> bytes:
    """Tells passwords, salts and costs apart, and costs nothing."""
    return (password + salt + bytes([cost.exponent])).ljust(KEY_LENGTH, b"\0")


class SecretTests(SynchronousTestCase):
    """A secret is not seen by accident."""

    def test_neverShown(self) -> None:
        """Whatever way a log or a traceback turns a secret into text, the text is not in it."""
        secret = Secret("open sesame")
        for text in [repr(secret), str(secret), f"{secret}", f"{secret:>20}", f"{[secret]}"]:
            self.assertNotIn("sesame", text)
        self.assertEqual(secret.reveal(), "open sesame")

    def test_neverPickled(self) -> None:
        """A secret does not leave the process in a pickle."""
        self.assertRaises(TypeError, pickle.dumps, Secret("x"))

    @given(st.text(), st.text())
    def test_equality(self, one: str, other: str) -> None:
        """Secrets are equal exactly when their texts are, and never equal to a text."""
        self.assertEqual(Secret(one) == Secret(other), one == other)
        self.assertNotEqual(Secret(one), one)
        self.assertEqual(hash(Secret(one)), hash(Secret(one)))

    def test_loneSurrogates(self) -> None:
        """Text that is not valid Unicode is compared like any other."""
        self.assertNotEqual(Secret("\ud800"), Secret("\ud801"))


class PasswordHashTests(SynchronousTestCase):
    """The line of text that a password hash is kept as."""

    @given(
        st.integers(10, 17),
        st.integers(1, 8),
        st.integers(1, 16),
        st.binary(min_size=9, max_size=64),
        st.binary(min_size=17, max_size=64),
    )
    def test_roundTrip(self, exponent: int, r: int, p: int, salt: bytes, key: bytes) -> None:
        """What is written is read back as it was."""
        made = PasswordHash(Cost(exponent, r, p), salt, key)
        self.assertEqual(PasswordHash.parse(made.text), made)

    @given(st.text() | st.from_regex(r"\$scrypt\$ln=\d+,r=\d+,p=\d+\$[A-Za-z0-9+/]+\$.+"))
    def test_anythingElse(self, text: str) -> None:
        """Any other text is a ValueError that does not repeat it, for it may be a password."""
        try:
            made = PasswordHash.parse(text)
        except ValueError as error:
            self.assertTrue(len(text) < 6 or text not in str(error))
        else:
            self.assertEqual(PasswordHash.parse(made.text), made)

    def test_refusedCosts(self) -> None:
        """A cost that protects nothing, or that would take the machine's memory, is refused."""
        tail = "$c2FsdHNhbHRzYWx0c2FsdA$c2FsdHNhbHRzYWx0c2FsdA"
        for cost in ["ln=9,r=8,p=1", "ln=21,r=1,p=1", "ln=20,r=8,p=1", "ln=15,r=0,p=1"]:
            error = self.assertRaises(ValueError, PasswordHash.parse, f"$scrypt${cost}{tail}")
            self.assertIn("cost", str(error))

    def test_impossibleBase64(self) -> None:
        """A salt that lost a character is refused, not guessed."""
        text = "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHRzYWx0c$c2FsdHNhbHRzYWx0c2FsdA"
        self.assertRaises(ValueError, PasswordHash.parse, text)

    def test_shape(self) -> None:
        """The text is in the PHC string format, so that other tools can make and read it."""
        made = PasswordHash(USER_COST, b"salt" * 4, b"key." * 8)
        self.assertEqual(
            made.text,
            "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA"
            "$a2V5LmtleS5rZXkua2V5LmtleS5rZXkua2V5LmtleS4",
        )

    def test_reprShowsNothing(self) -> None:
        """Neither salt nor key is seen in a repr."""
        self.assertNotIn("salt", repr(PasswordHash(USER_COST, b"salt" * 4, b"key." * 8)))


class VerifyTests(SynchronousTestCase):
    """Whether a password is the one that was hashed."""

    @given(st.text(max_size=8), st.text(max_size=8))
    def test_verify(self, right: str, tried: str) -> None:
        """Only the password that was hashed is right."""
        made = hashPassword(Secret(right), SALT, quickHasher)
        self.assertEqual(
            made.verify(Secret(tried), quickHasher), right.rstrip("\0") == tried.rstrip("\0")
        )

    def test_costOfUsers(self) -> None:
        """Users' passwords are hashed with n=2^15, r=8, p=1: 32 MiB each."""
        made = hashPassword(Secret("x"), SALT, quickHasher)
        self.assertEqual((made.cost.n, made.cost.r, made.cost.p), (32768, 8, 1))

    def test_scrypt(self) -> None:
        """The hasher is scrypt itself: the third vector of RFC 7914 section 12, its first half."""
        key = scrypt(b"pleaseletmein", b"SodiumChloride", Cost(14))
        self.assertEqual(
            key.hex(), "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
        )

    def test_scryptHasEnoughMemory(self) -> None:
        """Users' cost is within what the hasher lets scrypt use; a real hash verifies."""
        made = hashPassword(Secret("open sesame"), SALT, scrypt)
        self.assertTrue(PasswordHash.parse(made.text).verify(Secret("open sesame"), scrypt))
        cheap = hashPassword(Secret("open sesame"), SALT, scrypt, CHEAP)
        self.assertFalse(cheap.verify(Secret("open Sesame"), scrypt))


class RandomPasswordTests(SynchronousTestCase):
    """Passwords that the gateway makes."""

    def test_alphabet(self) -> None:
        """There are 32 different characters, none of which is taken for another."""
        self.assertEqual(len(set(ALPHABET)), 32)
        self.assertFalse(set(ALPHABET) & set("01ilIO"))

    @given(st.binary(min_size=20, max_size=20))
    def test_fromRandomness(self, data: bytes) -> None:
        """Each random byte chooses one of 20 characters, which stand in four groups of five."""
        text = randomPassword(lambda length: data[:length]).reveal()
        self.assertEqual([len(group) for group in text.split("-")], [5, 5, 5, 5])
        self.assertEqual(
            [ALPHABET.index(letter) for letter in text if letter != "-"],
            [byte % 32 for byte in data],
        )
