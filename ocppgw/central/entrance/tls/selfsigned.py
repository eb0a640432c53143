"""
Certificates that sign themselves, for the first hour: only where somebody asked for them.

They are made once and kept in the state folder, an RSA and an ECDSA one.  Blocks for a moment;
at the start only.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ocppgw.central.entrance.tls.certificates import (
    BadCertificate,
    Identification,
    endOf,
    readChain,
)

LIFETIME = timedelta(days=90)
"""Long enough to try, too short to be forgotten."""

_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def selfSigned(folder: Path, hostName: str, now: datetime) -> tuple[Identification, ...]:
    """
    The certificates in a folder; they are made where there are none, or none that still hold.

    :param hostName: whom they are about; the machine's own name where it is empty.
    :raises BadCertificate: where they cannot be written.
    """
    return tuple(
        _kept(folder / f"ocpp-self-signed-{kind}.pem", makeKey, hostName, now)
        for kind, makeKey in _KEYS.items()
    )


def _rsaKey() -> _Key:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _ecdsaKey() -> _Key:
    return ec.generate_private_key(ec.SECP256R1())


_KEYS: Mapping[str, Callable[[], _Key]] = MappingProxyType({"rsa": _rsaKey, "ecdsa": _ecdsaKey})


def _kept(path: Path, makeKey: Callable[[], _Key], hostName: str, now: datetime) -> Identification:
    if not path.exists() or endOf(readChain(path)) <= now:
        key = makeKey()
        _write(path, key, _certificate(key, hostName or socket.gethostname() or "ocppgw", now))
    return Identification(path, path)


def _certificate(key: _Key, hostName: str, now: datetime) -> x509.Certificate:
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, hostName[:64]),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "ocppgw, self-signed"),
        ]
    )
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(hostName)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=False)
        .sign(key, hashes.SHA256())
    )


def _write(path: Path, key: _Key, certificate: x509.Certificate) -> None:
    text = certificate.public_bytes(Encoding.PEM) + key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
    except OSError as error:
        raise BadCertificate(f"{path} cannot be written: {error.strerror}") from None
