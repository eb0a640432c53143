"""
A certificate as a peer sends it or a file holds it: read once, asked often.

Judges nothing; `chains` does.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import NameOID
from opcua import ua

from ocppgw.uaserver.security.refusals import SecurityRefused

#: A peer may send its issuers along; more than this is nonsense.
LONGEST_CHAIN = 8
_SEQUENCE = 0x30
#: What reading a certificate of a stranger may end in.
UNREADABLE = (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion)


class Certificate:
    """
    One certificate, with those that were sent along with it.

    :ivar der: its bytes.
    :ivar content: what ``cryptography`` makes of them.
    :ivar companions: further certificates, usually the issuers.
    """

    def __init__(self, der: bytes, companions: tuple[Certificate, ...] = ()) -> None:
        self.der = der
        self.companions = companions
        try:
            self.content = content = x509.load_der_x509_certificate(der)
            # Each of these is read only when it is asked for, and may be anything until then.
            _ = (content.subject, content.issuer, content.extensions)
            self.uris = _uris(self.content)
            self.publicKey: Any = self.content.public_key()
        except UNREADABLE as error:
            raise SecurityRefused(ua.StatusCodes.BadCertificateInvalid, str(error)) from None

    @classmethod
    def received(cls, data: bytes | None) -> Certificate:
        """
        A certificate, or a chain with the certificate first (OPC 10000-6, 6.2.6).

        :raise SecurityRefused: when it cannot be read.
        """
        first, *others = _split(data or b"")
        return cls(first, tuple(cls(each) for each in others))

    @cached_property
    def thumbprint(self) -> bytes:
        """Names the certificate in the protocol and in file names."""
        return hashlib.sha1(self.der, usedforsecurity=False).digest()

    @property
    def chain(self) -> bytes:
        """It and its companions, as they are sent (OPC 10000-6, 6.2.6)."""
        return b"".join(each.der for each in (self, *self.companions))

    @property
    def keyBits(self) -> int:
        """Length of its RSA key; 0 for a key of another kind."""
        key = self.publicKey
        return int(key.key_size) if isinstance(key, RSAPublicKey) else 0

    @property
    def isSelfIssued(self) -> bool:
        """Does it name itself as its issuer?"""
        return bool(self.content.subject == self.content.issuer)

    @property
    def commonName(self) -> str:
        """For people; may be empty."""
        names = self.content.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else ""

    def isSignedBy(self, issuer: Certificate) -> bool:
        """Do name and signature say that ``issuer`` made it?"""
        try:
            self.content.verify_directly_issued_by(issuer.content)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is not a signature
            return False
        return True

    def extension(self, cls: Any) -> Any:
        """The value of an extension, or ``None``."""
        try:
            return self.content.extensions.get_extension_for_class(cls).value
        except x509.ExtensionNotFound:
            return None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Certificate) and other.der == self.der

    def __hash__(self) -> int:
        return hash(self.der)

    def __str__(self) -> str:
        return f"{self.content.subject.rfc4514_string()!r} ({self.thumbprint.hex()})"


def _uris(content: x509.Certificate) -> tuple[str, ...]:
    """The ApplicationUris that the certificate is for; it should be one."""
    try:
        found = content.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(found.value.get_values_for_type(x509.UniformResourceIdentifier))


def _split(data: bytes) -> list[bytes]:
    """Cut certificates that stand one behind the other."""
    parts: list[bytes] = []
    while data and len(parts) < LONGEST_CHAIN:
        size = _size(data)
        parts.append(data[:size])
        data = data[size:]
    if data or not parts:
        raise SecurityRefused(ua.StatusCodes.BadCertificateInvalid, "no certificate, or too many")
    return parts


def _size(data: bytes) -> int:
    """Bytes of the DER sequence that ``data`` begins with."""
    if data[0] == _SEQUENCE and len(data) >= 4:
        octets = data[1] & 0x7F
        if data[1] < 0x80:
            return 2 + octets
        if 1 <= octets <= 3:
            return 2 + octets + int.from_bytes(data[2 : 2 + octets], "big")
    raise SecurityRefused(ua.StatusCodes.BadCertificateInvalid, "not a certificate")
