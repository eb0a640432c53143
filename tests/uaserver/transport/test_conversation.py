"""The chunks of an open channel are those that the library makes and takes."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st
from opcua import ua
from opcua.common.connection import SecureConnection
from opcua.ua.ua_binary import header_from_binary
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.library import (
    Buffer,
    Cryptography,
    DecryptorAesCbc,
    EncryptorAesCbc,
    SignerHMac256,
    VerifierHMac256,
)
from ocppgw.uaserver.transport.conversation import Conversation

MODES = (None, ua.MessageSecurityMode.Sign, ua.MessageSecurityMode.SignAndEncrypt)
SIGNING, ENCRYPTION, VECTOR = b"s" * 32, b"e" * 32, b"v" * 16
LARGEST = 8192


def policyOf(mode: Any) -> Any:
    """The same keys in both directions."""
    policy = ua.SecurityPolicy()
    if mode is not None:
        crypto = policy.symmetric_cryptography = Cryptography(mode)
        crypto.Signer, crypto.Verifier = SignerHMac256(SIGNING), VerifierHMac256(SIGNING)
        crypto.Encryptor = EncryptorAesCbc(ENCRYPTION, VECTOR)
        crypto.Decryptor = DecryptorAesCbc(ENCRYPTION, VECTOR)
    return policy


def begun(connection: Any, mode: Any, number: int) -> Any:
    """A secure conversation that is open, at a sequence number."""
    connection.security_policy = policyOf(mode)
    connection.security_token.ChannelId, connection.security_token.TokenId = 5, 9
    connection._open, connection._max_chunk_size = True, LARGEST
    connection._sequence_number = connection._peer_sequence_number = number
    return connection


def ours(mode: Any, number: int) -> Conversation:
    """Ours."""
    made: Conversation = begun(Conversation(lambda *args: None), mode, number)
    made.limitChunks(LARGEST)
    return made


def theirs(mode: Any, number: int) -> Any:
    """The library's."""
    return begun(SecureConnection(ua.SecurityPolicy()), mode, number)


def chunksOf(data: bytes) -> list[bytes]:
    """Cut apart what was sent."""
    found = []
    while data:
        size = int.from_bytes(data[4:8], "little")
        found.append(data[:size])
        data = data[size:]
    return found


sizes = st.one_of(st.integers(1, 100), st.integers(LARGEST - 100, 3 * LARGEST))
numbers = st.one_of(st.integers(1, 1000), st.integers((1 << 32) - 4, (1 << 32) - 1))


class ConversationTests(SynchronousTestCase):
    @given(st.sampled_from(MODES), sizes, numbers, st.integers(0, (1 << 32) - 1))
    def test_sent(self, mode: Any, size: int, number: int, requestId: int) -> None:
        """Whatever the security, a message is sent as the very bytes that the library sends."""
        body = bytes(each % 251 for each in range(size))
        expected = theirs(mode, number).message_to_binary(body, request_id=requestId)
        self.assertEqual(ours(mode, number).message(requestId, body), expected)

    @given(st.sampled_from(MODES), sizes, numbers, st.integers(0, (1 << 32) - 1))
    def test_received(self, mode: Any, size: int, number: int, requestId: int) -> None:
        """What the library sends is received."""
        body = bytes(each % 251 for each in range(size))
        data = theirs(mode, number).message_to_binary(body, request_id=requestId)
        conversation = ours(mode, number)
        *before, last = chunksOf(data)
        self.assertEqual([conversation.receive(each) for each in before], [None] * len(before))
        self.assertEqual(conversation.receive(last), (requestId, body, None))

    @given(st.sampled_from(MODES), st.integers(0, 200), st.integers(0, 255))
    def test_spoiled(self, mode: Any, at: int, value: int) -> None:
        """A chunk with one byte spoiled is taken by ours only if the library takes it as well."""
        data = bytearray(theirs(mode, 7).message_to_binary(bytes(100), request_id=3))
        head = bytes(data[:8])  # cutting the stream judges these
        data[at % len(data)] = value
        data[:8] = head
        self.assertEqual(took(ours(mode, 7), bytes(data)), took(theirs(mode, 7), bytes(data)))

    def test_withinAnother(self) -> None:
        """Neither another request nor a renewal comes within a message of several chunks."""
        first, *_ = chunksOf(theirs(None, 1).message_to_binary(bytes(2 * LARGEST), request_id=3))
        other = theirs(None, 2)
        for kind in (ua.MessageType.SecureMessage, ua.MessageType.SecureOpen):
            conversation = ours(None, 1)
            conversation.receive(first)
            data = other.message_to_binary(bytes(100), message_type=kind, request_id=4)
            self.assertRaises(ValueError, conversation.receive, data)
            other._sequence_number = 2


def took(connection: Any, data: bytes) -> Any:
    """The request and the body that a chunk gave, or ``None`` where it was refused."""
    try:
        if isinstance(connection, Conversation):
            return connection.receive(data)[:2]
        buffer = Buffer(data)
        found = connection.receive_from_header_and_body(header_from_binary(buffer), buffer)
        return found.request_id(), b"".join(each.Body for each in found._chunks)
    except Exception:  # noqa: BLE001 - whatever it is, the channel ends
        return None
