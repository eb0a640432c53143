"""
A whole Central System in memory under random messages and frames.

``python -m tests.fuzz.fuzzing --inputs 100000 --seed 7`` ends with 1 and says what was sent where
something went wrong.  A run with the same seed is the same run.  `Fuzz` is what a test uses.
"""

from __future__ import annotations

import argparse
import gc
import json
import sys
from random import Random
from typing import Any

from twisted.logger import ILogObserver, LogEvent, LogLevel, formatEvent, globalLogPublisher
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from tests.central.support import PING, TEXT, RawChargePoint, Ring, configured
from tests.fuzz.corpus import messages

IDENTITIES = 5
FRAMED = 0.05
"""How often bytes go past the framing, so that the link ends mostly."""

SETTINGS = {"pingInterval": 0.0, "maxMessageRate": 0, "disconnectGrace": 0.0}


class Wrong(Exception):
    """What must not happen did; ``str`` says what, and after which input."""


@implementer(ILogObserver)
class Errors:
    """What was logged as an error."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def __call__(self, event: LogEvent) -> None:
        if event.get("log_level") in (LogLevel.error, LogLevel.critical):
            self.lines.append(f"{formatEvent(event)} {event.get('log_failure', '')}")


class Fuzz:
    """
    One run.

    :ivar answered: how many messages got an answer.
    """

    def __init__(self, seed: int, strict: bool = False) -> None:
        self._randomness = Random(seed)
        self._messages = messages(self._randomness)
        self._case = SynchronousTestCase()
        settings: dict[str, Any] = SETTINGS | {"strict": strict}
        self.ring = Ring(self._case, configured(ocpp=settings), started=True)
        self.ring.recorder._observers.pop(0)  # The ring's own list of all facts would only grow.
        self._links: dict[str, RawChargePoint] = {}
        self._errors = Errors()
        self.answered = 0

    def run(self, inputs: int) -> None:
        """Send so many inputs; raises `Wrong`."""
        globalLogPublisher.addObserver(self._errors)
        try:
            for _ in range(inputs):
                self._once()
        finally:
            globalLogPublisher.removeObserver(self._errors)

    def size(self) -> int:
        """What may not grow; the store, which stands for a disk, is emptied."""
        self.ring.store.committed.clear()
        self.ring.store.history._kept.clear()
        self.ring.store._transactions.clear()
        gc.collect()
        return len(gc.get_objects())

    def _once(self) -> None:
        sent = next(self._messages)
        link = self._link()
        if self._randomness.random() < FRAMED:
            opcode = self._randomness.choice((0, TEXT, 2, 3, 8, PING, 10, 15))
            link.frame(opcode, sent[:100], self._randomness.random() < 0.9)
        else:
            link.frame(TEXT, sent)
        self._look(link, sent)
        if self._randomness.random() < 0.02:
            self.ring.advance(self._randomness.choice((0.1, 3.0, 20.0)))

    def _link(self) -> RawChargePoint:
        """An open link; ended ones are opened again, now and then also others."""
        identity = f"F{self._randomness.randrange(IDENTITIES)}"
        link = self._links.get(identity)
        isOver = link is None or link.isClosed or link.closeCode() is not None
        if link is None or isOver or self._randomness.random() < 0.01:
            self.ring.chargePoints = [one for one in self.ring.chargePoints if not one.isClosed]
            link = self._links[identity] = self.ring.connect(f"/{identity}")
        return link

    def _look(self, link: RawChargePoint, sent: bytes) -> None:
        if self._errors.lines:
            raise Wrong(f"logged after {sent!r}: {self._errors.lines[0]}")
        for opcode, payload in link.frames:
            if opcode == TEXT:
                self._readAnswer(json.loads(payload), sent)
        link.frames = [one for one in link.frames if one[0] == 8]

    def _readAnswer(self, message: list[Any], sent: bytes) -> None:
        if message[0] == 4 and message[2] == "InternalError":
            raise Wrong(f"InternalError for {sent!r}")
        self.answered += message[0] in (3, 4)


def main() -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(description="Fuzz the Central System.")
    parser.add_argument("--inputs", type=int, default=20_000, help="messages to send")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--strict", action="store_true", help="hold them to the letter")
    chosen = parser.parse_args()
    fuzz = Fuzz(chosen.seed, chosen.strict)
    try:
        fuzz.run(chosen.inputs // 2)
        before = fuzz.size()
        fuzz.run(chosen.inputs - chosen.inputs // 2)
    except Wrong as wrong:
        sys.stderr.write(f"seed {chosen.seed}: {wrong}\n")
        return 1
    growth = (fuzz.size() - before) / before
    sys.stdout.write(
        f"{chosen.inputs} inputs, {fuzz.answered} answers, "
        f"{growth:+.1%} objects in the second half\n"
    )
    return 0 if growth < GROWTH else 1


GROWTH = 0.10
"""Transactions and readings of more connectors are kept; more than that is a leak."""

if __name__ == "__main__":
    sys.exit(main())
