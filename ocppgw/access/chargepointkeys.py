"""
Passwords of charge points: AuthorizationKey, as it is made, kept, and met on the wire.

Pure.  Whitepaper A00.FR.205: up to 20 bytes, written as up to 40 hexadecimal digits.  On the wire
some charge points send the bytes and some the digits (C25), and the bytes may be anything (C24).
So a key that reads as hexadecimal is kept by the hash of its digits in lower case.  A generated
key has so much randomness that one salted SHA-256 protects it; a chosen one takes scrypt, some
10 ms and 4 MiB, in a thread pool.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re

import attrs

from ocppgw.access.secrets import (
    SALT_LENGTH,
    Cost,
    Hasher,
    PasswordHash,
    Randomness,
    Secret,
    hashPassword,
)

CHOSEN_COST = Cost(12)
"""For passwords of charge points that people choose."""

GENERATED = 20
"""Random bytes of a generated key: what the Whitepaper allows, 40 digits of text."""

SHORT = 16
"""Bytes; the Whitepaper wants at least so many."""

LONGEST = 40
"""Characters of AuthorizationKey that a charge point has to take."""

_HEX = re.compile(rb"([0-9A-Fa-f]{2})+")
_SHAPE = re.compile(r"\$sha256\$([0-9a-f]{32})\$([0-9a-f]{64})")


@attrs.frozen
class Credentials:
    """What a caller sent with HTTP Basic; the password is in no repr."""

    user: str
    password: bytes = attrs.field(repr=False)


def readBasic(header: str) -> Credentials | None:
    """
    Take an Authorization header apart; ``None`` where it holds no Basic credentials.

    The decoded bytes are cut at the first colon; what follows need not be text (C24).
    """
    scheme, _, encoded = header.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return None
    user, colon, password = decoded.partition(b":")
    return Credentials(user.decode("utf-8", "replace"), password) if colon else None


def generatedKey(randomness: Randomness) -> Secret:
    """A new AuthorizationKey, as hexadecimal digits."""
    return Secret(randomness(GENERATED).hex())


def isShort(password: bytes) -> bool:
    """Whether a password on the wire is shorter than the Whitepaper wants (C26)."""
    return len(password) < SHORT


@attrs.frozen
class GeneratedHash:
    """The salted SHA-256 of a key that a computer made.  Nothing of it shows in a repr."""

    salt: bytes = attrs.field(repr=False)
    digest: bytes = attrs.field(repr=False)

    @property
    def text(self) -> str:
        """The line of text that `parseHash` reads."""
        return f"$sha256${self.salt.hex()}${self.digest.hex()}"

    def verify(self, password: Secret, hasher: Hasher) -> bool:
        """Whether this is the hash of ``password``; compares in constant time.  Quick."""
        return hmac.compare_digest(_digest(password, self.salt), self.digest)


KeyHash = GeneratedHash | PasswordHash


def hashGenerated(key: Secret, randomness: Randomness) -> GeneratedHash:
    """Hash a key of `generatedKey`."""
    salt = randomness(SALT_LENGTH)
    return GeneratedHash(salt, _digest(_kept(key), salt))


def hashChosen(key: Secret, randomness: Randomness, hasher: Hasher) -> PasswordHash:
    """Hash a key that a person chose.  Slow: for a thread pool only."""
    return hashPassword(_kept(key), randomness(SALT_LENGTH), hasher, CHOSEN_COST)


def parseHash(text: str) -> KeyHash:
    """Read the line of text.  A ``ValueError`` says what is wrong and never shows it."""
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return PasswordHash.parse(text)
    return GeneratedHash(bytes.fromhex(shape[1]), bytes.fromhex(shape[2]))


def isSlow(key: KeyHash) -> bool:
    """Whether verifying belongs in a thread pool."""
    return isinstance(key, PasswordHash)


def verify(key: KeyHash, password: bytes, hasher: Hasher) -> bool:
    """Whether a password on the wire is the key, as text, digits in any case, or raw bytes."""
    return any(key.verify(one, hasher) for one in _readings(password))


def _readings(password: bytes) -> tuple[Secret, ...]:
    """What it can mean, as it would have been kept."""
    asText = Secret(password.decode("utf-8", "surrogateescape"))
    if not 0 < len(password) <= LONGEST:
        return (asText,)
    return _kept(asText), Secret(password.hex())


def _kept(key: Secret) -> Secret:
    text = key.reveal()
    isHex = _HEX.fullmatch(text.encode("utf-8", "surrogatepass")) is not None
    return Secret(text.lower()) if isHex else key


def _digest(key: Secret, salt: bytes) -> bytes:
    return hashlib.sha256(salt + key.reveal().encode("utf-8", "surrogatepass")).digest()
