"""How a connection with TLS ends, whichever side ends it."""

from __future__ import annotations

import socket
import ssl
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import inlineCallbacks
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThread

from ocppgw.model.records import ChargePointRecord
from tests.central.test_abuse import BEAT, frames
from tests.central.tls.case import HOST, KEY, TlsCase, handshake

BEATS = 100


def refused(port: int, context: ssl.SSLContext) -> bytes:
    """Be refused, say goodbye; what comes then."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as plain,
        context.wrap_socket(plain, server_hostname=HOST) as secure,
    ):
        secure.sendall(handshake("CP1", "wrong"))
        assert secure.recv(4096).startswith(b"HTTP/1.1 401")
        secure.unwrap()
        return secure.recv(1)


def sendAndEnd(port: int, context: ssl.SSLContext, sent: bytes) -> None:
    """Connect, then send this and the end of TLS in one piece."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    secure = context.wrap_bio(incoming, outgoing, server_hostname=HOST)
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:

        def until(step: Any, *arguments: Any) -> Any:
            while True:
                try:
                    return step(*arguments)
                except ssl.SSLWantReadError:
                    plain.sendall(outgoing.read())
                    incoming.write(plain.recv(65536))

        until(secure.do_handshake)
        secure.write(handshake("CP1", KEY))
        assert until(secure.read, 4096).startswith(b"HTTP/1.1 101")
        secure.write(sent)
        try:
            secure.unwrap()
        except ssl.SSLWantReadError:
            plain.sendall(outgoing.read())
        while plain.recv(65536):
            pass


class EndingTests(TlsCase):
    """Nothing that was sent is lost, and nobody has to be dropped by force."""

    @inlineCallbacks
    def test_refused(self) -> Any:
        """Who was refused, and says goodbye as TLS has it, sees an orderly end of TCP."""
        yield self.start(self.listener())
        rest = yield deferToThread(refused, self.port, self.client())
        self.assertEqual(rest, b"")

    @inlineCallbacks
    def test_endBehindMuch(self) -> Any:
        """What was sent right before the end of TLS is dealt with, however much it is."""
        yield self.start(self.listener())
        sent = frames(BEAT, BEATS)
        yield deferToThread(sendAndEnd, self.port, self.client(), sent)
        while self.record().link.connected:
            yield deferLater(reactor, 0)
        self.assertEqual(self.record().traffic.messagesReceived, BEATS)

    def record(self) -> ChargePointRecord:
        record = self.registry.record("CP1")
        assert record is not None
        return record
