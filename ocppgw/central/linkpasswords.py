"""
New passwords that are sent to charge points, from before they are sent until it is known which
one holds.

Owns nothing: the store has the one in force and the candidate.  Both let the charge point in
while nobody knows whether it took the new one, so that neither a lost answer nor a crash locks
it out (OCPP-J 1.6 section 6.2.2).  Reactor thread; hashes run in `Hashing`.
"""

from __future__ import annotations

import attrs

from ocppgw.access import linkaccess
from ocppgw.access.chargepointkeys import hashChosen
from ocppgw.access.secrets import Hasher, Randomness, Secret
from ocppgw.central.entrance.hashing import Hashing
from ocppgw.interfaces import IStore


@attrs.frozen
class LinkPasswords:
    """The ways of a new password; each raises ``StoreFailed``."""

    store: IStore
    hashing: Hashing
    hasher: Hasher
    randomness: Randomness

    async def propose(self, identity: str, password: Secret) -> str:
        """
        It is about to be sent.

        :returns: its hash, to name it by.
        :raises Denied: where too many are being hashed.
        """
        hashed = await self.hashing.run(hashChosen, password, self.randomness, self.hasher)
        await self.store.changeAccess(linkaccess.CandidateSet(identity, hashed.text))
        return hashed.text

    async def adopt(self, identity: str, hashed: str) -> None:
        """The charge point took it: the old one is no longer right."""
        await self.store.changeAccess(linkaccess.CandidateAdopted(identity, hashed))

    async def drop(self, identity: str, hashed: str) -> None:
        """The charge point did not take it: the old one stays."""
        await self.store.changeAccess(linkaccess.CandidateDropped(identity, hashed))
