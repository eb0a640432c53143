"""
Hello, Acknowledge and Error (OPC 10000-6, 7.1.2): what two ends agree on
before anything else.  Pure.
"""

from __future__ import annotations

import struct

from attrs import frozen
from opcua import ua

from ocppgw.uaserver.codec.decoding import decode
from ocppgw.uaserver.codec.errors import Undecodable
from ocppgw.uaserver.codec.reader import Reader
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.transport.framing import TransportError

#: The specification lets nobody use smaller buffers.
SMALLEST_BUFFER = 8192
_HEADER_SIZE = 8


@frozen
class Agreement:
    """
    What holds for one connection.

    :ivar url: the endpoint URL that the client dialled.
    :ivar sendChunk: bytes of a chunk that the client takes.
    :ivar sendMessage: bytes of a message that the client takes; 0 for any.
    :ivar sendChunks: chunks of a message that the client takes; 0 for any.
    """

    url: str
    sendChunk: int
    sendMessage: int
    sendChunks: int


def agree(content: bytes, limits: Limits) -> tuple[Agreement, bytes]:
    """
    Judge a Hello message and make its Acknowledge.

    :raise TransportError: when nothing can be agreed on.
    """
    try:
        hello = decode("Hello", Reader(content, _HEADER_SIZE))
    except Undecodable as error:
        raise TransportError(error.statusCode, "Hello makes no sense") from None
    if min(hello.ReceiveBufferSize, hello.SendBufferSize) < SMALLEST_BUFFER:
        raise TransportError(ua.StatusCodes.BadConnectionRejected, "buffers below 8192 bytes")
    ours = limits.chunkSize
    agreement = Agreement(
        url=hello.EndpointUrl or "",
        sendChunk=min(hello.ReceiveBufferSize, ours),
        sendMessage=hello.MaxMessageSize,
        sendChunks=hello.MaxChunkCount,
    )
    body = struct.pack(
        "<IIIII", 0, min(hello.SendBufferSize, ours), agreement.sendChunk, limits.messageSize,
        limits.chunks,
    )  # fmt: skip
    return agreement, _message(b"ACK", body)


def errorMessage(statusCode: int, reason: str) -> bytes:
    """An Error message, the last thing that a peer hears."""
    text = reason.encode("utf-8")
    return _message(b"ERR", struct.pack("<Ii", statusCode, len(text)) + text)


def _message(kind: bytes, body: bytes) -> bytes:
    return struct.pack("<3scI", kind, b"F", len(body) + _HEADER_SIZE) + body
