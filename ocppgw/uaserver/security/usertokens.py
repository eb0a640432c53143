"""
What user tokens are protected with: the secret of a password, the signature of
a certificate's owner (OPC 10000-4, 7.36 and 7.41).  Pure but for the key.
"""

from __future__ import annotations

import hmac
import struct

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from ocppgw.uaserver.security.suites import Suite

#: RSA blocks of one secret; no password is longer.
_MOST_BLOCKS = 8
_LENGTH = struct.Struct("<I")


class WrongSecret(Exception):
    """The secret was not encrypted for us, here and now; the text is for the log."""


def decrypted(suite: Suite, key: RSAPrivateKey, data: bytes, nonce: bytes) -> bytes:
    """
    The password in an encrypted secret.

    :param nonce: what we gave last; a secret made with another one is a replay.
    :raise WrongSecret: whatever is wrong with it.
    """
    plain = _plain(suite, key, data)
    if len(plain) < _LENGTH.size:
        raise WrongSecret("too short")
    (length,) = _LENGTH.unpack_from(plain)
    secret = plain[_LENGTH.size :][:length]
    # What stands behind is padding of clients that fill the last block.
    if len(secret) != length or length < len(nonce):
        raise WrongSecret("wrong length")
    if not hmac.compare_digest(secret[length - len(nonce) :], nonce):
        raise WrongSecret("wrong nonce")
    return secret[: length - len(nonce)]


def _plain(suite: Suite, key: RSAPrivateKey, data: bytes) -> bytes:
    size = key.key_size // 8
    blocks, rest = divmod(len(data), size)
    if rest or not 1 <= blocks <= _MOST_BLOCKS:
        raise WrongSecret("not whole blocks of our key")
    try:
        parts = [suite.decrypt(key, data[at : at + size]) for at in range(0, len(data), size)]
    except ValueError:
        raise WrongSecret("not encrypted for our key") from None
    return b"".join(parts)
