"""
A certificate authority for tests: what it signs, what it revokes, in PEM files of a folder.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import attrs
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)
SIGNS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=True,
    encipher_only=False,
    decipher_only=False,
)
"""What the key of an authority is for."""

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def now() -> datetime:
    """The time of day: certificates are compared with it by OpenSSL itself."""
    return datetime.now(UTC)


def ecdsaKey() -> Key:
    return ec.generate_private_key(ec.SECP256R1())


def rsaKey(bits: int = 2048) -> Key:
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def nameOf(commonName: str, organization: str = "ACME Charging") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COMMON_NAME, commonName)]
    if organization:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization))
    return x509.Name(parts)


@attrs.frozen
class Issued:
    """A certificate with its key and all above it but the root."""

    certificate: x509.Certificate
    key: Key
    above: tuple[x509.Certificate, ...] = ()

    def pem(self, withKey: bool = True) -> bytes:
        chain = b"".join(one.public_bytes(Encoding.PEM) for one in (self.certificate, *self.above))
        return chain + (self.keyPem() if withKey else b"")

    def keyPem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    def write(self, path: Path, withKey: bool = True) -> Path:
        path.write_bytes(self.pem(withKey))
        return path


class Authority:
    """Signs and revokes."""

    def __init__(self, name: str = "Root", above: Authority | None = None) -> None:
        self.key = ecdsaKey()
        self.name = nameOf(name)
        signer = above or self
        self.above: tuple[x509.Certificate, ...] = ()
        if above is not None:
            self.above = above.above
        self.certificate = _signed(self.name, self.key, signer, 30 * DAY, True)
        if above is not None:
            self.above = (self.certificate, *above.above)

    def issue(
        self,
        commonName: str,
        organization: str = "ACME Charging",
        lifetime: timedelta = 10 * DAY,
        key: Key | None = None,
        alternative: str = "",
    ) -> Issued:
        """A certificate; a negative lifetime has ended already."""
        key = key or ecdsaKey()
        name = nameOf(commonName, organization)
        made = _signed(name, key, self, lifetime, False, alternative)
        return Issued(made, key, self.above)

    def revoke(self, path: Path, *issued: Issued, lifetime: timedelta = 5 * DAY) -> Path:
        """Write the list of what is revoked."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(now() - 20 * DAY)
            .next_update(now() + lifetime)
        )
        for one in issued:
            revoked = (
                x509.RevokedCertificateBuilder()
                .serial_number(one.certificate.serial_number)
                .revocation_date(now() - DAY)
                .build()
            )
            builder = builder.add_revoked_certificate(revoked)
        path.write_bytes(builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM))
        return path

    def write(self, path: Path) -> Path:
        path.write_bytes(self.certificate.public_bytes(Encoding.PEM))
        return path


def _signed(
    name: x509.Name,
    key: Key,
    signer: Authority,
    lifetime: timedelta,
    isAuthority: bool,
    alternative: str = "",
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(signer.name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - 20 * DAY)
        .not_valid_after(now() + lifetime)
        .add_extension(x509.BasicConstraints(ca=isAuthority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.key.public_key()),
            critical=False,
        )
    )
    if isAuthority:  # Strict clients, such as Python 3.13's, want it said.
        builder = builder.add_extension(SIGNS, critical=True)
    if alternative:
        names = x509.SubjectAlternativeName([x509.DNSName(alternative)])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signer.key, hashes.SHA256())
