"""
The command line of ``twistd ocppgw``: its options, and the service made of them.

Nothing stays open here, because twistd forks afterwards; all that is wrong with the configuration,
or with a certificate that it names, ends the start with one line and status 1.
"""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
from twisted.application.service import IService
from twisted.python import usage

from ocppgw.config.configuration import Configuration
from ocppgw.config.errors import ConfigurationError
from ocppgw.config.overriding import Overrides, merge
from ocppgw.config.reading import readFile
from ocppgw.gateway.interpreter import begin, settle
from ocppgw.gateway.logging import journalFor
from ocppgw.gateway.namedfiles import lookOverFiles
from ocppgw.gateway.process import Process
from ocppgw.gateway.reloading import Again
from ocppgw.gateway.service import Gateway
from ocppgw.gateway.steadytime import keepSteady
from ocppgw.gateway.supervision import supervisorOf
from ocppgw.gateway.together import Together
from ocppgw.logs.journal import Journal


class Options(usage.Options):
    """What may stand on the command line; it beats the configuration file."""

    synopsis = "[options]"
    longdesc = (
        "A gateway between EV charge points (OCPP 1.6-J over WebSocket) and SCADA systems (OPC UA)."
    )
    optFlags = (
        ("check-config", None, "Check the configuration, say what is wrong with it, and end."),
    )
    optParameters = (
        ("config", "c", None, "Configuration file (TOML); without it built-in defaults apply."),
        ("state", "s", None, "Folder for what must survive; default ./ocppgw-state."),
        ("opcua", None, None, "Where OPC UA clients connect, opc.tcp://HOST:PORT/PATH."),
        ("web", None, None, "Where the console listens, an endpoint like tcp:8080, or none."),
        ("demo", None, 0, "Start that many simulated charge points.", int),
    )

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.ocpp: list[str] = []

    def opt_ocpp(self, endpoint: str) -> None:
        """Where charge points connect, an endpoint like tcp:8887:interface=127.0.0.1; may be
        given several times, and then replaces the file's."""
        self.ocpp.append(endpoint)

    def postOptions(self) -> None:
        """Refuse what cannot be meant."""
        if not 0 <= self["demo"] <= MAX_DEMO:
            raise usage.UsageError(f"--demo takes a number from 0 to {MAX_DEMO}")


MAX_DEMO = 1000


def makeService(options: Options) -> IService:
    """The gateway as the options want it; ends the process where they make no sense."""
    folder = Path.cwd()
    try:
        configuration, doubts = _lookedOver(options, folder)
    except ConfigurationError as error:
        raise SystemExit(str(error)) from None
    if options["check-config"]:
        sys.stdout.write("".join(f"warning: {line}\n" for line in doubts))
        sys.stdout.write("configuration ok\n")
        raise SystemExit(0)
    journal = _journal(options, configuration)
    from twisted.internet import reactor

    keepSteady(reactor)
    begin()
    supervisor = supervisorOf(os.environ, reactor, os.getpid())
    failing = _failing(reactor, journal)
    again = Again(
        lambda: _lookedOver(options, folder)[0], journal.configure if journal else lambda log: None
    )
    gateway = Gateway(configuration, reactor, options["demo"], failing, settle, supervisor, again)
    process = Process(gateway, journal, reactor)
    if configuration.gateway.oneCpu:
        Together(reactor).setServiceParent(process)  # type: ignore[no-untyped-call]
    return process


def _journal(options: Options, configuration: Configuration) -> Journal | None:
    journal = journalFor(getattr(options, "parent", None) or {})
    try:
        if journal is not None:
            journal.configure(configuration.log)
    except OSError as error:
        remedy = "give the gateway's user that right, or name another file"
        raise SystemExit(f"the log cannot be written: {error}; {remedy}") from None
    return journal


def _lookedOver(options: Options, folder: Path) -> tuple[Configuration, tuple[str, ...]]:
    """The configuration, and what may be stumbled over in the files that it names."""
    configuration = _configured(options, folder)
    name = options["config"] or "command line"
    return configuration, lookOverFiles(configuration, name, datetime.now(UTC))


def _configured(options: Options, folder: Path) -> Configuration:
    # twistd -n stays in the folder that it was started in, a daemon goes to the file system's root.
    path = options["config"]
    configuration = Configuration() if path is None else readFile(folder / path)
    overrides = Overrides(options["state"], tuple(options.ocpp), options["opcua"], options["web"])
    configuration = merge(configuration, overrides)
    gateway = attrs.evolve(configuration.gateway, state=folder / configuration.gateway.state)
    return attrs.evolve(configuration, gateway=gateway)


def _failing(reactor: Any, journal: Journal | None) -> Callable[[str], None]:
    def failed(why: str) -> None:
        # Whoever starts it by hand looks at the terminal, not into a file.  What is written to
        # sys.stderr goes into the log by now.
        if (journal is None or journal.isFile) and sys.__stderr__ is not None:
            sys.__stderr__.write(f"ocppgw cannot start: {why}\n")
        # twistd has no exit status of its own for a service that cannot start.
        atexit.register(_exitWithFailure)
        reactor.stop()

    return failed


def _exitWithFailure() -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1)
