"""
A security policy at work on one channel, in the shape that the library's secure
conversation expects.

The library's own classes do the AES part; RSA follows the `Suite`, and the
comparison of message signatures takes constant time, which theirs does not.
"""

from __future__ import annotations

import hmac
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from opcua import ua

from ocppgw.uaserver.library import (
    Cryptography,
    DecryptorAesCbc,
    DecryptorRsa,
    EncryptorAesCbc,
    EncryptorRsa,
    SignerHMac256,
    VerifierHMac256,
    deriveKeys,
)
from ocppgw.uaserver.security.certificates import Certificate
from ocppgw.uaserver.security.suites import NONCE_SIZE, SIGNING_KEY_SIZE, Suite

_BLOCK_SIZE = 16


class _Signer:
    def __init__(self, suite: Suite, key: RSAPrivateKey) -> None:
        self._suite, self._key = suite, key

    def signature_size(self) -> int:
        return self._key.key_size // 8

    def signature(self, data: bytes) -> bytes:
        return self._suite.sign(self._key, data)


class _Verifier:
    def __init__(self, suite: Suite, peer: Certificate) -> None:
        self._suite, self._peer = suite, peer

    def signature_size(self) -> int:
        return self._peer.keyBits // 8

    def verify(self, data: bytes, signature: bytes) -> None:
        if not self._suite.verify(self._peer.publicKey, data, signature):
            raise InvalidSignature


class _MessageVerifier(VerifierHMac256):
    def verify(self, data: bytes, signature: bytes) -> None:
        expected = SignerHMac256(self.key).signature(data)
        if not hmac.compare_digest(expected, signature):
            raise InvalidSignature


class ChannelPolicy(ua.SecurityPolicy):
    """
    One policy, one mode, our certificate and the client's.

    The library calls our side the client, also in a server.

    :ivar suite: which policy it is.
    :ivar own: our certificate.
    :ivar peer: the client's certificate.
    """

    def __init__(
        self, suite: Suite, mode: Any, own: Certificate, key: RSAPrivateKey, peer: Certificate
    ) -> None:
        super().__init__()
        self.suite, self.own, self.peer = suite, own, peer
        self.URI = suite.uri
        self.AsymmetricSignatureURI = suite.signatureUri
        self.Mode = mode
        self.client_certificate, self.server_certificate = own.chain, peer.der
        self.signature_key_size = SIGNING_KEY_SIZE
        self.symmetric_key_size = suite.encryptionKeySize
        self.nonceSize = NONCE_SIZE
        self.symmetric_cryptography = Cryptography(mode)
        # OpenSecureChannel is encrypted whatever the mode: it carries the nonces.
        asymmetric = Cryptography(ua.MessageSecurityMode.SignAndEncrypt)
        asymmetric.Signer = _Signer(suite, key)
        asymmetric.Verifier = _Verifier(suite, peer)
        asymmetric.Encryptor = EncryptorRsa(peer.content, suite.encrypt, suite.overhead)
        asymmetric.Decryptor = DecryptorRsa(key, suite.decrypt, suite.overhead)
        self.asymmetric_cryptography = asymmetric

    def make_local_symmetric_key(self, secret: bytes, seed: bytes) -> None:
        """Derive what we sign and encrypt with (OPC 10000-6, 6.7.5)."""
        signing, encryption, vector = self._derive(secret, seed)
        self.symmetric_cryptography.Signer = SignerHMac256(signing)
        self.symmetric_cryptography.Encryptor = EncryptorAesCbc(encryption, vector)

    def make_remote_symmetric_key(self, secret: bytes, seed: bytes) -> None:
        """Derive what the client signs and encrypts with."""
        signing, encryption, vector = self._derive(secret, seed)
        self.symmetric_cryptography.Verifier = _MessageVerifier(signing)
        self.symmetric_cryptography.Decryptor = DecryptorAesCbc(encryption, vector)

    def _derive(self, secret: bytes, seed: bytes) -> Any:
        return deriveKeys(
            secret, seed, (self.signature_key_size, self.symmetric_key_size, _BLOCK_SIZE)
        )
