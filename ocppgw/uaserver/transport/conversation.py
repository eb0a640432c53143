"""
The chunks of an open secure channel (OPC 10000-6, 6.7.2), read and made in one go each.

The library makes a dozen objects of every chunk, and takes apart what it just put together.  Its
own way stays for the messages that open a channel or renew its token.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from ocppgw.uaserver.library import ServerSecureConnection, judgeOrder
from ocppgw.uaserver.transport.framing import ABORT, FINAL, INTERMEDIATE, MESSAGE, OPEN

#: Type, chunk type, size, identifiers of the channel and of the token.
_HEAD = struct.Struct("<3scIII")
#: Sequence number and request id.
_ORDER = struct.Struct("<II")
_LAST_NUMBER = (1 << 32) - 1


class Conversation(ServerSecureConnection):
    """
    The secure conversation of one channel.

    :param choose: see `ServerSecureConnection`.
    """

    _sequence_number: int
    _peer_sequence_number: int

    def __init__(self, choose: Callable[[str | None, bytes | None, Any], Any]) -> None:
        super().__init__(choose)
        self._parts: list[bytes] = []
        self._partsOf = 0

    def receive(self, content: bytes) -> Any:
        if content[:3] == OPEN:
            if self._parts:
                raise ValueError("a message within another one")
            return super().receive(content)
        _, chunk, _, channelId, tokenId = _HEAD.unpack_from(content)
        self.judgeToken(tokenId)
        plain = self._opened(content)
        number, requestId = _ORDER.unpack_from(plain)
        if channelId != self.security_token.ChannelId:
            raise ValueError("another channel's identifier")
        if self._parts and requestId != self._partsOf:
            raise ValueError("a message within another one")
        judgeOrder(number, self._peer_sequence_number)
        self._peer_sequence_number = number
        if chunk == ABORT:
            self._parts.clear()
            return None
        body = plain[_ORDER.size :]
        if chunk == INTERMEDIATE:
            self._parts.append(body)
            self._partsOf = requestId
            return None
        if self._parts:
            body = b"".join((*self._parts, body))
            self._parts.clear()
        return requestId, body, None

    def message(self, requestId: int, body: bytes) -> bytes:
        """The chunks of a response."""
        most = self.largestBody
        if len(body) <= most:
            return self._sealed(FINAL, requestId, body)
        parts = [body[at : at + most] for at in range(0, len(body), most)]
        last = parts.pop()
        chunks = [self._sealed(INTERMEDIATE, requestId, part) for part in parts]
        return b"".join((*chunks, self._sealed(FINAL, requestId, last)))

    def _opened(self, content: bytes) -> bytes:
        """What follows the header of a chunk, decrypted, its signature verified."""
        crypto = self.security_policy.symmetric_cryptography
        plain: bytes = crypto.decrypt(content[_HEAD.size :])
        size = crypto.vsignature_size()
        if size:
            plain, signature = plain[:-size], plain[-size:]
            crypto.verify(content[: _HEAD.size] + plain, signature)
        found: bytes = crypto.remove_padding(plain)
        return found

    def _sealed(self, chunk: bytes, requestId: int, part: bytes) -> bytes:
        """One chunk, signed and encrypted."""
        self._sequence_number = number = self._sequence_number % _LAST_NUMBER + 1
        crypto, token = self.security_policy.symmetric_cryptography, self.security_token
        plain = _ORDER.pack(number, requestId) + part
        plain += crypto.padding(len(plain))
        blocks = (len(plain) + crypto.signature_size()) // crypto.plain_block_size()
        size = _HEAD.size + blocks * crypto.encrypted_block_size()
        head = _HEAD.pack(MESSAGE, chunk, size, token.ChannelId, token.TokenId)
        sealed: bytes = head + crypto.encrypt(plain + crypto.signature(head + plain))
        return sealed
