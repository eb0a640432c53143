"""
What every request begins with: its type and its RequestHeader (OPC 10000-4, 7.33).

Nearly all clients send the same form, which is read in two goes; any other is left to the general
decoder.  Only what a server needs is given out.
"""

from __future__ import annotations

import struct
from typing import Any

from msgspec import Struct
from opcua import ua

from ocppgw.uaserver.codec.decoding import decoderOf, nodeId
from ocppgw.uaserver.codec.reader import Reader

#: TypeId in its four-byte form, then kind, namespace and length of an opaque NodeId.
_BEGIN = struct.Struct("<BBHBHi")
#: Timestamp, RequestHandle, ReturnDiagnostics, length of AuditEntryId, TimeoutHint, and the
#: TypeId and encoding of AdditionalHeader.
_END = struct.Struct("<qIIiIHB")
_OPAQUE = 5
_OPAQUE_TYPE = ua.NodeIdType.ByteString


class RequestHead(Struct, gc=False):
    """
    The beginning of a request; attributes with the specification's names are its header's.

    :ivar typeId: number of the request's encoding; something else for what is none of the
        specification's.
    """

    typeId: Any
    AuthenticationToken: Any
    RequestHandle: int
    TimeoutHint: int


def requestHead(reader: Reader) -> RequestHead:
    """
    Decode it; the reader stands at the beginning of the message.

    :raise Undecodable: for whatever is wrong with the bytes.
    """
    data, end = reader.data, reader.end
    if end >= _BEGIN.size:
        form, space, typeId, kind, namespace, size = _BEGIN.unpack_from(data)
        at = _BEGIN.size + size
        if form == 1 and not space and kind == _OPAQUE and size >= 0 and at + _END.size <= end:
            _, handle, _, text, hint, extension, encoding = _END.unpack_from(data, at)
            if -1 <= text <= 0 and not extension and not encoding:
                reader.position = at + _END.size
                token = ua.NodeId(data[_BEGIN.size : at], namespace, _OPAQUE_TYPE)
                return RequestHead(typeId, token, handle, hint)
    return _generally(reader)


def _generally(reader: Reader) -> RequestHead:
    found = nodeId(reader)
    header = decoderOf("RequestHeader")(reader)
    return RequestHead(
        found.Identifier if found.NamespaceIndex == 0 else None,
        header.AuthenticationToken,
        header.RequestHandle,
        header.TimeoutHint,
    )
