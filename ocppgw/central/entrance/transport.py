"""
The thin adapter between Autobahn and our links: it moves text and decides nothing.

`WebSocket` is one connection; it asks a `IReception` whether the caller may come in and gives
what arrives to the `IInbound` that it got.  `WebSocketFactory` holds the options.  Reactor
thread.  Tests drive it over in-memory transports.

These overrides go below Autobahn's documented interface, and tests guard them:
``processHandshake``, for the raw request target, for the page and for a bound on the head;
``failHandshake``, so that a refusal is a proper HTTP response and is counted; ``sendCloseFrame``
and ``dropConnection``, so that a connection that should end does, whatever its other end does.
"""

# Half of Autobahn is not annotated.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from functools import partial
from typing import Any

import attrs
from autobahn.twisted.websocket import WebSocketServerFactory
from autobahn.websocket.protocol import WebSocketProtocol
from autobahn.websocket.types import ConnectionDeny, ConnectionRequest
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IPushProducer
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from ocppgw.central.entrance import handshake, page
from ocppgw.central.entrance.approach import Approach
from ocppgw.central.entrance.compression import compression
from ocppgw.central.entrance.connections import Connections, IConnection
from ocppgw.central.entrance.errorsonly import ErrorsOnly
from ocppgw.central.entrance.masking import maskedHead
from ocppgw.central.entrance.options import withOptions
from ocppgw.central.entrance.pacing import PacedProtocol
from ocppgw.central.entrance.proxies import Caller, callerOf, isTrusted
from ocppgw.central.entrance.tls.peers import subjectOfPeer, troubleOf
from ocppgw.central.entrance.wholeframes import textFrame, wholeText
from ocppgw.central.entrance.wires import Denied, IInbound, IReception, IWire
from ocppgw.config.listeners import ListenerTable

log = Logger()

_OPEN = WebSocketProtocol.STATE_OPEN

MOST_FRAGMENTS = 1024
"""Frames of one message; who sends more does it to be a nuisance."""

RESERVED_BITS = "it set reserved bits: compression, most likely, that was not agreed upon"

TOO_BIG = 1009
"""The close code for a big message (RFC 6455 section 7.4.1)."""


@implementer(IPushProducer)
class _Backpressure:
    """Tells a connection whether its transport still takes what is written."""

    def __init__(self, wire: WebSocket) -> None:
        self._wire = wire

    def pauseProducing(self) -> None:
        self._wire.drained(False)

    def resumeProducing(self) -> None:
        self._wire.drained(True)

    def stopProducing(self) -> None:
        """The connection is ending; `WebSocket.onClose` follows."""


@implementer(IWire, IConnection)
class WebSocket(PacedProtocol):
    """One connection of a charge point, or of whoever else found the port."""

    log = ErrorsOnly()
    factory: WebSocketFactory
    transport: Any
    localCloseReason: Any
    maxMessagePayloadSize: int
    current_frame: Any
    _perMessageCompress: Any
    http_request_data: bytes
    http_headers: dict[str, str]

    _head: handshake.Head | None = None
    _admission: Any = None
    _inbound: IInbound | None = None
    _fragments = 0
    _denial: Denied | None = None

    def connectionMade(self) -> None:
        super().connectionMade()
        self.factory.connections.opened(self, self._host())
        # Who calls through a proxy is known when the head is, and counted then.
        if not self._isProxy():
            self._knock()

    def connectionLost(self, reason: Failure) -> None:  # type: ignore[override]
        if self._head is None and (trouble := troubleOf(reason, self.transport)) is not None:
            why, event = trouble
            self.factory.reception.turnedAway(self._host(), b"", why, event)
        try:
            super().connectionLost(reason)
        finally:
            self.factory.connections.closed(self)

    def dataReceived(self, data: bytes) -> None:
        inbound = self._inbound
        if inbound is not None:
            if self.state == _OPEN and not (
                # Autobahn has seen the end of all that was read so far.
                self.data or self.inside_message or self.current_frame or self.isResting
            ):
                text = wholeText(data, self.maxMessagePayloadSize)
                if text is not None:
                    inbound.usual(text)
                    return
            inbound.heard()
        self._dataReceived(data)  # Past Autobahn's adapter, which words a log line for each read.

    def goesOn(self) -> None:
        # Who waits for us has no way to show that it lives but what it sent before.
        if self._inbound is not None:
            self._inbound.heard()

    def sendData(self, data: bytes, sync: bool = False, chopsize: int | None = None) -> None:
        """Write, past Autobahn's own way, which words a log line for each write."""
        post = self.factory.connections.post
        if sync or chopsize or self.send_queue:
            post.empty()
            super().sendData(data, sync, chopsize)
        else:
            post.write(self.transport, data)

    # The handshake

    def processHandshake(self) -> None:
        """Keep the raw request target; serve the page; bound the head; then Autobahn's turn."""
        if self._head is not None:
            return
        end = self.data.find(handshake.END)
        if end > handshake.LONGEST or (end < 0 and len(self.data) > handshake.LONGEST):
            self.failHandshake("the request head is too long", 431)
        elif end >= 0:
            self._headComplete()

    def _headComplete(self) -> None:
        understood = handshake.read(self.data)
        if understood is None:
            self.failHandshake("not an HTTP request", 400)
            return
        isProxy = self._isProxy()
        self._head, self.data = understood
        if isProxy and not self._knock():
            return
        if self._head.isPlain:
            self._servePage(self._head)
        else:
            super().processHandshake()

    def _servePage(self, head: handshake.Head) -> None:
        withBody = head.method == b"GET"
        isNear = page.mayKnow(self._host())
        refused = self.factory.reception.lastRefused() if isNear else ()
        self.sendData(page.response(head.host, self.factory.isSecure, withBody, refused))
        self.wasClean = True
        self.dropConnection(abort=False)

    def onConnect(  # type: ignore[override]  # Autobahn awaits a Deferred, and does not say so.
        self, request: ConnectionRequest
    ) -> Deferred[str | None]:
        assert self._head is not None
        # Nothing is read while a password is checked: it could not be looked at yet.
        self.transport.pauseProducing()
        self.factory.connections.deciding(self, self._host())
        approach = Approach(
            self.factory.listener,
            self._host(),
            self._head.target,
            tuple(request.protocols),
            request.headers.get("authorization", ""),
            subjectOfPeer(self.transport),
            self._head.lacksConnection,
            self._head.shown if self._head.lacksConnection else "",
        )
        admitting: Deferred[str | None] = self.factory.reception.admit(approach)
        return admitting.addCallbacks(self._admitted, self._denied)

    def _admitted(self, admission: Any) -> str | None:
        if self.isGone:
            raise ConnectionDeny(499, "the connection ended")
        self.transport.resumeProducing()
        self._admission = admission
        subprotocol: str | None = admission.subprotocol
        return subprotocol

    def _denied(self, failure: Failure) -> None:
        denied = failure.value
        if not isinstance(denied, Denied):
            log.failure("A caller could not be checked, by our mistake", failure=failure)
            denied = Denied(500, "a mistake of the gateway; its log has it")
        self._denial = denied
        raise ConnectionDeny(denied.code, str(denied))

    def failHandshake(
        self, reason: str, code: int = 400, responseHeaders: list[tuple[str, str]] | None = None
    ) -> None:
        """Answer with a proper HTTP response, have it counted, drop the connection."""
        target, head = b"", maskedHead(self.data)
        if self._head is not None:
            target, head = self._head.target, self._head.shown
        denial = self._denial or Denied(code, reason)
        self.factory.reception.turnedAway(self._host(), target, reason, denial.event, head)
        self.wasNotCleanReason = reason
        if not self.isGone:
            self.sendData(handshake.refusal(code, denial.told, dict(denial.headers)))
            self.dropConnection(abort=False)

    def _isProxy(self) -> bool:
        """Whether the connection itself comes from a trusted proxy."""
        peer = self.transport.getPeer()
        return isTrusted(str(getattr(peer, "host", "")), self.factory.listener.proxies)

    def _knock(self) -> bool:
        """Whether there may be one more connection from this address; it is dropped if not."""
        if self.factory.reception.mayKnock(self._host()):
            return True
        self.kill()
        return False

    def _host(self) -> str:
        return self._caller()[0]

    def _caller(self) -> Caller:
        """Address and port of whoever is at the other end, a trusted proxy looked through."""
        peer = self.transport.getPeer()
        caller = str(getattr(peer, "host", "")), int(getattr(peer, "port", 0))
        if self._head is None:
            return caller
        return callerOf(caller, self._head.forwardedFor, self.factory.listener.proxies)

    # From the connection to the link

    def onOpen(self) -> None:
        self._forgetHead()
        self.factory.connections.introduced(self)
        self.registerProducer(_Backpressure(self), True)
        self._inbound = self.factory.reception.welcome(self._admission, self)

    def _forgetHead(self) -> None:
        """Keep of the request head what is not secret: a connection may live for months."""
        assert self._head is not None
        self._head = attrs.evolve(self._head, raw=b"")
        self.http_request_data, self.http_headers = b"", {}

    def onMessageFrameBegin(self, length: int) -> None:
        """Bound the frames of a message: empty ones cost memory too, and have no length."""
        self._framed()
        self._fragments += 1
        if self._fragments > MOST_FRAGMENTS and not self.failedByMe:
            self._fail_connection(TOO_BIG, f"a message in more than {MOST_FRAGMENTS} fragments")
        super().onMessageFrameBegin(length)

    def onMessageBegin(self, isBinary: bool) -> None:
        self._fragments = 0
        super().onMessageBegin(isBinary)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        self.took(len(payload))
        if self._inbound is not None and self.state == WebSocketProtocol.STATE_OPEN:
            self._inbound.received(payload, isBinary)

    def onPing(self, payload: bytes) -> None:
        self._framed()
        super().onPing(payload)

    def onPong(self, payload: bytes) -> None:
        self._framed()
        if self._inbound is not None:
            self._inbound.pong(payload)

    def _framed(self) -> None:
        if self._inbound is not None:
            self._inbound.framed()

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        inbound, self._inbound = self._inbound, None
        if inbound is not None:
            inbound.ended(self._why(wasClean, code, reason))

    def drained(self, isDrained: bool) -> None:
        """The transport takes no more for now, or takes again."""
        if self._inbound is not None:
            self._inbound.drained(isDrained)

    def _why(self, wasClean: bool, code: int | None, reason: str | None) -> str:
        if self.closedByMe and self.localCloseReason:
            why = str(self.localCloseReason.decode("utf-8", "replace"))
            return RESERVED_BITS if why.startswith("RSV") else why
        if wasClean:
            said = handshake.printable(reason or "")
            return f"closed by the charge point ({code or 1005}{': ' + said if said else ''})"
        return handshake.printable(self.wasNotCleanReason or "connection lost")

    # From the link to the connection

    def address(self) -> str:
        host, port = self._caller()
        return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"

    def send(self, text: bytes) -> None:
        if self.state != _OPEN:
            return
        if self._perMessageCompress is None:
            self.sendData(textFrame(text))
        else:
            self.sendMessage(text, isBinary=False)

    def ping(self, payload: bytes) -> None:
        self.sendPing(payload)

    def close(self, reason: str, code: int = 1000) -> None:
        if self.state == WebSocketProtocol.STATE_OPEN:
            self.resume()
            self.sendCloseFrame(code=code, reasonUtf8=reason.encode("ascii", "replace")[:120])

    def sendCloseFrame(
        self, code: int | None = None, reasonUtf8: bytes | None = None, isReply: bool = False
    ) -> None:
        super().sendCloseFrame(code, reasonUtf8, isReply)
        self.factory.connections.closing(self)

    def dropConnection(self, abort: bool = False) -> None:
        self.factory.connections.post.empty()
        super().dropConnection(abort)
        self.factory.connections.closing(self)

    def kill(self) -> None:
        # What waits to be written is not: that is what tells this from an end in good order.
        self.isGone = True
        self.transport.abortConnection()

    def hangUp(self) -> None:
        if self.state == WebSocketProtocol.STATE_OPEN:
            self.resume()
            self.dropConnection(abort=False)

    def abort(self) -> None:
        if self.state != WebSocketProtocol.STATE_CLOSED:
            self.dropConnection(abort=True)


class WebSocketFactory(WebSocketServerFactory):
    """
    The connections of one listener.

    :param connections: shared by all listeners.
    :param listener: where they come in, with what is asked of callers there.
    :param isCompressing: whether messages are compressed where that is offered.
    """

    protocol: Any = WebSocket
    noisy = False
    log = ErrorsOnly()

    def __init__(
        self,
        reception: IReception,
        connections: Connections,
        maxMessageSize: int,
        listener: ListenerTable,
        isCompressing: bool = False,
    ) -> None:
        super().__init__(server="")
        self.listener = listener
        self.isSecure = listener.isSecure
        self.reception = reception
        self.connections = connections
        self.setProtocolOptions(
            utf8validateIncoming=False,
            maxMessagePayloadSize=maxMessageSize,
            maxFramePayloadSize=maxMessageSize,
            failByDrop=False,
            openHandshakeTimeout=0,
            closeHandshakeTimeout=0,
            tcpNoDelay=True,
            allowNullOrigin=True,
        )
        if isCompressing:
            self.setProtocolOptions(
                perMessageCompressionAccept=partial(compression, mostBytes=maxMessageSize)
            )
        self.protocol = withOptions(WebSocket, self)
