"""
Our own certificate and its key: read from the state folder, made at the first
start, made anew before it ends (OPC 10000-6, 6.2.2).

A site's own certificate takes the place of ours by taking its two files; it is
never touched.  A renewal keeps the key, so that one file changes at a time.
Blocks for the disk and for the making of a key: for a thread of a pool.
"""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ocppgw.uaserver.security.certificates import LONGEST_CHAIN, UNREADABLE, Certificate
from ocppgw.uaserver.security.refusals import SecurityRefused
from ocppgw.uaserver.security.suites import KEY_BITS
from ocppgw.uaserver.security.trustlist import certificatesOf

CERTIFICATE, KEY = "certificate.der", "key.pem"
#: How long a certificate of ours is valid, and how long before its end it is made anew.
VALIDITY = timedelta(days=1826)
AHEAD = timedelta(days=30)
_BITS = 2048
_ORGANIZATION = "ocppgw"
#: A clock may be a little late when the first certificate is made.
_MARGIN = timedelta(days=1)
_LONGEST_NAME = 64


@frozen
class Wanted:
    """
    What a certificate of ours has to say.

    :ivar hosts: names and addresses by which clients may reach us.
    :ivar needed: those of them whose lack is a reason to make it anew.
    """

    applicationUri: str
    applicationName: str
    hosts: tuple[str, ...] = ("localhost",)
    needed: tuple[str, ...] = ()


@frozen
class OwnIdentity:
    """A certificate and the key that belongs to it."""

    certificate: Certificate
    key: rsa.RSAPrivateKey

    @property
    def isOurs(self) -> bool:
        """Did we make it ourselves, rather than the site?"""
        names = self.certificate.content.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
        ours = any(name.value == _ORGANIZATION for name in names)
        return ours and self.certificate.isSelfIssued

    @property
    def expiry(self) -> datetime:
        """Its last moment, aware UTC."""
        return self.certificate.content.not_valid_after_utc

    @property
    def applicationUri(self) -> str:
        """The ApplicationUri in it; empty where it has none."""
        return next(iter(self.certificate.uris), "")

    def suits(self, wanted: Wanted, now: datetime) -> bool:
        """May it go on as it is?  The site's own always may."""
        if not self.isOurs:
            return True
        lasting = now + AHEAD < self.expiry
        named = {_generalName(host) for host in wanted.needed} <= _namesIn(self.certificate)
        return lasting and named and self.applicationUri == wanted.applicationUri


class OwnIdentityFailed(OSError):
    """The files in ``pki/own`` are of no use; the text says which and what to do."""


def prepared(folder: Path, wanted: Wanted, now: datetime) -> OwnIdentity:
    """
    The identity that is kept in ``folder``, made or made anew where that is needed.

    :raise OSError: when it cannot be read or written.
    """
    kept = _kept(folder)
    if kept is not None and kept.suits(wanted, now):
        return kept
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = kept.key if kept is not None else _keyIn(folder)
    identity = OwnIdentity(_certificate(key, wanted, now), key)
    _write(folder / CERTIFICATE, identity.certificate.der)
    return identity


def made(wanted: Wanted, now: datetime) -> OwnIdentity:
    """An identity that is kept nowhere."""
    key = _newKey()
    return OwnIdentity(_certificate(key, wanted, now), key)


def _kept(folder: Path) -> OwnIdentity | None:
    path = folder / CERTIFICATE
    if not path.exists():
        return None
    try:
        first, *others = certificatesOf(path.read_bytes())
        certificate = Certificate(first.der, _issuers(first, others))
    except (SecurityRefused, *UNREADABLE) as error:
        raise _failed(path, f"is no certificate ({error})") from None
    key = _readKey(folder / KEY)
    if key.public_key() != certificate.publicKey:
        raise _failed(path, f"does not belong to {KEY} beside it")
    return OwnIdentity(certificate, key)


def _issuers(certificate: Certificate, others: list[Certificate]) -> tuple[Certificate, ...]:
    """Who signed it, who signed that one, and so on, as far as the file tells."""
    found: list[Certificate] = []
    last = certificate
    while not last.isSelfIssued:
        issuer = next((each for each in others if last.isSignedBy(each)), None)
        if issuer is None or issuer in found or len(found) == LONGEST_CHAIN - 1:
            break
        found.append(issuer)
        last = issuer
    return tuple(found)


def _keyIn(folder: Path) -> rsa.RSAPrivateKey:
    """The key in the folder; a new one where there is none."""
    path = folder / KEY
    if path.exists():
        return _readKey(path)
    key = _newKey()
    form = serialization.PrivateFormat.PKCS8
    plain = serialization.NoEncryption()
    _write(path, key.private_bytes(serialization.Encoding.PEM, form, plain))
    return key


def _newKey() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, _BITS)


def _readKey(path: Path) -> rsa.RSAPrivateKey:
    try:
        data = path.read_bytes()
        isPem = b"-----BEGIN" in data
        load: Any = serialization.load_pem_private_key if isPem else _loadDer
        key = load(data, None)
    except FileNotFoundError:
        raise _failed(path, "is missing, while its certificate is there") from None
    except UNREADABLE as error:
        raise _failed(path, f"is no private key without a password ({error})") from None
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size not in KEY_BITS:
        raise _failed(path, "is no RSA key of 2048 to 4096 bits")
    return key


_loadDer = serialization.load_der_private_key


def _failed(path: Path, what: str) -> OwnIdentityFailed:
    remedy = "put a certificate and its key there, or remove both to have new ones made"
    return OwnIdentityFailed(f"{path} {what}; {remedy}")


def _write(path: Path, data: bytes) -> None:
    """All or nothing, for the eyes of the gateway's own user only."""
    temporary = path.with_name(f".{path.name}")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def _certificate(key: rsa.RSAPrivateKey, wanted: Wanted, now: datetime) -> Certificate:
    name = _subject(wanted)
    public = key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _MARGIN)
        .not_valid_after(now + VALIDITY)
        .add_extension(x509.SubjectAlternativeName(_alternatives(wanted)), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_USAGE, critical=True)
        .add_extension(x509.ExtendedKeyUsage(_PURPOSES), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False)
    )
    signed = builder.sign(key, hashes.SHA256())
    return Certificate(signed.public_bytes(serialization.Encoding.DER))


def _subject(wanted: Wanted) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, wanted.applicationName[:_LONGEST_NAME]),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANIZATION),
        ]
    )


def _alternatives(wanted: Wanted) -> list[x509.GeneralName]:
    names: list[x509.GeneralName] = [x509.UniformResourceIdentifier(wanted.applicationUri)]
    return names + [_generalName(host) for host in dict.fromkeys(wanted.hosts + wanted.needed)]


def _generalName(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _namesIn(certificate: Certificate) -> set[x509.GeneralName]:
    return set(certificate.extension(x509.SubjectAlternativeName) or ())


_PURPOSES = (ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH)
_USAGE = x509.KeyUsage(
    digital_signature=True,
    content_commitment=True,
    key_encipherment=True,
    data_encipherment=True,
    key_agreement=False,
    # Asked for in certificates that sign themselves (OPC 10000-6, 6.2.2).
    key_cert_sign=True,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
