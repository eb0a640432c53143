"""
Is a certificate to be trusted?  The steps of OPC 10000-4, 6.1.3, on what the
trust list held at that moment.  Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

from attrs import frozen
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from opcua import ua

from ocppgw.uaserver.security.certificates import LONGEST_CHAIN, Certificate
from ocppgw.uaserver.security.refusals import SecurityRefused
from ocppgw.uaserver.security.suites import KEY_BITS

_CODES = ua.StatusCodes
_HASHES = frozenset({"sha256", "sha384", "sha512"})
_PURPOSES = frozenset(
    {
        ExtendedKeyUsageOID.CLIENT_AUTH,
        ExtendedKeyUsageOID.SERVER_AUTH,
        ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,
    }
)


@frozen
class Trust:
    """
    What is trusted.

    :ivar trusted: applications, and authorities whose certificates are all trusted.
    :ivar issuers: authorities that only complete a chain.
    :ivar revocations: revocation lists.
    :ivar needsRevocations: is an authority without a current list refused?
    """

    trusted: frozenset[Certificate] = frozenset()
    issuers: frozenset[Certificate] = frozenset()
    revocations: tuple[x509.CertificateRevocationList, ...] = ()
    needsRevocations: bool = False


def judge(certificate: Certificate, trust: Trust, now: datetime) -> None:
    """
    Accept an application's certificate.

    :raise SecurityRefused: with the first thing that is wrong with it.
    """
    chain = _chainOf(certificate, trust)
    for each in chain:
        judgeKey(each)
    if trust.trusted.isdisjoint(chain):
        raise SecurityRefused(
            _CODES.BadCertificateUntrusted, "not in pki/trusted; see pki/rejected"
        )
    _judgeUse(certificate)
    if not isValidAt(certificate, now):
        raise SecurityRefused(_CODES.BadCertificateTimeInvalid, "it has expired, or not begun")
    for depth, issuer in enumerate(chain[1:]):
        _judgeIssuer(issuer, depth, now)
    for subject, issuer in pairwise(chain):
        _judgeRevocation(subject, issuer, subject is certificate, trust, now)


def judgeKey(certificate: Certificate) -> None:
    """
    Are its key and its signature strong enough for the policies?

    :raise SecurityRefused: when they are not.
    """
    if certificate.keyBits not in KEY_BITS:
        reason = f"{certificate} has no RSA key of 2048 to 4096 bits"
        raise SecurityRefused(_CODES.BadCertificatePolicyCheckFailed, reason)
    algorithm = certificate.content.signature_hash_algorithm
    if algorithm is None or algorithm.name not in _HASHES:
        reason = f"{certificate} is not signed with SHA-256 or better"
        raise SecurityRefused(_CODES.BadCertificatePolicyCheckFailed, reason)


def isValidAt(certificate: Certificate, now: datetime) -> bool:
    """Is ``now`` between its two dates?"""
    content = certificate.content
    return bool(content.not_valid_before_utc <= now <= content.not_valid_after_utc)


def _chainOf(certificate: Certificate, trust: Trust) -> list[Certificate]:
    """The certificate, its issuer, and so on to one that issued itself."""
    known = [*trust.issuers, *trust.trusted, *certificate.companions]
    chain = [certificate]
    while not chain[-1].isSelfIssued:
        if len(chain) == LONGEST_CHAIN:
            raise SecurityRefused(_CODES.BadCertificateChainIncomplete, "the chain has no end")
        chain.append(_issuerOf(chain[-1], known))
    if not chain[-1].isSignedBy(chain[-1]):
        raise SecurityRefused(_CODES.BadCertificateInvalid, f"{chain[-1]} has a wrong signature")
    return chain


def _issuerOf(certificate: Certificate, known: Iterable[Certificate]) -> Certificate:
    name = certificate.content.issuer
    candidates = [each for each in known if each.content.subject == name]
    for candidate in candidates:
        if certificate.isSignedBy(candidate):
            return candidate
    if candidates:
        reason = f"{certificate} was not signed by its issuer"
        raise SecurityRefused(_CODES.BadCertificateInvalid, reason)
    reason = f"its issuer {name.rfc4514_string()!r} is not in pki/issuers or pki/trusted"
    raise SecurityRefused(_CODES.BadCertificateChainIncomplete, reason)


def _judgeUse(certificate: Certificate) -> None:
    usage = certificate.extension(x509.KeyUsage)
    purposes = certificate.extension(x509.ExtendedKeyUsage)
    signs = usage is None or usage.digital_signature
    if not signs or (purposes is not None and _PURPOSES.isdisjoint(purposes)):
        reason = "it is not for an application (key usage)"
        raise SecurityRefused(_CODES.BadCertificateUseNotAllowed, reason)


def _judgeIssuer(issuer: Certificate, depth: int, now: datetime) -> None:
    """:param depth: how many authorities stand between it and the application."""
    constraints = issuer.extension(x509.BasicConstraints)
    usage = issuer.extension(x509.KeyUsage)
    mayIssue = constraints is not None and constraints.ca
    mayIssue = mayIssue and (usage is None or usage.key_cert_sign)
    if mayIssue and constraints.path_length is not None:
        mayIssue = depth <= constraints.path_length
    if not mayIssue:
        reason = f"{issuer} may not issue it"
        raise SecurityRefused(_CODES.BadCertificateIssuerUseNotAllowed, reason)
    if not isValidAt(issuer, now):
        reason = f"its issuer {issuer} has expired or is not yet valid"
        raise SecurityRefused(_CODES.BadCertificateIssuerTimeInvalid, reason)


def _judgeRevocation(
    subject: Certificate, issuer: Certificate, isLeaf: bool, trust: Trust, now: datetime
) -> None:
    lists = [each for each in trust.revocations if _isListOf(each, issuer)]
    serial = subject.content.serial_number
    for each in lists:
        if each.get_revoked_certificate_by_serial_number(serial) is not None:
            code = _CODES.BadCertificateRevoked if isLeaf else _CODES.BadCertificateIssuerRevoked
            raise SecurityRefused(code, f"{subject} was revoked")
    if trust.needsRevocations and not any(_isCurrent(each, now) for each in lists):
        code = _CODES.BadCertificateRevocationUnknown
        if not isLeaf:
            code = _CODES.BadCertificateIssuerRevocationUnknown
        raise SecurityRefused(code, f"pki/crl has no current list of {issuer}")


def _isListOf(revocations: x509.CertificateRevocationList, issuer: Certificate) -> bool:
    key: Any = issuer.publicKey
    if revocations.issuer != issuer.content.subject:
        return False
    try:
        return bool(revocations.is_signature_valid(key))
    except Exception:  # noqa: BLE001 - a list that cannot be checked is nobody's
        return False


def _isCurrent(revocations: x509.CertificateRevocationList, now: datetime) -> bool:
    ends = revocations.next_update_utc
    return ends is None or now <= ends
