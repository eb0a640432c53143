"""
``[[ocpp.listeners]]``: ports for charge points with a security policy of their own.

Declarations only, and which of them belong together.  What a profile means is in
``docs/chargepointsecurity.rst``.
"""

from __future__ import annotations

from pathlib import Path

import attrs

from ocppgw.config.addresses import Endpoint, Network, NetworkText
from ocppgw.config.declaring import key, required
from ocppgw.config.kinds import FilePath, ListOf, NodeText, Switch, Text, Whole

BASIC, TLS_BASIC, TLS_CERTIFICATE = 1, 2, 3
"""Security profiles; 0 is plain."""


@attrs.frozen
class ListenerTable:
    """One port, with what it asks of charge points."""

    endpoint: str = required(Endpoint(), "Where it listens; TLS is a matter of the profile.")
    securityProfile: int = key(
        Whole(0, TLS_CERTIFICATE),
        0,
        "0 plain, 1 password, 2 TLS and password, 3 TLS and a certificate of the charge point.",
    )
    identityPrefix: str = key(
        NodeText(),
        "",
        "What is put before the identity of whoever calls in here, so that two sites may use the "
        "same ones.",
    )
    hostName: str = key(
        Text(),
        "",
        "The name that charge points know this machine by; shown, and compared with the "
        "certificates.",
    )
    proxies: tuple[Network, ...] = key(
        ListOf(NetworkText()),
        (),
        "Addresses of your reverse proxies in front of this port. What they say in X-Forwarded-For "
        "counts as the address of the charge point; nobody else is believed.",
    )
    certificates: tuple[Path, ...] = key(
        ListOf(FilePath()),
        (),
        "PEM files, each with a certificate of the gateway and its chain; an RSA and an ECDSA one "
        "can serve together.",
    )
    keys: tuple[Path, ...] = key(
        ListOf(FilePath()),
        (),
        "PEM files with their private keys, in the same order. Left out: the keys stand in the "
        "same files.",
    )
    selfSigned: bool = key(
        Switch(),
        False,
        "true makes certificates that sign themselves, to try TLS before there are real ones.",
    )
    clientCas: tuple[Path, ...] = key(
        ListOf(FilePath()),
        (),
        "Profile 3: PEM files with the certificates of those who sign certificates of charge "
        "points.",
    )
    revocationLists: tuple[Path, ...] = key(
        ListOf(FilePath()),
        (),
        "Profile 3: PEM files with the revocation lists of all of them; left out, nothing is "
        "revoked.",
    )
    organizations: tuple[str, ...] = key(
        ListOf(Text(1, 200)),
        (),
        "Profile 3: names of operators, one of which has to stand in O of a certificate's subject.",
    )
    legacyTls: bool = key(
        Switch(),
        False,
        "true also takes TLS 1.0 and 1.1 with their only suite, on this port alone, for charge "
        "points that know no better.",
    )

    @property
    def isSecure(self) -> bool:
        """Whether it speaks TLS."""
        return self.securityProfile >= TLS_BASIC

    def contradiction(self) -> tuple[str, str] | None:
        """Which key does not fit the others, and what is accepted."""
        return self._wrongWithProfile() or self._wrongCertificates()

    def _wrongWithProfile(self) -> tuple[str, str] | None:
        tls = ("certificates", "keys", "selfSigned", "legacyTls")
        clients = ("clientCas", "revocationLists", "organizations")
        for names, least in ((tls, TLS_BASIC), (clients, TLS_CERTIFICATE)):
            for name in names:
                if getattr(self, name) and self.securityProfile < least:
                    return name, f"is accepted with securityProfile {least} or higher only"
        return None

    def _wrongCertificates(self) -> tuple[str, str] | None:
        if not self.isSecure:
            return None
        if bool(self.certificates) == self.selfSigned:
            return "certificates", "accepted is at least one file, or else selfSigned = true"
        if self.keys and len(self.keys) != len(self.certificates):
            return "keys", "accepted are as many files as in certificates, or none"
        if self.securityProfile == TLS_CERTIFICATE:
            for name in ("clientCas", "organizations"):
                if not getattr(self, name):
                    return name, "is missing; securityProfile 3 needs at least one"
        return None
