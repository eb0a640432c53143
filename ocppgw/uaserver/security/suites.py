"""
The security policies that are offered, as data (OPC 10000-7, the SecurityPolicy
profiles), and their four operations with RSA keys.

A policy that is not in `SUITES` does not exist here: the deprecated ones
(Basic128Rsa15, Basic256) are refused like any unknown name.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

NONE_URI = "http://opcfoundation.org/UA/SecurityPolicy#None"
_POLICY = "http://opcfoundation.org/UA/SecurityPolicy#"
_RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
_RSA_OAEP = "http://www.w3.org/2001/04/xmlenc#rsa-oaep"

#: Bits of an RSA key, the same for all of them.
KEY_BITS = range(2048, 4097)
#: Bytes of the nonces that keys are derived from, and of the derived signing keys.
NONCE_SIZE = 32
SIGNING_KEY_SIZE = 32


@frozen
class Suite:
    """
    One security policy.

    :ivar level: the greater, the safer; clients choose by it.
    :ivar encryptionKeySize: bytes of the AES key.
    :ivar oaepHash: the hash inside the RSA encryption.
    :ivar isPss: are signatures RSASSA-PSS, not PKCS #1 1.5?
    :ivar encryptionUri: name of the RSA encryption, as user tokens carry it.
    :ivar signatureUri: name of the RSA signature.
    """

    name: str
    level: int
    encryptionKeySize: int
    oaepHash: Any
    isPss: bool
    encryptionUri: str
    signatureUri: str

    @property
    def uri(self) -> str:
        """The policy's name in the protocol."""
        return _POLICY + self.name

    @property
    def overhead(self) -> int:
        """Bytes of an RSA block that carry no content."""
        return int(2 * self.oaepHash.digest_size + 2)

    def encrypt(self, publicKey: Any, block: bytes) -> bytes:
        """Encrypt one block."""
        return bytes(publicKey.encrypt(block, self._oaep()))

    def decrypt(self, privateKey: Any, block: bytes) -> bytes:
        """Decrypt one block.  Fails with ``ValueError``."""
        return bytes(privateKey.decrypt(block, self._oaep()))

    def sign(self, privateKey: Any, data: bytes) -> bytes:
        """Sign."""
        return bytes(privateKey.sign(data, self._signing(), hashes.SHA256()))

    def verify(self, publicKey: Any, data: bytes, signature: bytes) -> bool:
        """Is this the signature of ``data``?"""
        try:
            publicKey.verify(signature, data, self._signing(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    def _oaep(self) -> Any:
        return padding.OAEP(padding.MGF1(self.oaepHash), self.oaepHash, None)

    def _signing(self) -> Any:
        if self.isPss:
            return padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        return padding.PKCS1v15()


# OAEP with SHA-1 is what the two policies prescribe; its safety does not rest on the hash.
BASIC256SHA256 = Suite("Basic256Sha256", 2, 32, hashes.SHA1(), False, _RSA_OAEP, _RSA_SHA256)
AES128_SHA256_RSAOAEP = Suite(
    "Aes128_Sha256_RsaOaep", 1, 16, hashes.SHA1(), False, _RSA_OAEP, _RSA_SHA256
)
AES256_SHA256_RSAPSS = Suite(
    "Aes256_Sha256_RsaPss",
    3,
    32,
    hashes.SHA256(),
    True,
    "http://opcfoundation.org/UA/security/rsa-oaep-sha2-256",
    "http://opcfoundation.org/UA/security/rsa-pss-sha2-256",
)

#: In the order in which they are offered.
SUITES = (BASIC256SHA256, AES128_SHA256_RSAOAEP, AES256_SHA256_RSAPSS)


def suiteOf(uri: str | None) -> Suite | None:
    """The policy of this name, or ``None`` where it is not offered."""
    return next((suite for suite in SUITES if suite.uri == uri), None)
