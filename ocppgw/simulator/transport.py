"""
The WebSocket of a charge point: a thin adapter to Autobahn's client that moves text.

The only module of the simulator that knows Autobahn.  `webSocketDial` gives an uplink its way
out; each dialling is one `_Socket` that tells its line the end exactly once.  Reactor thread.
"""

# Half of Autobahn is not annotated.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from base64 import b64encode
from typing import Any
from urllib.parse import quote

from autobahn.twisted.websocket import WebSocketClientFactory, WebSocketClientProtocol
from autobahn.websocket.protocol import WebSocketProtocol
from autobahn.websocket.util import parse_url
from twisted.internet.defer import Deferred
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS
from twisted.internet.interfaces import IStreamClientEndpoint
from twisted.internet.ssl import optionsForClientTLS
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from ocppgw.simulator.settings import Settings
from ocppgw.simulator.wire import Dial, ILine, IWire

log = Logger()

SUBPROTOCOL = "ocpp1.6"
PATIENCE = 10.0
MAX_MESSAGE = 1024 * 1024


def webSocketDial(url: str, identity: str, reactor: Any, settings: Settings) -> Dial:
    """
    How a charge point reaches the Central System at a URL; the identity is appended.

    The password is AuthorizationKey and the ping interval WebSocketPingInterval, as they stand
    when dialling.
    """
    full = f"{url.rstrip('/')}/{quote(identity, safe='')}"
    secure, host, port, *_ = parse_url(full)
    endpoint: IStreamClientEndpoint = HostnameEndpoint(reactor, host, port, timeout=PATIENCE)
    if secure:
        endpoint = wrapClientTLS(optionsForClientTLS(host), endpoint)

    def dial(line: ILine) -> IWire:
        factory = _Factory(full, _credentials(identity, settings), reactor)
        factory.setProtocolOptions(
            openHandshakeTimeout=PATIENCE,
            closeHandshakeTimeout=1,
            autoPingInterval=settings.number("WebSocketPingInterval"),
            autoPingTimeout=PATIENCE * 2,
            maxMessagePayloadSize=MAX_MESSAGE,
            tcpNoDelay=True,
        )
        return _Socket(line, endpoint, factory)

    return dial


def _credentials(identity: str, settings: Settings) -> dict[str, str]:
    password = settings.text("AuthorizationKey")
    if not password:
        return {}
    login = b64encode(f"{identity}:{password}".encode()).decode("ascii")
    return {"Authorization": f"Basic {login}"}


class _Quiet:
    """Autobahn logs nothing but its own failures: request heads hold passwords."""

    def __init__(self) -> None:
        self.error = log.error
        self.failure = log.failure

    def debug(self, *arguments: Any, **fields: Any) -> None:
        """Nothing."""

    trace = info = warn = debug


class _Protocol(WebSocketClientProtocol):
    log = _Quiet()
    socket: _Socket

    def onOpen(self) -> None:
        self.socket.opened()

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        self.socket.received(payload)

    def onClose(self, wasClean: bool, code: int | None, reason: str | None) -> None:
        self.socket.ended(reason or "closed")


class _Factory(WebSocketClientFactory):
    protocol: Any = _Protocol
    log = _Quiet()
    noisy = False

    def __init__(self, url: str, headers: dict[str, str], reactor: Any) -> None:
        super().__init__(url, protocols=[SUBPROTOCOL], headers=headers, reactor=reactor)


@implementer(IWire)
class _Socket:
    """One dialling, from the TCP connection on."""

    def __init__(self, line: ILine, endpoint: IStreamClientEndpoint, factory: _Factory) -> None:
        self._line = line
        self._protocol: _Protocol | None = None
        self._isOpen = False
        self._isEnded = False
        self._connecting: Deferred[Any] | None = endpoint.connect(factory)
        self._connecting.addCallbacks(self._connected, self._failed)

    def _connected(self, protocol: _Protocol) -> None:
        self._connecting = None
        self._protocol = protocol
        protocol.socket = self

    def _failed(self, failure: Failure) -> None:
        self._connecting = None
        self.ended(failure.getErrorMessage())

    # From the connection to the line

    def opened(self) -> None:
        """The handshake is done."""
        self._isOpen = True
        self._line.opened()

    def received(self, text: bytes) -> None:
        """A whole message came."""
        if not self._isEnded:
            self._line.received(text)

    def ended(self, reason: str) -> None:
        """The connection is gone, or did not come about."""
        if not self._isEnded:
            self._isEnded = True
            self._line.closed(reason)

    # From the line to the connection

    def send(self, text: bytes) -> None:
        # Autobahn tells of the end later than it refuses to send.
        if self._protocol is not None and self._protocol.state == WebSocketProtocol.STATE_OPEN:
            self._protocol.sendMessage(text, isBinary=False)

    def close(self) -> None:
        if self._protocol is not None and self._isOpen:
            self._protocol.sendClose(1000)
        else:
            self.abort()

    def abort(self) -> None:
        if self._connecting is not None:
            self._connecting.cancel()
        elif self._protocol is not None:
            self._protocol.dropConnection(abort=True)
