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
from enum import Enum
from functools import lru_cache
from typing import Any

from attrs import frozen
from opcua import ua
from opcua.common.connection import MessageChunk, SecureConnection
from opcua.common.utils import Buffer
from opcua.server.address_space import AddressSpace, NodeManagementService
from opcua.server.standard_address_space import standard_address_space
from opcua.ua.ua_binary import header_from_binary

__all__ = [
    "Buffer",
    "DeclaredField",
    "ServerSecureConnection",
    "bareVariant",
    "declaredFields",
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
    is nobody's, and nothing is taken before the channel is open.
    """

    _open: bool

    def issue(self, parameters: Any, token: Any, nonce: bytes) -> None:
        """Begin with ``token``, or prepare the change to it when renewing."""
        renewing = self._open
        self.local_nonce = nonce
        self.remote_nonce = parameters.ClientNonce
        if renewing:
            self.next_security_token = token
            self._allow_prev_token = True
            return
        self._open = True
        self.security_token = token
        self.security_policy.make_local_symmetric_key(self.remote_nonce, self.local_nonce)
        self.security_policy.make_remote_symmetric_key(self.local_nonce, self.remote_nonce)

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
        if not self._open or securityHeader.TokenId == 0:
            raise ua.UaError("no such security token")
        super()._check_sym_header(securityHeader)
