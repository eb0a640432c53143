"""
The process around the gateway: its log, and the signal by which it reads its files again.

Only what belongs to a process and not to a gateway: a test has many gateways in one.  The signal
is taken in the main thread and dealt with on the reactor's.
"""

from __future__ import annotations

import signal
from typing import Any

from twisted.application.service import MultiService
from twisted.internet.defer import inlineCallbacks
from twisted.logger import ILogObserver
from twisted.python.components import Componentized

from ocppgw.central.ticking import Ticking
from ocppgw.gateway.service import Gateway
from ocppgw.logs.journal import SWEEP, Journal


class Process(MultiService):
    """
    One gateway, with its log.

    :param journal: the log; ``None`` where twistd makes its own.
    """

    def __init__(self, gateway: Gateway, journal: Journal | None, reactor: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.gateway = gateway
        self._journal = journal
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
        """Stop the gateway; what the log only counted is told at the end."""
        yield super().stopService()  # type: ignore[no-untyped-call]
        self._sweeping.stop()
        if self._journal is not None:
            self._journal.end()

    def _hungUp(self, *_: object) -> None:
        self._reactor.callFromThread(self.gateway.reload)
