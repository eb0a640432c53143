"""
The process around the gateway: its log, and the signal by which it reads its files again.

Only what belongs to a process and not to a gateway: a test has many gateways in one.  The signal
is taken in the main thread and dealt with on the reactor's.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

from twisted.application.service import MultiService
from twisted.internet.defer import inlineCallbacks
from twisted.logger import ILogObserver, Logger
from twisted.python.components import Componentized

from ocppgw.central.ticking import Ticking
from ocppgw.gateway.service import Gateway
from ocppgw.logs.journal import SWEEP, Journal

BOUND = 45.0
"""Seconds after the signal to stop at which the process is gone, whatever hangs."""

log = Logger()


def enforce(seconds: float) -> None:
    """End the process after so many seconds, although a thread of it may hang in the kernel."""

    def end() -> None:
        log.critical("The gateway did not stop within {bound} s: it is cut short", bound=seconds)
        sys.stdout.flush()
        os._exit(1)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()


class Process(MultiService):
    """
    One gateway, with its log.

    :param journal: the log; ``None`` where twistd makes its own.
    :param enforce: ends the process after so many seconds, unless it has ended.
    """

    def __init__(
        self,
        gateway: Gateway,
        journal: Journal | None,
        reactor: Any,
        enforce: Callable[[float], None] = enforce,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.gateway = gateway
        self._journal = journal
        self._enforce = enforce
        self._reactor = reactor
        self.addService(gateway)  # type: ignore[no-untyped-call]
        sweep = journal.sweep if journal is not None else lambda: None
        self._sweeping = Ticking(reactor, SWEEP, sweep)

    def setServiceParent(self, parent: Any) -> None:
        """Called by twistd with its application, which it then asks for the log."""
        if self._journal is not None and isinstance(parent, Componentized):
            parent.setComponent(ILogObserver, self._journal)
        super().setServiceParent(parent)  # type: ignore[no-untyped-call]

    def startService(self) -> None:
        """Start the gateway; SIGHUP is heard from now on."""
        self._sweeping.start()
        signal.signal(signal.SIGHUP, self._hungUp)
        super().startService()  # type: ignore[no-untyped-call]

    @inlineCallbacks
    def stopService(self) -> Any:
        """
        Stop the gateway; what the log only counted is told at the end.

        Whoever asks again is told to wait: stopping faster would lose what is being written.
        """
        self._enforce(BOUND)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._askedAgain)
        yield super().stopService()  # type: ignore[no-untyped-call]
        self._sweeping.stop()
        if self._journal is not None:
            self._journal.end()

    def _askedAgain(self, *_: object) -> None:
        text = "The gateway is stopping already; it is gone after {bound} s at the latest"
        self._reactor.callFromThread(log.info, text, bound=BOUND)

    def _hungUp(self, *_: object) -> None:
        self._reactor.callFromThread(self.gateway.reload)
