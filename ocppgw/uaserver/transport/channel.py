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
from ocppgw.uaserver.security.certificates import Certificate
from ocppgw.uaserver.security.refusals import SecurityRefused
from ocppgw.uaserver.security.security import KEEPING, OPENING
from ocppgw.uaserver.security.suites import NONCE_SIZE, Suite
from ocppgw.uaserver.timer import Timer
from ocppgw.uaserver.transport.conversation import Conversation
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
    :param goOn: called when it takes chunks again after it was held.
    :ivar peer: ``host:port`` of the client.
    :ivar agreement: what Hello and Acknowledge settled.
    :ivar isHeld: it takes no chunks for now, the last request is work enough.
    """

    def __init__(
        self,
        environment: Environment,
        agreement: Agreement,
        peer: str,
        write: Callable[[bytes], None],
        deliver: Callable[[Channel, int, bytes], None],
        expire: Callable[[], None],
        goOn: Callable[[], None],
    ) -> None:
        self.agreement = agreement
        self.peer = peer
        self.channelId = 0
        self.isOpen = False
        self.isHeld = False
        self.sessions: set[Any] = set()
        self._environment = environment
        self._write = write
        self._deliver = deliver
        self._expire = expire
        self._goOn = goOn
        self._secure = Conversation(self._choose)
        self._secure.limitChunks(agreement.sendChunk)
        self._life = Timer(environment.clock)
        self._tokenId = 0
        self._tokenEnds = self._formerEnds = 0.0
        self._chunks = 0
        self._size = 0

    @property
    def suite(self) -> Suite | None:
        """The security policy in use; ``None`` without security."""
        return getattr(self._secure.security_policy, "suite", None)

    @property
    def securityMode(self) -> int:
        """The MessageSecurityMode in use, as a number."""
        return int(self._secure.security_policy.Mode)

    @property
    def own(self) -> Certificate | None:
        """Our certificate, also on a channel without security: user tokens need it."""
        own = getattr(self._secure.security_policy, "own", None)
        return own or self._environment.security.certificate

    @property
    def ownChain(self) -> bytes | None:
        """The same as bytes, with its issuers where the site's file has them."""
        return self.own.chain if self.own is not None else None

    @property
    def client(self) -> Certificate | None:
        """The client's certificate, on a channel that has one."""
        return getattr(self._secure.security_policy, "peer", None)

    @property
    def peerCertificate(self) -> bytes | None:
        """The same as bytes."""
        return self.client.der if self.client is not None else None

    @property
    def maySession(self) -> bool:
        """Is it safe enough for more than discovery?"""
        return self.suite is not None or self._environment.security.allowsUnencrypted(self.peer)

    def sign(self, data: bytes) -> tuple[str | None, bytes | None]:
        """Algorithm and signature by our certificate; neither without security."""
        if self.suite is None:
            return None, None
        policy = self._secure.security_policy
        return self.suite.signatureUri, policy.asymmetric_cryptography.signature(data)

    def verify(self, nonce: bytes, signature: bytes | None) -> bool:
        """Did the client sign our certificate and this nonce?  True without security."""
        if self.suite is None or self.client is None:
            return True
        return self.proves(self.suite, self.client.publicKey, nonce, signature or b"")

    def proves(self, suite: Suite, key: Any, nonce: bytes, signature: bytes) -> bool:
        """
        Did the holder of ``key`` sign our certificate and this nonce?

        Some clients sign the chain that they got, others the certificate alone.
        """
        own = self.own
        signed = {b""} if own is None else {own.der, own.chain}
        return any(suite.verify(key, each + nonce, signature) for each in signed)

    def judgeAgain(self) -> None:
        """
        Is the client still trusted?

        :raise TransportError: when it is not; the log has why.
        """
        if self.client is not None:
            try:
                self._environment.security.judgeAgain(self.client, self.peer)
            except SecurityRefused as error:
                raise _refused(error) from None

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
        except SecurityRefused as error:
            raise _refused(error) from None
        except Exception as error:
            code = ua.StatusCodes.BadSecurityChecksFailed
            raise self._refusal(code, "security checks failed") from error
        self._judgeToken(frame)
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
        if agreed.sendChunks:
            largest = min(largest, agreed.sendChunks * self._secure.largestBody)
        if len(body) > largest:
            return False
        self._write(self._secure.message(requestId, body))
        return True

    def hold(self) -> None:
        """Take nothing more until `release`."""
        self.isHeld = True

    def release(self) -> None:
        """Go on with what came meanwhile."""
        self.isHeld = False
        self._goOn()

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

    def _choose(self, uri: str | None, certificate: bytes | None, mode: Any) -> Any:
        return self._environment.security.policy(uri, certificate, mode, self.peer)

    def _judgeToken(self, frame: Frame) -> None:
        """After a renewal the former token serves to its own end only."""
        former = frame.kind != OPEN and self._secure.isRenewing
        if former and self._environment.clock.seconds() >= self._formerEnds:
            code = ua.StatusCodes.BadTcpSecureChannelUnknown
            raise TransportError(code, "the security token has ended")

    def _complete(self, kind: bytes, requestId: int, body: bytes, algorithm: Any) -> None:
        if kind != OPEN:
            self._deliver(self, requestId, body)
            return
        try:
            self._openOrRenew(requestId, body, algorithm)
        except SecurityRefused as error:
            raise _refused(error) from None

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
            self._judgeSame(parameters, algorithm)
            self.judgeAgain()
        else:
            self._select(parameters.SecurityMode, algorithm)
        self._judgeNonce(parameters.ClientNonce)

    def _select(self, asked: int, algorithm: Any) -> None:
        """The policy and the mode; by now the client has proved to have its key."""
        try:
            mode = ua.MessageSecurityMode(asked)
        except ValueError:
            code = ua.StatusCodes.BadSecurityModeRejected
            raise self._refusal(code, "no such security mode") from None
        self._secure.select_policy(algorithm.SecurityPolicyURI, algorithm.SenderCertificate, mode)
        given = algorithm.ReceiverCertificateThumbPrint
        if self.suite is not None and self.own is not None and given != self.own.thumbprint:
            code = ua.StatusCodes.BadCertificateInvalid
            raise self._refusal(code, "encrypted for another certificate than ours")

    def _judgeSame(self, parameters: Any, algorithm: Any) -> None:
        """A renewal changes nothing but the token."""
        policy = self._secure.security_policy
        before = (policy.URI, policy.Mode, self.peerCertificate)
        data = algorithm.SenderCertificate
        certificate = Certificate.received(data).der if data else None
        if before != (algorithm.SecurityPolicyURI, parameters.SecurityMode, certificate):
            code = ua.StatusCodes.BadSecurityChecksFailed
            raise self._refusal(code, "a renewal with other security")

    def _judgeNonce(self, nonce: bytes | None) -> None:
        if self.suite is None:
            return
        if len(nonce or b"") != NONCE_SIZE or nonce == self._secure.peerNonce:
            raise self._refusal(ua.StatusCodes.BadNonceInvalid, "the nonce is not a new one")

    def _refusal(self, code: int, why: str) -> TransportError:
        """The end for reasons of security: the log and the audit trail have it."""
        what = KEEPING if self.isOpen else OPENING
        self._environment.security.refuse(what, code, self.peer, why)
        return TransportError(code, why)

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
        nonce = environment.entropy(NONCE_SIZE if self.suite is not None else 0)
        self._secure.issue(parameters, token, nonce)
        self.isOpen = True
        # A token may be used for a quarter longer than its life (OPC 10000-4, 5.5.2.1).
        life = token.RevisedLifetime / 1000 * 1.25
        self._formerEnds = self._tokenEnds
        self._tokenEnds = environment.clock.seconds() + life
        self._life.start(life, self._expire)
        result = ua.OpenSecureChannelResult()
        result.SecurityToken, result.ServerNonce = token, nonce
        return result


def _refused(error: SecurityRefused) -> TransportError:
    return TransportError(error.wireCode, "this security is not accepted")
