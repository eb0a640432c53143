"""A mistake in finding what is news costs time, and no value."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from twisted.logger import capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.subscriptions.watching import WatchedSubject, _news


class Trunk:
    """What cannot find anything."""

    def news(self, *_: Any) -> Any:
        """Fail."""
        raise IndexError("a mistake of ours")


class Stem:
    """The only one of its trunk."""

    trunk = Trunk()


class Node:
    """Tells the record itself."""

    stem = Stem()

    def __init__(self, number: int) -> None:
        self.nodeId = SimpleNamespace(Identifier=number)

    def valueFrom(self, record: Any) -> Any:
        """Its number, too."""
        return self.nodeId.Identifier, record


class AnewTests(SynchronousTestCase):
    """A trunk that fails."""

    def test_told(self) -> None:
        """All values are made, and the log tells of it with the first message only."""
        subject = WatchedSubject("before")
        watched = [subject.watch(Node(number)) for number in range(3)]
        with capturedLogs() as events:
            for record in ("first", "second"):
                news = list(_news(Stem.trunk, subject.groups[Stem.trunk], "before", record, False))
                self.assertEqual(
                    news, [(each, (each.node.nodeId.Identifier, record)) for each in watched]
                )
        self.assertEqual(len(events), 1)
        self.assertEqual(len(self.flushLoggedErrors(IndexError)), 1)
