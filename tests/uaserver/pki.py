"""
Keys and certificates for tests: applications, authorities, revocation lists, as a
site could have them, right or wrong in any point that a test wants.

Keys are made once for all tests, because that is slow.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from attrs import frozen
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from ocppgw.uaserver.security.certificates import Certificate
from ocppgw.uaserver.security.ownidentity import OwnIdentity, Wanted, made
from ocppgw.uaserver.security.trustlist import TrustList

CLIENT_URI = "urn:client.example:scada"
SERVER_URI = "urn:localhost:ocppgw"
BEGIN = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
YEAR = timedelta(days=365)


@cache
def keyOf(who: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """The key of somebody; the same one whenever it is asked for."""
    return rsa.generate_private_key(65537, bits)


@cache
def serverIdentity() -> OwnIdentity:
    """The server's own certificate and key."""
    return made(Wanted(SERVER_URI, "ocppgw", ("localhost", "127.0.0.1")), BEGIN)


@frozen
class Holder:
    """A certificate and the key that belongs to it."""

    content: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def der(self) -> bytes:
        """The certificate's bytes."""
        return self.content.public_bytes(serialization.Encoding.DER)

    @property
    def keyPem(self) -> bytes:
        """The key, as files have it."""
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


@cache
def holder(  # noqa: PLR0917
    name: str = "scada",
    issuer: Holder | None = None,
    key: rsa.RSAPrivateKey | None = None,
    begin: datetime = BEGIN - YEAR,
    end: datetime = BEGIN + 20 * YEAR,
    digest: Any = None,
    uri: str | None = CLIENT_URI,
    extensions: tuple[tuple[x509.ExtensionType, bool], ...] = (),
) -> Holder:
    """Somebody with a certificate, signed by ``issuer`` or by itself; always the same one."""
    own = key or keyOf(name)
    subject = _name(name)
    builder = x509.CertificateBuilder(
        issuer_name=issuer.content.subject if issuer else subject,
        subject_name=subject,
        public_key=own.public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=begin.replace(tzinfo=None),
        not_valid_after=end.replace(tzinfo=None),
    )
    if uri:
        names = [x509.UniformResourceIdentifier(uri), x509.DNSName("client.example")]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical)
    signer = issuer.key if issuer else own
    return Holder(builder.sign(signer, digest or hashes.SHA256()), own)


def authority(name: str = "authority", issuer: Holder | None = None, **more: Any) -> Holder:
    """Somebody who may issue certificates."""
    length = more.pop("length", None)
    constraints = x509.BasicConstraints(ca=more.pop("ca", True), path_length=length)
    return holder(name, issuer, uri=None, extensions=((constraints, True),), **more)


def chained() -> tuple[Holder, list[Holder]]:
    """A site's own server: its certificate, and the authorities above it, the root last."""
    root = authority("root")
    middle = authority("middle", root)
    return holder("site server", middle, uri=SERVER_URI), [middle, root]


def keepChain(folder: Path) -> None:
    """Put `chained` where a gateway looks for its own certificate, as a site would."""
    leaf, issuers = chained()
    folder.mkdir(parents=True)
    pem = serialization.Encoding.PEM
    certificates = [each.content.public_bytes(pem) for each in (leaf, *issuers)]
    (folder / "certificate.der").write_bytes(b"".join(certificates))
    (folder / "key.pem").write_bytes(leaf.keyPem)


def revocations(
    issuer: Holder,
    *revoked: Holder,
    ends: datetime = BEGIN + YEAR,
    signer: rsa.RSAPrivateKey | None = None,
) -> bytes:
    """A revocation list."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.content.subject)
        .last_update(BEGIN - YEAR)
        .next_update(ends)
    )
    for each in revoked:
        entry = x509.RevokedCertificateBuilder(each.content.serial_number, BEGIN - YEAR)
        builder = builder.add_revoked_certificate(entry.build())
    made_ = builder.sign(signer or issuer.key, hashes.SHA256())
    return made_.public_bytes(serialization.Encoding.DER)


def usage(**bits: bool) -> tuple[x509.ExtensionType, bool]:
    """A key usage with these bits only."""
    names = (
        "digital_signature", "content_commitment", "key_encipherment", "data_encipherment",
        "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only",
    )  # fmt: skip
    return x509.KeyUsage(**{name: bits.get(name, False) for name in names}), True


MAIL_ONLY = (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False)
ENCRYPTS_ONLY = usage(key_encipherment=True)


def _name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def turnedAway(folder: Path) -> tuple[TrustList, Certificate]:
    """A trust list in this folder, and the certificate of a client that it does not trust."""
    trustList, certificate = TrustList(folder), Certificate(holder().der)
    trustList.prepare()
    trustList.reject(certificate)
    return trustList, certificate
