"""
The OPC UA server on its own thread with real sockets, and clients of one thread beside it.

`SocketWorld` stands for `tests.uaserver.wire.World` where a load has to go through the kernel.
The thread that makes it plays the reactor thread.  All waits are bounded.
"""

from __future__ import annotations

import queue
import select
import socket
import time
from collections.abc import Callable
from typing import Any

from opcua import ua
from opcua.common.connection import SecureConnection
from twisted.internet.defer import Deferred

from ocppgw.crossing import OutwardDoor
from ocppgw.uaserver.core import Outside, ServerCore
from ocppgw.uaserver.server import OpcUaServer
from ocppgw.uaserver.settings import ServerSettings
from tests.uaserver.doors import MemoryRequests
from tests.uaserver.wire import WireClient

BOUND = 60.0
"""Seconds that one answer is waited for."""


class ThisThread:
    """A reactor that is no more than a queue of calls, and a pool that has no threads."""

    def __init__(self) -> None:
        self._calls: queue.Queue[Any] = queue.Queue()

    def callFromThread(self, function: Callable[..., Any], *arguments: Any) -> None:
        self._calls.put((function, arguments))

    def getThreadPool(self) -> ThisThread:
        return self

    def callInThreadWithCallback(
        self, done: Callable[[bool, Any], None], function: Callable[..., Any], *arguments: Any
    ) -> None:
        done(True, function(*arguments))

    def result(self, waited: Deferred[Any]) -> Any:
        """Do what is asked for until ``waited`` has fired; its result."""
        found: list[Any] = []
        waited.addBoth(found.append)
        while not found:
            function, arguments = self._calls.get(timeout=BOUND)
            function(*arguments)
        return found[0]


class SocketClient(WireClient):
    """
    One connection of a client.

    :ivar patience: seconds that `take` waits for an answer.
    """

    def __init__(self, address: tuple[str, int]) -> None:
        self.socket = socket.create_connection(address, BOUND)
        self.socket.setblocking(False)
        self.patience = BOUND
        self.secure = SecureConnection(ua.SecurityPolicy())
        self.token = ua.NodeId()
        self.errors: list[Any] = []
        self.timeoutHint = 0
        self._answers: dict[int, Any] = {}
        self._requestId = 0
        self._received_ = bytearray()

    def feed(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            select.select([], [self.socket], [], BOUND)
            view = view[self.socket.send(view) :]

    def collect(self) -> None:
        self._read()
        self.decode(self._whole())

    def take(self, number: int) -> Any:
        ends = time.monotonic() + self.patience
        self.collect()
        while number not in self._answers and time.monotonic() < ends:
            select.select([self.socket], [], [], 1.0)
            self.collect()
        return self._answers.pop(number, None)

    def lose(self) -> None:
        self.socket.close()

    def _read(self) -> None:
        try:
            while data := self.socket.recv(1 << 20):
                self._received_ += data
        except BlockingIOError:
            pass

    def _whole(self) -> bytes:
        """The messages that have arrived as a whole."""
        end, data = 0, self._received_
        while len(data) - end >= 8:
            size = int.from_bytes(data[end + 4 : end + 8], "little")
            if len(data) - end < size:
                break
            end += size
        whole = bytes(data[:end])
        del data[:end]
        return whole


class SocketWorld:
    """
    A running server.

    :param source: the layout.
    """

    def __init__(self, source: Any) -> None:
        self.reactor = ThisThread()
        self.changes = OutwardDoor(lambda action: self.server.call(action), self._arrived)
        outside = Outside(source, MemoryRequests(), self.changes)
        self.server = OpcUaServer(self.reactor, ServerSettings(port=0), outside)
        url = self.reactor.result(self.server.start())
        self._address = ("127.0.0.1", int(url.rpartition(":")[2].partition("/")[0]))
        self._clients: list[SocketClient] = []

    @property
    def core(self) -> ServerCore:
        """What the server is made of; from this thread only looked at."""
        core = self.server._core
        assert core is not None
        return core

    def client(self) -> SocketClient:
        """A client with an activated session."""
        client = SocketClient(self._address)
        client.hello()
        client.open()
        client.createSession()
        client.activate()
        self._clients = [each for each in self._clients if each.socket.fileno() >= 0]
        self._clients.append(client)
        return client

    def pass_(self, seconds: float, step: float = 0.1) -> None:
        """Wait for news, for one step at most; seconds of silence cannot be made shorter."""
        sockets = [each.socket for each in self._clients if each.socket.fileno() >= 0]
        if sockets:
            select.select(sockets, [], [], min(seconds, step))
        else:
            self._emptied(seconds)

    def stop(self) -> None:
        """End the server."""
        self.reactor.result(self.server.stop())

    def _emptied(self, seconds: float) -> None:
        """Wait until nothing of any client is left."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends and not self._isEmpty():
            time.sleep(0.2)

    def _isEmpty(self) -> bool:
        core = self.core  # the items of what has ended go in turns, and are the last
        return not (
            len(core.sessions)
            or len(core.subscriptions)
            or core.monitoring.subjects
            or len(core.connections)
        )

    def _arrived(self) -> None:
        self.server.arrived()
