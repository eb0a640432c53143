"""
The floor: Autobahn and ``json`` alone, a server that answers every Call with nothing.

``python echo.py`` prints ``ready PORT``.
"""

from __future__ import annotations

import json
from typing import Any

from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from twisted.internet import reactor as installed


class Echo(WebSocketServerProtocol):
    """Answers."""

    def onConnect(self, request: Any) -> str:
        """Speak OCPP 1.6."""
        return "ocpp1.6"

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        """Decode, encode, send."""
        message = json.loads(payload)
        self.sendMessage(json.dumps([3, message[1], {}]).encode())


reactor: Any = installed
factory = WebSocketServerFactory(protocols=["ocpp1.6"])
factory.protocol = Echo
port = reactor.listenTCP(0, factory, backlog=1000, interface="127.0.0.1")
print(f"ready {port.getHost().port}", flush=True)
reactor.run()
