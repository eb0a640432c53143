"""
The gateway as the benchmarks measure it: the real service, with the store on or off.

``python -m benchmarks.ocpp.gateway on|off FOLDER`` prints the ready line and runs until killed.
Off means that commits succeed at once and nothing is kept: what is left is the price of the rest.
Start-ups are not spread over a minute, as they are else: they are over when it is measured.  Nor is
one charge point kept from sending as much as it can: fifty without pause send more than we would
have it.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from twisted.internet import reactor as installed
from twisted.internet.defer import Deferred, succeed
from twisted.logger import FileLogObserver, formatEventAsClassicLogText, globalLogBeginner

from ocppgw.central.startup import admission
from ocppgw.config.reading import readText
from ocppgw.gateway import service
from ocppgw.gateway.interpreter import begin, settle
from ocppgw.gateway.together import Together
from ocppgw.interfaces import Told
from ocppgw.model.facts import Fact
from ocppgw.store.memory import MemoryStore

CONFIGURATION = """
[gateway]
state = "state"
[ocpp]
handshakeRate = 0
maxMessageRate = 0
settleTime = 0.1
listen = ["tcp:0:interface=127.0.0.1"]
[opcua]
url = "opc.tcp://127.0.0.1:0/ocppgw/"
[web]
endpoint = "tcp:0:interface=127.0.0.1"
"""


class NoStore(MemoryStore):
    """Promises everything and keeps nothing."""

    def __init__(self, path: Path, reactor: Any, *more: Any) -> None:
        super().__init__()
        self.path = path

    def commit(self, nodeName: str, facts: Sequence[Fact]) -> Deferred[None]:
        return succeed(None)

    def keep(self, nodeName: str, facts: Sequence[Fact], told: Told) -> None:
        told(None)

    def note(self, nodeName: str, facts: Sequence[Fact]) -> None:
        return


def main(mode: str, folder: str) -> None:
    """Run it."""
    if mode == "off":
        vars(service)["SqliteStore"] = NoStore
    vars(admission)["SPREAD"] = 0.0
    observer = FileLogObserver(sys.stdout, formatEventAsClassicLogText)
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False)
    reactor: Any = installed
    begin()
    configuration = readText(CONFIGURATION, "benchmark", Path(folder))
    gateway = service.Gateway(configuration, reactor, settled=settle)
    reactor.callWhenRunning(Together(reactor).startService)
    reactor.callWhenRunning(gateway.startService)
    reactor.addSystemEventTrigger("before", "shutdown", gateway.stopService)
    reactor.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
