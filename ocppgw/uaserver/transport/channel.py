"""
A secure channel (OPC 10000-6, 6.7): chunks in, whole requests out; whole
responses in, chunks out.

Owns the chunks of the one message that is being received, bounded in number
and size (CVE-2022-25304), and the life of its security token.  Runs on the
OPC UA thread; ends with `closed`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from opcua import ua

from ocppgw.uaserver.codec.decoding import decode
from ocppgw.uaserver.codec.encoding import encode
from ocppgw.uaserver.codec.errors import Undecodable
from ocppgw.uaserver.codec.reader import Reader
from ocppgw.uaserver.environment import Environment
from ocppgw.uaserver.library import ServerSecureConnection
from ocppgw.uaserver.timer import Timer
from ocppgw.uaserver.transport.framing import ABORT, CLOSE, OPEN, Frame, TransportError
from ocppgw.uaserver.transport.hello import Agreement

ISSUE, RENEW = 0, 1
_OPEN_REQUEST = ua.ObjectIds.OpenSecureChannelRequest_Encoding_DefaultBinary


class Channel:
    """
    One secure channel on one connection.

    :param write: sends bytes to the peer.
    :param deliver: called with (channel, requestId, body) for each request.
    :param expire: called when the token's life ended without a renewal.
    :ivar peer: ``host:port`` of the client.
    :ivar agreement: what Hello and Acknowledge settled.
    """

    def __init__(
        self,
        environment: Environment,
        agreement: Agreement,
        peer: str,
        write: Callable[[bytes], None],
        deliver: Callable[[Channel, int, bytes], None],
        expire: Callable[[], None],
    ) -> None:
        self.agreement = agreement
        self.peer = peer
        self.channelId = 0
        self.isOpen = False
        self.sessions: set[Any] = set()
        self._environment = environment
        self._write = write
        self._deliver = deliver
        self._expire = expire
        self._secure = ServerSecureConnection(ua.SecurityPolicy())
        self._secure.set_policy_factories(list(environment.policies))
        self._secure.limitChunks(agreement.sendChunk)
        self._life = Timer(environment.clock)
        self._tokenId = 0
        self._chunks = 0
        self._size = 0

    @property
    def security(self) -> Any:
        """The security policy in use (an object of the library's class)."""
        return self._secure.security_policy

    @property
    def ownCertificate(self) -> bytes | None:
        """Our certificate on this channel; the library calls its own side the client."""
        own: bytes | None = self.security.client_certificate
        return own

    @property
    def peerCertificate(self) -> bytes | None:
        """The client's certificate, on a channel that has one."""
        peer: bytes | None = self.security.server_certificate
        return peer

    def sign(self, data: bytes) -> tuple[str, bytes]:
        """Algorithm and signature by our certificate; both empty without security."""
        signature = self.security.asymmetric_cryptography.signature(data)
        return self.security.AsymmetricSignatureURI, signature

    def verify(self, data: bytes, signature: bytes | None) -> bool:
        """Did the holder of the client's certificate sign this?"""
        try:
            self.security.asymmetric_cryptography.verify(data, signature or b"")
        except Exception:  # noqa: BLE001 - every kind of failure means the same
            return False
        return True

    def receive(self, frame: Frame) -> bool:
        """
        Take one chunk.

        :return: false once the peer closed the channel.
        :raise TransportError: when the channel has to end.
        """
        if not self.isOpen and frame.kind != OPEN:
            code = ua.StatusCodes.BadTcpSecureChannelUnknown
            raise TransportError(code, "no secure channel is open")
        self._count(frame)
        try:
            message = self._secure.receive(frame.content)
        except Exception as error:
            raise TransportError(_statusOf(error), "security checks failed") from error
        if frame.chunk == ABORT or message is not None:
            self._chunks = self._size = 0
        if frame.kind == CLOSE:
            return False
        if message is not None:
            self._complete(frame.kind, *message)
        return True

    def send(self, requestId: int, body: bytes) -> bool:
        """
        Send a response.

        :return: false when it is larger than the client takes; nothing was sent.
        """
        if not self.isOpen:
            return True
        agreed = self.agreement
        largest = agreed.sendMessage or self._environment.limits.outgoingMessageSize
        chunks = self._secure.chunksFor(len(body))
        if len(body) > largest or (agreed.sendChunks and chunks > agreed.sendChunks):
            return False
        self._write(self._secure.message_to_binary(body, request_id=requestId))
        return True

    def closed(self) -> None:
        """The connection is gone: send nothing more."""
        self.isOpen = False
        self._life.stop()
        self._secure.close()

    def _count(self, frame: Frame) -> None:
        self._chunks += 1
        self._size += len(frame.content)
        limits = self._environment.limits
        if self._chunks > limits.chunks or self._size > limits.messageSize:
            raise TransportError(ua.StatusCodes.BadTcpMessageTooLarge, "message too large")

    def _complete(self, kind: bytes, requestId: int, body: bytes, algorithm: Any) -> None:
        if kind == OPEN:
            self._openOrRenew(requestId, body, algorithm)
        else:
            self._deliver(self, requestId, body)

    def _openOrRenew(self, requestId: int, body: bytes, algorithm: Any) -> None:
        try:
            request = decode("OpenSecureChannelRequest", Reader(body))
        except Undecodable as error:
            raise TransportError(error.statusCode, "OpenSecureChannel makes no sense") from None
        self._judge(request, algorithm)
        response = ua.OpenSecureChannelResponse()
        response.ResponseHeader.RequestHandle = request.RequestHeader.RequestHandle
        response.ResponseHeader.Timestamp = self._environment.now()
        response.Parameters = self._issue(request.Parameters)
        content = encode(response)
        self._write(self._secure.message_to_binary(content, OPEN, request_id=requestId))

    def _judge(self, request: Any, algorithm: Any) -> None:
        parameters = request.Parameters
        if request.TypeId.Identifier != _OPEN_REQUEST:
            raise TransportError(ua.StatusCodes.BadTcpMessageTypeInvalid, "not OpenSecureChannel")
        if parameters.RequestType != (RENEW if self.isOpen else ISSUE):
            raise TransportError(ua.StatusCodes.BadRequestTypeInvalid, "wrong request type")
        if self.isOpen:
            return
        try:
            mode = ua.MessageSecurityMode(parameters.SecurityMode)
            uri, certificate = algorithm.SecurityPolicyURI, algorithm.SenderCertificate
            self._secure.select_policy(uri, certificate, mode)
        except (ua.UaError, ValueError):
            code = ua.StatusCodes.BadSecurityModeRejected
            raise TransportError(code, "this security is not offered") from None

    def _issue(self, parameters: Any) -> Any:
        environment = self._environment
        limits = environment.limits
        asked = parameters.RequestedLifetime or limits.tokenLifetimeMax
        self._tokenId += 1
        self.channelId = self.channelId or next(environment.channelIds)
        token = ua.ChannelSecurityToken()
        token.ChannelId, token.TokenId = self.channelId, self._tokenId
        token.CreatedAt = environment.now().replace(tzinfo=None)
        token.RevisedLifetime = min(max(asked, limits.tokenLifetimeMin), limits.tokenLifetimeMax)
        nonce = environment.entropy(self._secure.security_policy.symmetric_key_size)
        self._secure.issue(parameters, token, nonce)
        self.isOpen = True
        # A token may be used for a quarter longer than its life (OPC 10000-4, 5.5.2.1).
        self._life.start(token.RevisedLifetime / 1000 * 1.25, self._expire)
        result = ua.OpenSecureChannelResult()
        result.SecurityToken, result.ServerNonce = token, nonce
        return result


def _statusOf(error: Exception) -> int:
    if isinstance(error, ua.UaError) and "No matching policy" in str(error):
        return int(ua.StatusCodes.BadSecurityPolicyRejected)
    return int(ua.StatusCodes.BadSecurityChecksFailed)
