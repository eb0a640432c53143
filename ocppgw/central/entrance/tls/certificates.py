"""
Certificates of the gateway as files hold them: reading them, and what is wrong with them.

Files are read, nothing is kept.  `inspect` tells what charge points will stumble over (C22);
`BadCertificate` is raised only where no TLS is possible.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import attrs
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

SOON = timedelta(days=30)
"""How long before its end a certificate is complained about."""


class BadCertificate(OSError):
    """A file cannot be used; ``str`` is one line that names it and says what to do."""


@attrs.frozen
class Identification:
    """
    What the gateway shows of itself.

    :ivar certificate: a PEM file, the certificate first, then its chain.
    :ivar key: a PEM file with the private key; it may be the same one.
    """

    certificate: Path
    key: Path


def readChain(path: Path) -> tuple[x509.Certificate, ...]:
    """The certificates of a PEM file, in its order; at least one."""
    try:
        return tuple(x509.load_pem_x509_certificates(contents(path)))
    except ValueError as error:
        raise BadCertificate(f"{path} holds no PEM certificate ({error})") from None


def readRevocationLists(path: Path) -> tuple[x509.CertificateRevocationList, ...]:
    """The certificate revocation lists of a PEM file; at least one."""
    end = b"-----END X509 CRL-----"
    parts = [part + end for part in contents(path).split(end)[:-1]]
    try:
        lists = tuple(x509.load_pem_x509_crl(part) for part in parts)
    except ValueError as error:
        raise BadCertificate(f"{path} holds no PEM revocation list ({error})") from None
    if not lists:
        raise BadCertificate(f"{path} holds no PEM revocation list")
    return lists


def contents(path: Path) -> bytes:
    """The bytes of a file."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadCertificate(f"{path} cannot be read: {error.strerror}") from None


def inspect(chain: Sequence[x509.Certificate], hostName: str, now: datetime) -> tuple[str, ...]:
    """What charge points may stumble over: each a clause that follows the file's name."""
    return (
        *_dates(chain, now),
        *_chainFaults(chain),
        *_nameFaults(chain[0], hostName),
        *_keyFaults(chain[0]),
    )


def endOf(chain: Sequence[x509.Certificate]) -> datetime:
    """When the first of a chain's certificates ends."""
    return min(one.not_valid_after_utc for one in chain)


def _dates(chain: Sequence[x509.Certificate], now: datetime) -> tuple[str, ...]:
    end = endOf(chain)
    found = []
    if end <= now:
        found.append(f"has ended at {end:%Y-%m-%d %H:%M}Z: no charge point accepts it; renew it")
    elif end - now < SOON:
        found.append(f"ends at {end:%Y-%m-%d %H:%M}Z: renew it")
    if max(one.not_valid_before_utc for one in chain) > now:
        found.append("is not valid yet: compare the clocks")
    return tuple(found)


def _chainFaults(chain: Sequence[x509.Certificate]) -> tuple[str, ...]:
    for one, issuer in pairwise(chain):
        if not isIssuedBy(one, issuer):
            return ("has a chain out of order: each certificate has to follow the one it signed",)
    if len(chain) > 1:
        return ()
    if chain[0].issuer == chain[0].subject:
        return ("signs itself: most charge points refuse it",)
    return ("stands without the certificates between it and its root: needed, if there are any",)


def isIssuedBy(one: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Whether ``issuer`` signed ``one``."""
    try:
        one.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _nameFaults(certificate: x509.Certificate, hostName: str) -> tuple[str, ...]:
    if not hostName:
        return ()
    commonNames = namesIn(certificate.subject, NameOID.COMMON_NAME)
    found = []
    # Older charge points look at CN, as the Whitepaper has it; newer ones at SAN only.
    for where, names in (("CN", commonNames), ("subjectAltName", _alternatives(certificate))):
        if not any(_fits(name, hostName) for name in names):
            found.append(f"does not have {hostName} in {where}")
    return tuple(found)


def namesIn(name: x509.Name, kind: x509.ObjectIdentifier) -> tuple[str, ...]:
    """The values of one kind in a subject."""
    return tuple(str(one.value) for one in name.get_attributes_for_oid(kind))


def _alternatives(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    addresses = (str(one) for one in found.get_values_for_type(x509.IPAddress))
    return (*found.get_values_for_type(x509.DNSName), *addresses)


def _fits(name: str, hostName: str) -> bool:
    name, hostName = name.lower(), hostName.lower()
    if name.startswith("*."):
        return hostName.partition(".")[2] == name[2:]
    return name == hostName


def _keyFaults(certificate: x509.Certificate) -> tuple[str, ...]:
    key = certificate.public_key()
    size = getattr(key, "key_size", 0)
    if isinstance(key, rsa.RSAPublicKey) and size < 2048:
        return (f"has an RSA key of {size} bits: at least 2048 are needed",)
    if isinstance(key, ec.EllipticCurvePublicKey) and size < 224:
        return (f"has an elliptic curve key of {size} bits: at least 224 are needed",)
    return ()
