"""
The users, and who an OPC UA session or a browser is.

Only values and look-ups.  Hashing is given in and slow: `Users.authenticate` belongs in a thread
pool; everything else is quick and safe on any thread, because nothing here ever changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from ocppgw.access.peers import isLoopback
from ocppgw.access.roles import Role
from ocppgw.access.secrets import (
    KEY_LENGTH,
    SALT_LENGTH,
    USER_COST,
    Hasher,
    PasswordHash,
    Randomness,
    Secret,
    hashPassword,
    randomPassword,
)

ANONYMOUS = "anonymous"
"""What stands for a user's name in the audit trail where a session gave none."""


@attrs.frozen
class User:
    """
    Somebody with a name and a role.  Names are compared exactly.

    :ivar password: ``None`` for one who has a certificate only.
    :ivar certificate: the bytes (DER) of an X.509 certificate; empty without one.
    """

    name: str
    role: Role
    password: PasswordHash | None = attrs.field(repr=False)
    certificate: bytes = attrs.field(default=b"", repr=False)


#: Stands in for users that do not exist, so that asking for one takes as long as for another.
_NOBODYS = PasswordHash(USER_COST, b"\0" * SALT_LENGTH, b"\0" * KEY_LENGTH)


def _byName(users: tuple[User, ...]) -> Mapping[str, User]:
    return MappingProxyType({user.name: user for user in users})


@attrs.frozen
class Users:
    """
    All users by name, and what a session without a user may do.

    :ivar anonymousLoopback: for peers on this machine.
    :ivar anonymousRemote: for all others.
    """

    byName: Mapping[str, User] = attrs.field(converter=_byName, factory=tuple)
    anonymousLoopback: Role = Role.engineer
    anonymousRemote: Role = Role.none

    def authenticate(self, name: str, password: Secret, hasher: Hasher) -> User | None:
        """
        The user with this name and password, or ``None``.

        Takes one hash whether the name is known or not.  Slow: for a thread pool only.
        """
        user = self.byName.get(name)
        kept = user.password if user is not None else None
        matches = (kept or _NOBODYS).verify(password, hasher)
        return user if matches and kept is not None else None

    @property
    def havePasswords(self) -> bool:
        """Does any user have a password?"""
        return any(user.password is not None for user in self.byName.values())

    @property
    def haveCertificates(self) -> bool:
        """Does any user have a certificate?"""
        return any(user.certificate for user in self.byName.values())

    def byCertificate(self, certificate: bytes) -> User | None:
        """The user whose certificate this is, byte by byte.  It is no secret."""
        users = self.byName.values()
        return next((user for user in users if user.certificate == certificate != b""), None)

    def anonymousRole(self, host: str) -> Role:
        """What an anonymous session from this address may do."""
        return self.anonymousLoopback if isLoopback(host) else self.anonymousRemote


@attrs.frozen
class InitialEngineer:
    """
    The user of a gateway that has none: ``engineer`` with a random password.

    Whoever asks for it writes the password to ``STATE/initial-password`` (mode 600) and calls
    `user` in a thread pool.
    """

    password: Secret
    salt: bytes = attrs.field(repr=False)
    name: str = "engineer"

    def user(self, hasher: Hasher) -> User:
        """The user that can log in.  Slow: for a thread pool only."""
        return User(self.name, Role.engineer, hashPassword(self.password, self.salt, hasher))


def initialEngineer(randomness: Randomness, kept: Secret | None = None) -> InitialEngineer:
    """
    The engineer of the first start, or, with the password ``kept`` then, of a later one.
    """
    return InitialEngineer(kept or randomPassword(randomness), randomness(SALT_LENGTH))
