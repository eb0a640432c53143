"""
Secrets: how they are held, hashed, compared and made.

A hash is kept as one line of text, ``$scrypt$ln=15,r=8,p=1$SALT$HASH`` (the PHC string format,
base64 without padding).  `scrypt` takes some 80 ms and 32 MiB for a user's password: callers run
it in a thread pool of their own, never on the reactor's or the OPC UA thread.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable

import attrs


class Secret:
    """
    A text that must not be seen: neither ``repr`` nor ``str`` shows it, nor its length.

    Two secrets compare in a time that does not depend on where they differ.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for hashing it or for handing it to its owner."""
        return self._text

    def __repr__(self) -> str:
        return "<Secret>"

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._bytes(), other._bytes())

    def __hash__(self) -> int:
        return hash(self._text)

    def __reduce__(self) -> str:
        raise TypeError("a secret is not to be pickled")

    def _bytes(self) -> bytes:
        return self._text.encode("utf-8", "surrogatepass")


@attrs.frozen
class Cost:
    """
    What a scrypt hash costs: 128 * n * r bytes of memory, and time to match (RFC 7914).

    :ivar exponent: n is two to this power.
    """

    exponent: int
    r: int = 8
    p: int = 1

    @property
    def n(self) -> int:
        """The CPU and memory cost of RFC 7914."""
        return 1 << self.exponent

    @property
    def memory(self) -> int:
        """Bytes that computing a hash needs."""
        return 128 * self.r * (self.n + self.p + 2)


USER_COST = Cost(15)
"""For passwords that people choose."""

#: Derives a key from a password and a salt, at a cost: what `scrypt` does.
Hasher = Callable[[bytes, bytes, Cost], bytes]
#: Gives this many random bytes: what ``os.urandom`` does.
Randomness = Callable[[int], bytes]

SALT_LENGTH = 16
KEY_LENGTH = 32
_MOST_MEMORY = 256 * 1024 * 1024
_SHAPE = re.compile(
    r"\$scrypt\$ln=([0-9]{1,2}),r=([0-9]{1,3}),p=([0-9]{1,2})"
    r"\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})"
)


def scrypt(password: bytes, salt: bytes, cost: Cost) -> bytes:
    """The hasher that is used outside tests.  Slow on purpose: for a thread pool only."""
    return hashlib.scrypt(
        password, salt=salt, n=cost.n, r=cost.r, p=cost.p, maxmem=2 * cost.memory, dklen=KEY_LENGTH
    )


@attrs.frozen
class PasswordHash:
    """A salted hash of a password, with what it cost to make.  Nothing of it shows in a repr."""

    cost: Cost
    salt: bytes = attrs.field(repr=False)
    key: bytes = attrs.field(repr=False)

    @classmethod
    def parse(cls, text: str) -> PasswordHash:
        """Read the line of text.  A ``ValueError`` says what is wrong and never shows it."""
        shape = _SHAPE.fullmatch(text)
        if shape is None:
            raise ValueError("not of the form $scrypt$ln=15,r=8,p=1$SALT$HASH")
        exponent, r, p = (int(number) for number in shape.groups()[:3])
        cost = Cost(exponent, r, p)
        if not (10 <= exponent <= 20 and r and p and cost.memory <= _MOST_MEMORY):
            raise ValueError("a scrypt cost outside ln 10 to 20 and 256 MiB")
        return cls(cost, _decoded(shape[4]), _decoded(shape[5]))

    @property
    def text(self) -> str:
        """The line of text that `parse` reads."""
        cost = self.cost
        numbers = f"ln={cost.exponent},r={cost.r},p={cost.p}"
        return f"$scrypt${numbers}${_encoded(self.salt)}${_encoded(self.key)}"

    def verify(self, password: Secret, hasher: Hasher) -> bool:
        """Whether this is the hash of ``password``; compares in constant time.  Slow."""
        key = hasher(_material(password), self.salt, self.cost)
        return hmac.compare_digest(key, self.key)


def hashPassword(
    password: Secret, salt: bytes, hasher: Hasher, cost: Cost = USER_COST
) -> PasswordHash:
    """Hash a password with `SALT_LENGTH` random bytes.  Slow: for a thread pool only."""
    return PasswordHash(cost, salt, hasher(_material(password), salt, cost))


#: 32 characters that nobody takes for one another (no 0, 1, i, l): five bits each.
ALPHABET = "23456789abcdefghjkmnopqrstuvwxyz"


def randomPassword(randomness: Randomness, groups: int = 4) -> Secret:
    """
    A password that can be read out over a telephone, like ``k3mfa-x9w2p-..``.

    Each group has five characters and adds 25 bits of randomness.
    """
    letters = [ALPHABET[byte & 31] for byte in randomness(5 * groups)]
    return Secret("-".join("".join(letters[i : i + 5]) for i in range(0, len(letters), 5)))


def _material(password: Secret) -> bytes:
    return password.reveal().encode("utf-8", "surrogatepass")


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii").rstrip("=")


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except binascii.Error:
        raise ValueError("salt or hash is not base64") from None
