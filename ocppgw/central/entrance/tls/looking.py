"""
Looking over the files of one listener before anything starts: can they be used, will they do.

Reads files, opens nothing, keeps nothing.  What is found is told by configuration key, so that
whoever wrote the configuration knows which line to mend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
from cryptography import x509

from ocppgw.central.entrance.tls.certificates import (
    BadCertificate,
    Identification,
    inspect,
    readChain,
    readRevocationLists,
)
from ocppgw.central.entrance.tls.contexts import context
from ocppgw.config.listeners import ListenerTable

CERTIFICATE = "accepted is a PEM file with the gateway's certificate, then its chain"
KEY = "accepted is a PEM file with the private key of that certificate, without pass phrase"
AUTHORITY = "accepted is a PEM file with certificates of authorities"
LIST = "accepted is a PEM file with certificate revocation lists"
TWO_KINDS = "accepted are one certificate with an RSA key and one with an ECDSA key"


@attrs.frozen
class Finding:
    """
    Something about a file.

    :ivar key: which key of the listener names it: ``certificates[1]``.
    :ivar text: what is wrong, with the file and what to do.
    """

    key: str
    text: str


class Unusable(Exception):
    """No TLS is possible; ``finding`` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text)
        self.finding = finding


def lookOver(listener: ListenerTable, now: datetime) -> tuple[Finding, ...]:
    """
    What charge points may stumble over.

    :raises Unusable: where a file cannot be used at all.
    """
    if not listener.certificates:
        return ()
    shown = tuple(_shown(listener, now))
    authorities = _all("clientCas", listener.clientCas, readChain, AUTHORITY)
    lists = _all("revocationLists", listener.revocationLists, readRevocationLists, LIST)
    return (*shown, *_ofAuthorities(authorities, lists, now), *_ofLists(lists, now))


def _shown(listener: ListenerTable, now: datetime) -> Iterator[Finding]:
    kinds: dict[str, str] = {}
    for place, path in enumerate(listener.certificates, 1):
        name = f"certificates[{place}]"
        chain = _read(name, CERTIFICATE, readChain, path)
        keyPath = listener.keys[place - 1] if listener.keys else path
        keyName = f"keys[{place}]" if listener.keys else name
        identification = Identification(path, keyPath)
        _read(keyName, KEY, context, (identification,), None, listener.legacyTls)
        kind = type(chain[0].public_key()).__name__
        if kind in kinds:
            text = f"{path} has a key of the same kind as {kinds[kind]}; {TWO_KINDS}"
            raise Unusable(Finding(name, text))
        kinds[kind] = str(path)
        for fault in inspect(chain, listener.hostName, now):
            yield Finding(name, f"{path} {fault}")


def _all(
    name: str, paths: Sequence[Path], reading: Callable[[Path], Any], accepted: str
) -> list[tuple[str, Any]]:
    """The contents of the files of one key, each with the place where the key names it."""
    named = ((f"{name}[{place}]", path) for place, path in enumerate(paths, 1))
    return [(one, _read(one, accepted, reading, path)) for one, path in named]


def _read(name: str, accepted: str, reading: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return reading(*arguments)
    except BadCertificate as error:
        raise Unusable(Finding(name, f"{error}; {accepted}")) from None


def _ofAuthorities(
    authorities: Iterable[tuple[str, Sequence[x509.Certificate]]],
    lists: Sequence[tuple[str, Sequence[x509.CertificateRevocationList]]],
    now: datetime,
) -> Iterator[Finding]:
    listed = {one.issuer for _, found in lists for one in found}
    for name, found in authorities:
        for one in found:
            who = one.subject.rfc4514_string()
            if one.not_valid_after_utc <= now:
                yield Finding(name, f"{who} has ended: nobody that it signed gets in; renew it")
            if not _maySign(one):
                yield Finding(name, f"{who} is no authority: nobody gets in by it; name its issuer")
            if listed and one.subject not in listed:
                text = f"{who} has no list in revocationLists: nobody that it signed gets in"
                yield Finding(name, f"{text}; add its list")


def _ofLists(
    lists: Sequence[tuple[str, Sequence[x509.CertificateRevocationList]]], now: datetime
) -> Iterator[Finding]:
    for name, found in lists:
        for one in found:
            end = one.next_update_utc
            if end is not None and end <= now:
                who = one.issuer.rfc4514_string()
                text = f"the list of {who} has ended at {end:%Y-%m-%d %H:%M}Z: nobody that it"
                yield Finding(name, f"{text} signed gets in; fetch a new one")


def _maySign(one: x509.Certificate) -> bool:
    try:
        return one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return one.version is x509.Version.v1
