"""
Whether a charge point's certificate is its own (security profile 3).

Pure.  OpenSSL has checked chain, dates and revocation before; here it is the names, as the
Security Whitepaper wants them: O has the operator's (A00.FR.404), CN the serial number
(A00.FR.405).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
from cryptography import x509
from cryptography.x509.oid import NameOID

from ocppgw.central.entrance.tls.certificates import namesIn


@attrs.frozen
class Subject:
    """Whom a certificate is about."""

    organizations: tuple[str, ...]
    commonNames: tuple[str, ...]


def subjectOf(certificate: x509.Certificate) -> Subject:
    """The names in a certificate."""
    return Subject(
        namesIn(certificate.subject, NameOID.ORGANIZATION_NAME),
        namesIn(certificate.subject, NameOID.COMMON_NAME),
    )


def whyNotOwn(subject: Subject, organizations: Sequence[str], expected: Iterable[str]) -> str:
    """
    Why a certificate does not belong to a charge point; empty where it does.

    :param organizations: operators; O has to contain the name of one.
    :param expected: its serial number or identity.  CN has to be it, or have it as one of its
        words: as a mere part, ``CP1`` would be found in the certificate of ``CP12``.
    """
    said = [one.casefold() for one in subject.organizations]
    if not any(name.casefold() in one for name in organizations for one in said):
        return f"O of its certificate is {_shown(subject.organizations)}"
    wanted = {one.casefold() for one in expected if one}
    for name in subject.commonNames:
        if not wanted.isdisjoint({name.casefold(), *name.casefold().split()}):
            return ""
    return f"CN of its certificate is {_shown(subject.commonNames)}"


def _shown(names: Sequence[str]) -> str:
    return " and ".join(repr(one[:100]) for one in names) or "missing"
