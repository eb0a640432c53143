"""A few charge points that come back at once, in each run of the tests."""

from __future__ import annotations

from pathlib import Path

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase

from tests.load.reconnecting import faults, served


class ReconnectingTests(TestCase):
    """``python -m tests.load.reconnecting`` has a thousand do so."""

    timeout = 180

    def test_C28_allAreServed(self) -> Deferred[None]:
        """After a power cut all come back with their passwords, none is refused or dropped."""
        folder = Path(self.mktemp()).absolute()
        folder.mkdir()

        def run() -> None:
            (_, again), errors = served(folder, 30, "chosen", 0.0)
            self.assertEqual(len(again.answered), 30)
            self.assertEqual(faults(30, again, errors), [])

        return deferToThread(run)
