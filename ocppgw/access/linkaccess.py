"""
What has to be right before a charge point may connect: its password, its security profile.

Pure values: what is kept of one identity, and how it changes.  It is kept by identity and not by
node name: new hardware brings a password of its own.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class LinkAccess:
    """
    What is kept of one identity.

    :ivar password: the hash of its password; empty where it has none.
    :ivar candidate: the hash of a password that was sent to it, while nobody knows whether it
        took it; either one is right until it uses this one.
    :ivar securityProfile: the highest security profile that it has connected with.
    """

    password: str = attrs.field(default="", repr=False)
    candidate: str = attrs.field(default="", repr=False)
    securityProfile: int = 0


@attrs.frozen
class PasswordSet:
    """It has this password from now on, and no other."""

    identity: str
    password: str = attrs.field(repr=False)

    def applied(self, access: LinkAccess) -> LinkAccess:
        """What is kept afterwards."""
        return attrs.evolve(access, password=self.password, candidate="")


@attrs.frozen
class CandidateSet:
    """A new password is about to be sent to it."""

    identity: str
    password: str = attrs.field(repr=False)

    def applied(self, access: LinkAccess) -> LinkAccess:
        """What is kept afterwards."""
        return attrs.evolve(access, candidate=self.password)


@attrs.frozen
class CandidateAdopted:
    """It took the new password; nothing happens where that was replaced meanwhile."""

    identity: str
    password: str = attrs.field(repr=False)

    def applied(self, access: LinkAccess) -> LinkAccess:
        """What is kept afterwards."""
        if access.candidate != self.password:
            return access
        return attrs.evolve(access, password=self.password, candidate="")


@attrs.frozen
class CandidateDropped:
    """It did not take the new password."""

    identity: str
    password: str = attrs.field(repr=False)

    def applied(self, access: LinkAccess) -> LinkAccess:
        """What is kept afterwards."""
        return attrs.evolve(access, candidate="") if access.candidate == self.password else access


@attrs.frozen
class ProfileReached:
    """It connected with this security profile."""

    identity: str
    securityProfile: int

    def applied(self, access: LinkAccess) -> LinkAccess:
        """What is kept afterwards."""
        highest = max(access.securityProfile, self.securityProfile)
        return attrs.evolve(access, securityProfile=highest)


@attrs.frozen
class ProfileForgotten:
    """Somebody at the gateway allows it a lower security profile again."""

    identity: str

    def applied(self, access: LinkAccess) -> LinkAccess:
        """What is kept afterwards."""
        return attrs.evolve(access, securityProfile=0)


Change = (
    PasswordSet
    | CandidateSet
    | CandidateAdopted
    | CandidateDropped
    | ProfileReached
    | ProfileForgotten
)
