"""
Everything that leans on the inside of the legacy ``opcua`` package, and nothing
else: how its classes declare their fields, its secure connection, its standard
nodes, its loggers.

Other modules use ``ua`` for the plain data classes of the protocol only.  If
another version of the package changes what is used here,
`tests.uaserver.test_library` says what and where.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Any

from attrs import frozen
from opcua import ua
from opcua.common.connection import MessageChunk, SecureConnection
from opcua.common.utils import Buffer
from opcua.crypto.security_policies import (
    Cryptography,
    DecryptorAesCbc,
    DecryptorRsa,
    EncryptorAesCbc,
    EncryptorRsa,
    SignerHMac256,
    VerifierHMac256,
)
from opcua.crypto.uacrypto import p_sha256
from opcua.server.address_space import AddressSpace, NodeManagementService
from opcua.server.standard_address_space import standard_address_space
from opcua.ua.ua_binary import header_from_binary

__all__ = [
    "Buffer",
    "Cryptography",
    "DeclaredField",
    "DecryptorAesCbc",
    "DecryptorRsa",
    "EncryptorAesCbc",
    "EncryptorRsa",
    "ServerSecureConnection",
    "SignerHMac256",
    "VerifierHMac256",
    "bareVariant",
    "declaredFields",
    "deriveKeys",
    "enumeration",
    "extensionClass",
    "extensionTypeId",
    "headerFrom",
    "loadStandardNodes",
    "silence",
    "status",
    "structure",
]

headerFrom = header_from_binary
deriveKeys = p_sha256

#: The library logs at WARNING what any client may provoke at will.
_LOGGERS = ("opcua", "__name__")


def silence() -> None:
    """Keep the library's own loggers quiet; what matters is logged by us."""
    for name in _LOGGERS:
        logging.getLogger(name).setLevel(logging.CRITICAL)


@lru_cache(maxsize=4096)
def status(value: int) -> Any:
    """The shared ``ua.StatusCode`` of a number; nobody changes it."""
    return ua.StatusCode(value)


@frozen
class DeclaredField:
    """
    One field of a structure as the library declares it.

    :ivar bit: its bit in the encoding mask, or ``None`` for a field that is
        always there.
    """

    name: str
    typeName: str
    bit: int | None


def declaredFields(cls: Any) -> list[DeclaredField]:
    """The fields of a structure in the order of their encoding."""
    switches = getattr(cls, "ua_switches", {})
    return [
        DeclaredField(name, typeName, switches[name][1] if name in switches else None)
        for name, typeName in cls.ua_types
    ]


def structure(name: str) -> Any:
    """The class of the structure called ``name``, or ``None``."""
    found = getattr(ua, name, None)
    return found if isinstance(found, type) and hasattr(found, "ua_types") else None


def enumeration(name: str) -> Any:
    """The class of the enumeration called ``name``, or ``None``."""
    found = getattr(ua, name, None)
    return found if isinstance(found, type) and issubclass(found, Enum) else None


def extensionClass(typeId: Any) -> Any:
    """The class whose binary encoding has this NodeId, or ``None``."""
    return ua.extension_object_classes.get(typeId)


def extensionTypeId(cls: Any) -> Any:
    """The NodeId of the binary encoding of a structure."""
    return ua.extension_object_ids[cls.__name__]


def bareVariant(value: Any, variantType: Any, dimensions: Any, isArray: bool) -> Any:
    """
    A Variant exactly as received.

    The constructor guesses, converts and refuses a null ByteString, which is
    legal on the wire; so the fields are set beneath it.
    """
    variant = ua.Variant.__new__(ua.Variant)
    variant.__dict__.update(
        _value=value,
        _variantType=variantType,
        Dimensions=dimensions,
        is_array=isArray,
        _freeze=True,
    )
    return variant


def loadStandardNodes() -> dict[Any, Any]:
    """
    The nodes of namespace 0 as the library declares them: NodeId to an object
    with ``attributes`` (AttributeId to an object with ``value``, a DataValue)
    and ``references`` (ReferenceDescriptions).  Takes half a second.
    """
    space = AddressSpace()
    standard_address_space.fill_address_space(NodeManagementService(space))
    return {nodeId: space[nodeId] for nodeId in list(space.keys())}


class ServerSecureConnection(SecureConnection):
    """
    The library's secure conversation with the server's part done safely:
    channel and token identifiers come from outside, a token identifier of 0
    is nobody's, nothing is taken before the channel is open, and sequence
    numbers count for every kind of message.

    :param choose: gives the policy for a policy's name, the peer's certificate
        and a security mode; the mode is ``None`` until the peer has proved
        that the certificate is its own.
    """

    _open: bool

    def __init__(self, choose: Callable[[str | None, bytes | None, Any], Any]) -> None:
        super().__init__(ua.SecurityPolicy())
        self._choose = choose

    def select_policy(self, uri: str | None, certificate: bytes | None, mode: Any = None) -> None:
        """Take the policy that was chosen; what ``choose`` raises ends the channel."""
        self.security_policy = self._choose(uri, certificate, mode)

    def issue(self, parameters: Any, token: Any, nonce: bytes) -> None:
        """Begin with ``token``, or prepare the change to it when renewing."""
        renewing = self._open
        self.local_nonce = nonce
        self.remote_nonce = parameters.ClientNonce
        if renewing:
            self.next_security_token = token
            return
        self._open = True
        self.security_token = token
        self.security_policy.make_local_symmetric_key(self.remote_nonce, self.local_nonce)
        self.security_policy.make_remote_symmetric_key(self.local_nonce, self.remote_nonce)

    @property
    def peerNonce(self) -> Any:
        """What the peer's keys were derived from last."""
        return self.remote_nonce

    @property
    def isRenewing(self) -> bool:
        """Was a new token issued that the peer has not used yet?"""
        return bool(self.next_security_token.TokenId)

    def limitChunks(self, size: int) -> None:
        """Send no chunk larger than ``size`` bytes."""
        self._max_chunk_size = size

    def receive(self, content: bytes) -> Any:
        """
        Take one chunk.

        :return: ``(requestId, body, algorithmHeader)`` of the message that it
            completes, or ``None``.
        :raise Exception: whatever the library finds wrong with it.
        """
        buffer = Buffer(content)
        message = self.receive_from_header_and_body(header_from_binary(buffer), buffer)
        if message is None:
            return None
        body = b"".join(chunk.Body for chunk in message._chunks)
        return message.request_id(), body, message.SecurityHeader()

    def chunksFor(self, size: int) -> int:
        """Chunks that a message of ``size`` bytes takes."""
        crypto = self.security_policy.symmetric_cryptography
        return -(-size // MessageChunk.max_body_size(crypto, self._max_chunk_size))

    def _check_sym_header(self, securityHeader: Any) -> None:
        """
        The old token serves until the peer uses the new one, and never again
        after that (OPC 10000-4, 5.5.2).
        """
        tokenId = securityHeader.TokenId
        if not self._open or tokenId == 0:
            raise ua.UaError("no such security token")
        if tokenId == self.next_security_token.TokenId:
            self.revolve_tokens()
            self.security_policy.make_remote_symmetric_key(self.local_nonce, self.remote_nonce)
        elif tokenId != self.security_token.TokenId:
            raise ua.UaError("no such security token")

    def _check_incoming_chunk(self, chunk: Any) -> None:
        """Also a renewal has to come in its turn: the library takes a repeated one."""
        if chunk.MessageHeader.MessageType == ua.MessageType.SecureOpen and self._open:
            _judgeOrder(chunk.SequenceHeader.SequenceNumber, self._peer_sequence_number)
            if chunk.MessageHeader.ChannelId != self.security_token.ChannelId:
                raise ua.UaError("another channel's identifier")
        super()._check_incoming_chunk(chunk)


#: Sequence numbers may begin anew near their end (OPC 10000-6, 6.7.2.4).
_WRAP = 1024


def _judgeOrder(number: int, last: int) -> None:
    wrapped = number < _WRAP and last >= (1 << 32) - _WRAP
    if number != last + 1 and not wrapped:
        raise ua.UaError("sequence number out of order")
