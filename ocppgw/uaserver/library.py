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
from opcua.server.standard_address_space import standard_address_space
from opcua.ua.ua_binary import header_from_binary

__all__ = [
    "Buffer",
    "Cryptography",
    "DeclaredField",
    "DeclaredNode",
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
    "judgeOrder",
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


@frozen(eq=False)
class DeclaredNode:
    """
    A node of namespace 0 as the library declares it.

    :ivar attributes: AttributeId to DataValue; equal ones are shared where they are many.
    :ivar references: for each the type, the target, and whether it is forward.
    """

    nodeId: Any
    nodeClass: int
    attributes: dict[int, Any]
    references: list[tuple[Any, Any, bool]]


class _Declarations:
    """
    Takes what the library would give its own address space, which takes twice as long over it.

    Each ``try_`` gives back what has to wait until other nodes are there.
    """

    def __init__(self) -> None:
        self.nodes: dict[int, DeclaredNode] = {}

    def try_add_nodes(self, items: list[Any], check: bool) -> list[Any]:
        return [item for item in items if not self._added(item)]

    def try_add_references(self, items: list[Any]) -> list[Any]:
        return [item for item in items if not self._referred(item)]

    def _added(self, item: Any) -> bool:
        nodeId, parentId, typeId = item.RequestedNewNodeId, item.ParentNodeId, item.TypeDefinition
        parent = self.nodes.get(parentId.Identifier)
        if parent is None and parentId.Identifier:
            return False
        references = []
        if parent is not None:
            parent.references.append((item.ReferenceTypeId, nodeId, True))
            references.append((item.ReferenceTypeId, parentId, False))
        if typeId.Identifier:
            references.append((_HAS_TYPE_DEFINITION, typeId, True))
        node = DeclaredNode(nodeId, int(item.NodeClass), _attributes(item), references)
        self.nodes[nodeId.Identifier] = node
        return True

    def _referred(self, item: Any) -> bool:
        source = self.nodes.get(item.SourceNodeId.Identifier)
        if source is None or item.TargetNodeId.Identifier not in self.nodes:
            return False
        source.references.append((item.ReferenceTypeId, item.TargetNodeId, item.IsForward))
        return True


_HAS_TYPE_DEFINITION = ua.NodeId(ua.ObjectIds.HasTypeDefinition)


def _attributes(item: Any) -> dict[int, Any]:
    """The attributes of an AddNodesItem."""
    found = {
        int(ua.AttributeIds.NodeId): _plain(item.RequestedNewNodeId, _T.NodeId),
        int(ua.AttributeIds.BrowseName): _plain(item.BrowseName, _T.QualifiedName),
        int(ua.AttributeIds.NodeClass): _shared(int(item.NodeClass), _T.Int32),
    }
    given = item.NodeAttributes
    for name, number, variantType in _specified(given.SpecifiedAttributes):
        value = getattr(given, name)
        if variantType is None:  # of a Value, which is a Variant already
            found[number] = ua.DataValue(value)
        elif variantType is _T.Double:
            found[number] = _shared(float(value), variantType)
        elif variantType in _SHARED and not isinstance(value, list):
            found[number] = _shared(value, variantType)
        else:
            found[number] = _plain(value, variantType)
    return found


_T = ua.VariantType
_SHARED = frozenset({_T.Byte, _T.Boolean, _T.Int32, _T.UInt32})
"""Types of attributes that have few values."""

#: Attributes of nodes beside the three that all have, and their types (OPC 10000-3, 5).
_ATTRIBUTES = {
    "AccessLevel": _T.Byte,
    "ArrayDimensions": _T.UInt32,
    "ContainsNoLoops": _T.Boolean,
    "DataType": _T.NodeId,
    "Description": _T.LocalizedText,
    "DisplayName": _T.LocalizedText,
    "EventNotifier": _T.Byte,
    "Executable": _T.Boolean,
    "Historizing": _T.Boolean,
    "InverseName": _T.LocalizedText,
    "IsAbstract": _T.Boolean,
    "MinimumSamplingInterval": _T.Double,
    "Symmetric": _T.Boolean,
    "UserAccessLevel": _T.Byte,
    "UserExecutable": _T.Boolean,
    "ValueRank": _T.Int32,
    "WriteMask": _T.UInt32,
    "UserWriteMask": _T.UInt32,
    "Value": None,
}


@lru_cache(maxsize=64)
def _specified(mask: int) -> tuple[tuple[str, int, Any], ...]:
    """Name, number and type of the attributes that a mask names."""
    masks = ua.NodeAttributesMask
    return tuple(
        (name, int(getattr(ua.AttributeIds, name)), variantType)
        for name, variantType in _ATTRIBUTES.items()
        if mask & getattr(masks, name)
    )


def _plain(value: Any, variantType: Any) -> Any:
    return ua.DataValue(bareVariant(value, variantType, None, isinstance(value, list)))


_shared = lru_cache(maxsize=256, typed=True)(_plain)


def loadStandardNodes() -> dict[int, DeclaredNode]:
    """The nodes of namespace 0 as the library declares them, by number.  Takes a third second."""
    declarations = _Declarations()
    standard_address_space.fill_address_space(declarations)
    return declarations.nodes


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
    _largestBody = 0

    def __init__(self, choose: Callable[[str | None, bytes | None, Any], Any]) -> None:
        super().__init__(ua.SecurityPolicy())
        self._choose = choose

    def select_policy(self, uri: str | None, certificate: bytes | None, mode: Any = None) -> None:
        """Take the policy that was chosen; what ``choose`` raises ends the channel."""
        self.security_policy = self._choose(uri, certificate, mode)

    def issue(self, parameters: Any, token: Any, nonce: bytes) -> None:
        """Begin with ``token``, or prepare the change to it when renewing."""
        self._largestBody = 0
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
        self._largestBody = 0

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

    @property
    def largestBody(self) -> int:
        """Bytes of a message that one chunk takes."""
        if not self._largestBody:
            crypto = self.security_policy.symmetric_cryptography
            self._largestBody = int(MessageChunk.max_body_size(crypto, self._max_chunk_size))
        return self._largestBody

    def judgeToken(self, tokenId: int) -> None:
        """
        The old token serves until the peer uses the new one, and never again
        after that (OPC 10000-4, 5.5.2).
        """
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
            judgeOrder(chunk.SequenceHeader.SequenceNumber, self._peer_sequence_number)
            if chunk.MessageHeader.ChannelId != self.security_token.ChannelId:
                raise ua.UaError("another channel's identifier")
        super()._check_incoming_chunk(chunk)


#: Sequence numbers may begin anew near their end (OPC 10000-6, 6.7.2.4).
_WRAP = 1024


def judgeOrder(number: int, last: int) -> None:
    """Does a sequence number follow the last one?"""
    wrapped = number < _WRAP and last >= (1 << 32) - _WRAP
    if number != last + 1 and not wrapped:
        raise ua.UaError("sequence number out of order")
