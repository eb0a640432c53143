"""
OpenSSL contexts for the ports of charge points: versions, cipher suites, certificates.

Security Whitepaper edition 2: TLS 1.2 at least (A00.FR.312), four suites for RSA and ECDSA
(A00.FR.317), the ECDHE suites for RSA beside them because they keep old traffic secret, no
compression (A00.FR.320), certificates of charge points checked up to the root (A00.FR.403).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import attrs
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from OpenSSL import SSL, crypto

from ocppgw.central.entrance.tls.certificates import (
    BadCertificate,
    Identification,
    contents,
    readChain,
    readRevocationLists,
)

SUITES = ":".join(
    (
        "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-ECDSA-AES256-GCM-SHA384",
        "ECDHE-RSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES256-GCM-SHA384",
        "AES128-GCM-SHA256",
        "AES256-GCM-SHA384",
    )
)
"""For TLS 1.2; those of TLS 1.3 are OpenSSL's own."""

LEGACY_SUITE = "AES128-SHA"
"""TLS_RSA_WITH_AES_128_CBC_SHA, all that TLS 1.0 and 1.1 may use (A00.FR.324)."""

#: OpenSSL's error numbers (x509_vfy.h) that are met in the field, in words for a person.
_WORDS = {
    2: "its issuer is not known",
    3: "there is no revocation list of its issuer",
    9: "it is not valid yet",
    10: "it has ended",
    12: "the revocation list of its issuer has ended",
    18: "it signs itself",
    19: "its root is not known",
    20: "its issuer is not known",
    21: "its chain is incomplete",
    23: "it was revoked",
    26: "it was not made for this use",
    66: "its key is too weak",
}


@attrs.frozen
class TrustedClients:
    """
    Whose certificates of charge points count.

    :ivar authorities: PEM files.
    :ivar revocationLists: PEM files; with one, every authority in a chain needs its own.
    """

    authorities: Sequence[Path]
    revocationLists: Sequence[Path] = ()


def context(
    identifications: Sequence[Identification],
    clients: TrustedClients | None = None,
    legacy: bool = False,
) -> SSL.Context:
    """
    A context of a server.

    :param clients: where a certificate of the charge point is demanded.
    :param legacy: also TLS 1.0 and 1.1.
    :raises BadCertificate: where a file cannot be used.
    """
    made = SSL.Context(SSL.TLS_SERVER_METHOD)
    made.set_min_proto_version(SSL.TLS1_VERSION if legacy else SSL.TLS1_2_VERSION)
    suites = f"{SUITES}:{LEGACY_SUITE}:@SECLEVEL=0" if legacy else f"{SUITES}:@SECLEVEL=2"
    made.set_cipher_list(suites.encode())
    made.set_options(
        SSL.OP_NO_COMPRESSION
        | SSL.OP_NO_RENEGOTIATION
        | SSL.OP_NO_TICKET
        | SSL.OP_CIPHER_SERVER_PREFERENCE
    )
    # A session that is taken up again would pass by a certificate that was revoked since.
    made.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    for identification in identifications:
        _show(made, identification)
    if clients is not None:
        _demand(made, clients)
    return made


def _show(made: SSL.Context, identification: Identification) -> None:
    readChain(identification.certificate)
    try:
        made.use_certificate_chain_file(str(identification.certificate))
    except SSL.Error as error:
        why = reason(error)
        raise BadCertificate(f"{identification.certificate} cannot be used: {why}") from None
    try:
        key = load_pem_private_key(contents(identification.key), None)
        made.use_privatekey(crypto.PKey.from_cryptography_key(cast(Any, key)))
        made.check_privatekey()
    except (SSL.Error, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise BadCertificate(
            f"{identification.key} is not the private key, without pass phrase, of "
            f"{identification.certificate} ({reason(error)})"
        ) from None


def _demand(made: SSL.Context, clients: TrustedClients) -> None:
    trusted = made.get_cert_store()
    assert trusted is not None
    for path in clients.authorities:
        for authority in readChain(path):
            trusted.add_cert(crypto.X509.from_cryptography(authority))
            made.add_client_ca(crypto.X509.from_cryptography(authority))
    lists = [one for path in clients.revocationLists for one in readRevocationLists(path)]
    for one in lists:
        trusted.add_crl(one)
    if lists:
        trusted.set_flags(crypto.X509StoreFlags.CRL_CHECK | crypto.X509StoreFlags.CRL_CHECK_ALL)
    made.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, _verified)


def _verified(
    connection: SSL.Connection, certificate: crypto.X509, error: int, depth: int, isGood: int
) -> bool:
    if not isGood:
        what = _WORDS.get(error, f"OpenSSL's error {error}")
        connection.set_app_data(what if depth == 0 else f"{what} (its issuer, {depth} up)")
    return bool(isGood)


def reason(error: BaseException) -> str:
    """What OpenSSL says, on one line."""
    found = error.args[0] if error.args else ""
    if isinstance(found, list):
        return "; ".join(str(one[-1]) for one in found) or "no reason given"
    return str(error) or type(error).__name__
