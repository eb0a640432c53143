"""What requests begin with is read alike by the short way and by the general decoder."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from hypothesis import given, strategies as st
from opcua import ua
from opcua.ua.ua_binary import nodeid_to_binary, struct_to_binary
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.codec import requesthead
from ocppgw.uaserver.codec.errors import Undecodable
from ocppgw.uaserver.codec.reader import Reader
from ocppgw.uaserver.codec.requesthead import requestHead

READ = ua.NodeId(ua.ObjectIds.ReadRequest_Encoding_DefaultBinary)
unsigned = st.integers(0, (1 << 32) - 1)
tokens = st.one_of(
    st.builds(
        lambda content, namespace: ua.NodeId(content, namespace, ua.NodeIdType.ByteString),
        st.binary(max_size=40),
        st.integers(0, 65535),
    ),
    st.builds(ua.NodeId, st.integers(0, 70000), st.integers(0, 300)),
    st.builds(ua.NodeId, st.text(max_size=5), st.integers(0, 300)),
)
types = st.sampled_from([READ, ua.NodeId(0), ua.NodeId(631, 2), ua.NodeId("Read", 0)])


@st.composite
def heads(draw: Any) -> bytes:
    """Type and RequestHeader as the library encodes them, with some of a body behind."""
    header = ua.RequestHeader()
    header.AuthenticationToken = draw(tokens)
    header.Timestamp = datetime(2026, 11, 1)  # noqa: DTZ001 - the library wants it naive
    header.RequestHandle = draw(unsigned)
    header.ReturnDiagnostics = draw(unsigned)
    header.AuditEntryId = draw(st.sampled_from([None, "", "me"]))
    header.TimeoutHint = draw(unsigned)
    if draw(st.booleans()):
        header.AdditionalHeader = draw(st.sampled_from([None, ua.KeyValuePair()]))
    return bytes(nodeid_to_binary(draw(types)) + struct_to_binary(header) + draw(st.binary()))


def outcome(decode: Any, data: bytes) -> Any:
    """What is decoded and how far, or why not."""
    reader = Reader(data)
    try:
        return decode(reader), reader.position
    except Undecodable as error:
        return error.statusCode


class RequestHeadTests(SynchronousTestCase):
    @given(heads())
    def test_alike(self, data: bytes) -> None:
        """Whatever a client has in its header, both find the same."""
        found = outcome(requestHead, data)
        self.assertIsInstance(found, tuple)
        self.assertEqual(found, outcome(requesthead._generally, data))

    @given(heads(), st.integers(0, 80), st.integers(0, 255), st.integers(0, 120))
    def test_spoiled(self, data: bytes, at: int, value: int, size: int) -> None:
        """Nor do they differ in what makes no sense, or ends too early."""
        spoiled = bytearray(data)
        spoiled[min(at, len(data) - 1)] = value
        for each in (bytes(spoiled), data[:size], bytes(spoiled[:size])):
            self.assertEqual(outcome(requestHead, each), outcome(requesthead._generally, each))

    def test_fields(self) -> None:
        """The fields are those that the client sent."""
        header = ua.RequestHeader()
        header.AuthenticationToken = ua.NodeId(b"secret", 3, ua.NodeIdType.ByteString)
        header.RequestHandle, header.TimeoutHint = 77, 5000
        found = requestHead(Reader(nodeid_to_binary(READ) + struct_to_binary(header)))
        self.assertEqual((found.typeId, found.AuthenticationToken.Identifier), (631, b"secret"))
        self.assertEqual((found.RequestHandle, found.TimeoutHint), (77, 5000))
