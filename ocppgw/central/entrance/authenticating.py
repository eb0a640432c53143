"""
Whether a caller is who it says: security profiles, passwords, certificates.

Owns the count of wrong passwords.  An `Approach` and its admission flow in; nothing, deviations or
`Denied` flow out.  Reactor thread; slow hashes run in `Hashing`.  Each wait ends with the store's
answer and the hash; one whose connection ends meanwhile simply comes to nothing.

Security Whitepaper edition 2: A00.FR.001 to 006, 201 to 205, 401 to 408, A05.FR.09.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

import attrs
from twisted.internet.defer import Deferred

from ocppgw.access import linkaccess
from ocppgw.access.chargepointkeys import (
    Credentials,
    KeyHash,
    isShort,
    isSlow,
    parseHash,
    readBasic,
    verify,
)
from ocppgw.access.linkaccess import LinkAccess
from ocppgw.access.peers import neighbourhood
from ocppgw.access.secrets import Hasher
from ocppgw.access.throttling import Throttle
from ocppgw.central.entrance.approach import Approach
from ocppgw.central.entrance.handshake import printable
from ocppgw.central.entrance.hashing import Hashing
from ocppgw.central.entrance.onboarding import Admission
from ocppgw.central.entrance.tls.clientcertificates import whyNotOwn
from ocppgw.central.entrance.wires import Denied
from ocppgw.config.listeners import BASIC, TLS_CERTIFICATE
from ocppgw.interfaces import IStore, StoreFailed
from ocppgw.ocppj.deviations import Deviation

WRONG_PASSWORD = "FailedToAuthenticateAtCentralSystem"
WRONG_CERTIFICATE = "InvalidChargePointCertificate"
WRONG_PROFILE = "SecurityProfileTooLow"
"""Security events, in the words of the Whitepaper's own list where it has one."""

CHALLENGE = {"WWW-Authenticate": 'Basic realm="OCPP", charset="UTF-8"'}

SHORT_PASSWORD = Deviation("C26", "", "the password has fewer than 16 bytes")


AT_ONCE = 3
"""Passwords of one identity from one address that are checked at once: a charge point that comes
again has left one or two behind, who guesses would leave hundreds before the first is wrong."""

MOMENT = {"Retry-After": "5"}


@attrs.frozen
class Authenticating:
    """
    Checks callers.

    :ivar throttle: counts wrong passwords, per address and identity.
    :ivar checking: how many passwords are being checked now, likewise.
    """

    store: IStore
    hashing: Hashing
    hasher: Hasher
    throttle: Throttle
    checking: Counter[tuple[str, str]] = attrs.field(factory=Counter, init=False)

    async def check(self, approach: Approach, admission: Admission) -> tuple[Deviation, ...]:
        """Find a caller to be who it says; raises `Denied`."""
        identity = admission.settings.identity
        access = await _kept(self.store.findAccess(identity))
        profile = approach.listener.securityProfile
        _checkProfile(profile, max(access.securityProfile, admission.settings.securityProfile))
        deviations: tuple[Deviation, ...] = ()
        if profile >= TLS_CERTIFICATE:
            _checkCertificate(approach, admission)
        elif profile >= BASIC:
            deviations = await self._checkPassword(approach, admission, access)
        if profile > access.securityProfile:
            await _kept(self.store.changeAccess(linkaccess.ProfileReached(identity, profile)))
        return deviations

    async def _checkPassword(
        self, approach: Approach, admission: Admission, access: LinkAccess
    ) -> tuple[Deviation, ...]:
        credentials = readBasic(approach.authorization)
        if credentials is None:
            raise _unauthorized("no user and password were sent")
        _checkUser(credentials, admission)
        key = (neighbourhood(approach.host), admission.settings.identity)
        wait = self.throttle.delay(key)
        if wait > 0:
            headers = {"Retry-After": str(math.ceil(wait))}
            raise Denied(429, "too many wrong passwords", WRONG_PASSWORD, headers)
        if self.checking[key] >= AT_ONCE:
            raise Denied(503, "its passwords are being checked already", headers=MOMENT)
        self.checking[key] += 1
        try:
            await self._compare(credentials.password, admission.settings.identity, access)
        except Denied as denied:
            if denied.code == 401:
                self.throttle.failed(key)
            raise
        finally:
            self.checking[key] -= 1
            if not self.checking[key]:
                del self.checking[key]
        self.throttle.succeeded(key)
        return (SHORT_PASSWORD,) if isShort(credentials.password) else ()

    async def _compare(self, password: bytes, identity: str, access: LinkAccess) -> None:
        if not (access.password or access.candidate):
            raise _unauthorized("it has no password yet: ocppgw-charge-point sets one")
        if access.password and await self._matches(access.password, password):
            return
        if access.candidate and await self._matches(access.candidate, password):
            adopted = linkaccess.CandidateAdopted(identity, access.candidate)
            await _kept(self.store.changeAccess(adopted))
            return
        raise _unauthorized("the password is wrong" if password else "the password is empty")

    async def _matches(self, kept: str, password: bytes) -> bool:
        key: KeyHash = parseHash(kept)
        if not isSlow(key):
            return verify(key, password, self.hasher)
        return await self.hashing.run(verify, key, password, self.hasher)


def _checkProfile(profile: int, least: int) -> None:
    if profile < least:
        why = (
            f"security profile {profile} is lower than {least}, which this charge point has to use"
        )
        raise Denied(403, why, WRONG_PROFILE)


def _checkUser(credentials: Credentials, admission: Admission) -> None:
    # In whatever case, as the identity itself (C8), and with or without the listener's prefix.
    names = (admission.caller.called, admission.caller.identity)
    if credentials.user.casefold() not in {name.casefold() for name in names}:
        user = printable(credentials.user)
        raise _unauthorized(f"the user {user!r} is not the identity {names[0]!r}")


def _checkCertificate(approach: Approach, admission: Admission) -> None:
    if approach.certificate is None:
        raise Denied(403, "no certificate was shown", WRONG_CERTIFICATE)
    settings = admission.settings
    expected = (
        (settings.serialNumber,)
        if settings.serialNumber
        else (admission.caller.called, settings.identity)
    )
    why = whyNotOwn(approach.certificate, approach.listener.organizations, expected)
    if why:
        raise Denied(403, why, WRONG_CERTIFICATE)


def _unauthorized(why: str) -> Denied:
    return Denied(401, why, WRONG_PASSWORD, CHALLENGE, told="user and password are needed")


async def _kept(asked: Deferred[Any]) -> Any:
    """What the store says; without it nobody new comes in."""
    try:
        return await asked
    except StoreFailed as error:
        raise Denied(503, f"the store failed: {error}", told="try again later") from None
