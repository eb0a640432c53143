"""
What is written within one turn of the reactor goes out together, behind its last message.

Each time that something is sent to a process that sleeps, the system has to wake it: to a proxy or
a charge point on the same machine that costs a tenth of a message, once for each.  Sent one behind
the other, most find it awake.  Nobody waits longer than one turn, and where there is much to send
not even that: an answer to what was just read goes out once the rest of that turn's was read, and
what a timer writes once the next turn's was.  Who writes alone pays for a timer.

`Post` owns what waits; one is shared by all connections.  Only plain TCP of Twisted's waits; other
transports, TLS above all, have a buffer of their own and write at once.  Reactor thread.  A test
gives a ``soon`` of its own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from twisted.internet.tcp import Server
from twisted.logger import Logger

from ocppgw.central.entrance import prompting

MOST = 64
"""Writes that wait: to send them takes half a millisecond, to come to them some four."""

log = Logger()


class Post:
    """
    What is to be written at the end of a turn.

    :param soon: has something done once others had their turn.
    """

    def __init__(self, soon: Callable[[Callable[[], None]], object]) -> None:
        self._soon = soon
        self._waiting: deque[tuple[Any, bytes]] = deque()
        self._isDue = False

    def write(self, transport: Any, data: bytes) -> None:
        """As ``transport.write``, later in this turn."""
        if not isinstance(transport, Server) or transport.TLS:
            transport.write(data)
            return
        self._waiting.append((transport, data))
        if len(self._waiting) >= MOST:
            self.empty()
        elif not self._isDue:
            self._isDue = True
            self._soon(self._due)

    def empty(self) -> None:
        """Write what waits, now: something is about to be written past it, or a connection ends."""
        waiting = self._waiting
        while waiting:
            transport, data = waiting.popleft()
            try:
                prompting.write(transport, data)
            except Exception:  # noqa: BLE001 - whoever has this done is somebody else
                log.failure("{peer} could not be written to", peer=transport.getPeer())

    def _due(self) -> None:
        self._isDue = False
        self.empty()
