"""A gateway in a process of its own, as a user starts it: ``twistd -n --pidfile= ocppgw``."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred
from twisted.internet.error import ProcessExitedAlready
from twisted.internet.protocol import ProcessProtocol

ROOT = Path(__file__).resolve().parents[2]
RUN = "from twisted.scripts.twistd import run; run()"
READY = re.compile(r"ocppgw ready ocpp=(\S+) opcua=(\S+) web=(\S+)")


class TwistdProcess(ProcessProtocol):
    """
    One process; all that it says, and how it ends.

    :ivar ready: fires with the ready line's OCPP URLs, OPC UA URL and web URL, or ``None``.
    :ivar ended: fires with the exit status (or the negative number of a signal).
    """

    def __init__(self) -> None:
        self.said = ""
        self.ready: Deferred[tuple[str, ...] | None] = Deferred()
        self.ended: Deferred[int] = Deferred()
        self._awaited: dict[str, Deferred[str]] = {}

    def line(self, text: str) -> Deferred[str]:
        """Fires with the first line that has ``text`` in it, once it is there."""
        awaited: Deferred[str] = Deferred()
        self._awaited[text] = awaited
        self._look()
        return awaited

    def _look(self) -> None:
        whole = self.said.rpartition("\n")[0].splitlines()
        for text, awaited in tuple(self._awaited.items()):
            found = next((line for line in whole if text in line), None)
            if found is not None:
                del self._awaited[text]
                awaited.callback(found)

    def outReceived(self, data: bytes) -> None:
        """Standard output: the log."""
        self.said += data.decode()
        self._look()
        found = READY.search(self.said)
        if found and not self.ready.called:
            self.ready.callback(found.groups())

    errReceived = outReceived

    def processEnded(self, reason: Any) -> None:
        """The end, wished for or not."""
        if not self.ready.called:
            self.ready.callback(None)
        status = reason.value.exitCode
        self.ended.callback(-reason.value.signal if status is None else status)

    def signal(self, name: str | int) -> None:
        """Send a signal, by its name or number, if there is still somebody to hear it."""
        assert self.transport is not None, "it was spawned"
        try:
            self.transport.signalProcess(name)
        except ProcessExitedAlready:
            return

    @property
    def lines(self) -> list[str]:
        """What it said, line by line."""
        return self.said.splitlines()


def twistd(
    folder: Path,
    arguments: Sequence[str],
    environment: Mapping[str, str] | None = None,
    prelude: str = "",
    through: Sequence[str] = (),
) -> TwistdProcess:
    """
    Start ``twistd ocppgw`` with arguments in a folder, and more variables around it.

    :param prelude: statements that come before all others.
    :param through: a program with arguments that starts the interpreter.
    """
    process = TwistdProcess()
    words = [
        *through,
        sys.executable,
        "-c",
        prelude + RUN,
        "-n",
        "--pidfile=",
        "ocppgw",
        *arguments,
    ]
    reactor.spawnProcess(
        process,
        words[0],
        words,
        env={**os.environ, "PYTHONPATH": str(ROOT), **(environment or {})},
        path=str(folder),
    )
    return process
