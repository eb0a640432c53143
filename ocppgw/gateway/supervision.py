"""
What the supervisor of services is told: ready, reloading, stopping, and still alive.

It speaks sd_notify(3): datagrams of ``NAME=value`` lines to the socket that the variable
``NOTIFY_SOCKET`` names; without it nothing is sent.  Being alive is said by ``WATCHDOG=1``, and
only when both threads are: the reactor's clock asks the OPC UA thread, whose answer comes back to
the reactor.  Reactor thread; nothing waits here, and what cannot be sent is logged and given up.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from typing import Any

from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

Send = Callable[[str], None]
"""Hands one datagram to the supervisor."""

Probe = Callable[[Callable[[], None]], None]
"""Asks the OPC UA thread to have something called on the reactor thread."""

QUESTIONS = 4
"""How often within the time that the supervisor grants the threads are asked."""

log = Logger()


class Supervisor:
    """
    Whoever started this process and watches it; perhaps nobody.

    :param send: hands on a datagram.
    :param patience: seconds without a sign of life after which it ends the process; 0: it does
        not watch.
    """

    def __init__(
        self,
        clock: IReactorTime,
        send: Send,
        patience: float = 0.0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._send = send
        self._patience = patience
        self._monotonic = monotonic
        self._next: IDelayedCall | None = None
        self._unanswered = 0

    def ready(self, status: str) -> None:
        """Everything listens, or what was reloaded holds; ``status`` is for people to read."""
        self._send(f"READY=1\nSTATUS={_oneLine(status)}")

    def reloading(self) -> None:
        """The configuration is read again; `ready` tells the end of that."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={int(self._monotonic() * 1_000_000)}")

    def stopping(self) -> None:
        """The end has begun: from now on the time for stopping counts, and no sign of life."""
        if self._next is not None:
            self._next.cancel()
            self._next = None
        self._patience = 0.0
        self._send("STOPPING=1\nSTATUS=stopping")

    def watch(self, probe: Probe) -> None:
        """Give signs of life from now on, if any are wanted."""
        if not self._patience:
            return
        self._next = self._clock.callLater(self._patience / QUESTIONS, self.watch, probe)
        self._unanswered += 1
        if self._unanswered == QUESTIONS - 1:
            # Once, and before the supervisor acts: afterwards nobody can say why.
            log.critical("The OPC UA thread does not answer; the watchdog will end the process")
        try:
            probe(self._answered)
        except Exception:  # noqa: BLE001 - a thread that is gone is no sign of life, and no more
            log.failure("The OPC UA thread cannot be asked for a sign of life")

    def _answered(self) -> None:
        self._unanswered = 0
        if self._patience:
            self._send("WATCHDOG=1")


def supervisorOf(environment: Mapping[str, str], clock: Any, pid: int) -> Supervisor:
    """The one that the variables of the environment tell of; they are systemd's."""
    path = environment.get("NOTIFY_SOCKET", "")
    if not path:
        return Supervisor(clock, _toNobody)
    return Supervisor(clock, _Notifications(path), _patience(environment, pid))


def _patience(environment: Mapping[str, str], pid: int) -> float:
    if environment.get("WATCHDOG_PID", str(pid)) != str(pid):
        return 0.0
    microseconds = environment.get("WATCHDOG_USEC", "")
    return int(microseconds) / 1_000_000 if microseconds.isdecimal() else 0.0


def _toNobody(text: str) -> None:
    """Nobody wants to know."""


class _Notifications:
    """Datagrams to a socket of the Unix domain; ``@`` begins an abstract name."""

    def __init__(self, path: str) -> None:
        self._address = "\0" + path[1:] if path.startswith("@") else path

    def __call__(self, text: str) -> None:
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
                sender.setblocking(False)
                sender.sendto(text.encode(), self._address)
        except OSError as error:
            log.error(
                "The supervisor cannot be told {text!r}: {why}",
                text=text,
                why=os.strerror(error.errno or 0),
            )


def _oneLine(text: str) -> str:
    return " ".join(text.split())
