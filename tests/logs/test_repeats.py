"""Tests of counting what is repeated."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.logger import LogEvent, LogLevel, formatEvent
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.logs.repeats import MOST, Repeats
from tests.logs.support import event, failed


class RepeatsTests(SynchronousTestCase):
    """The same is told once in an interval, and counted."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.told: list[LogEvent] = []
        self.repeats = Repeats(self.told.append, self.clock.seconds, 60.0)

    def said(self) -> list[str]:
        texts = [formatEvent(one) for one in self.told]
        self.told.clear()
        return texts

    def test_once(self) -> None:
        """One line, then one line with the number of the others at the end of the interval."""
        for _ in range(5):
            self.repeats(event(node="CP1"))
        self.assertEqual(self.said(), ["CP1 went"])
        self.clock.advance(59)
        self.repeats.sweep()
        self.assertEqual(self.said(), [])
        self.clock.advance(1)
        self.repeats.sweep()
        self.assertEqual(self.said(), ["CP1 went (4 more like this since the line before)"])
        self.repeats(event(node="CP1"))
        self.assertEqual(self.said(), ["CP1 went"])

    def test_noneMore(self) -> None:
        """What happened once is told once."""
        self.repeats(event(node="CP1"))
        self.clock.advance(61)
        self.repeats.sweep()
        self.assertEqual(self.said(), ["CP1 went"])

    def test_others(self) -> None:
        """Another charge point, another message, another namespace, another error are new."""
        self.repeats(event(node="CP1"))
        self.repeats(event(node="CP2"))
        self.repeats(event("{node} came", node="CP1"))
        self.repeats(event(node="CP1", log_namespace="ocppgw.else.where"))
        self.repeats(event(node="CP1", log_failure=failed(ValueError())))
        self.repeats(event(node="CP1", log_failure=failed(KeyError())))
        self.assertEqual(len(self.told), 6)

    def test_reasons(self) -> None:
        """Two things that are wrong with one file are two messages."""
        for fault in ("has ended", "signs itself", "has ended"):
            self.repeats(event("{file} {fault}", file="a.pem", fault=fault))
        self.assertEqual(self.said(), ["a.pem has ended", "a.pem signs itself"])

    def test_particulars(self) -> None:
        """One charge point that departs in two ways, or two certificates, make two messages."""
        for kind in ("T2", "S7", "T2"):
            self.repeats(event("{node} leaves the specification ({kind})", node="CP1", kind=kind))
        self.assertEqual(
            self.said(),
            ["CP1 leaves the specification (T2)", "CP1 leaves the specification (S7)"],
        )
        for name in ("what", "facts", "changed", "certificate"):
            for value in ("one", "two"):
                self.repeats({**event(f"of {{{name}}}"), name: value})
            self.assertEqual(self.said(), ["of one", "of two"])

    def test_peer(self) -> None:
        """The port of a peer makes it no other one."""
        self.repeats(event("{peer} came", peer="10.0.0.1:1000"))
        self.repeats(event("{peer} came", peer="10.0.0.1:1001"))
        self.repeats(event("{peer} came", peer="10.0.0.2:1000"))
        self.assertEqual(self.said(), ["10.0.0.1:1000 came", "10.0.0.2:1000 came"])

    def test_wrapped(self) -> None:
        """Messages that a library made beforehand differ by their text."""
        for text in ("one", "two", "one"):
            self.repeats(event("{log_text}", log_text=text))
        self.assertEqual(self.said(), ["one", "two"])

    def test_followed(self) -> None:
        """A later event brings the count along, before itself."""
        self.repeats(event(node="CP1"))
        self.repeats(event(node="CP1"))
        self.clock.advance(61)
        self.repeats(event(node="CP1"))
        expected = ["CP1 went", "CP1 went (1 more like this since the line before)", "CP1 went"]
        self.assertEqual(self.said(), expected)

    def test_flush(self) -> None:
        """At the end nothing remains untold."""
        self.repeats(event(node="CP1"))
        self.repeats(event(node="CP1"))
        self.repeats.flush()
        self.assertEqual(len(self.said()), 2)
        self.repeats.flush()
        self.assertEqual(self.said(), [])

    def test_interrupted(self) -> None:
        """A signal that interrupts the counting is told, and nothing stands still."""

        def seconds() -> float:
            self.repeats._seconds = self.clock.seconds
            self.repeats(event("the signal"))
            return self.clock.seconds()

        self.repeats._seconds = seconds
        self.repeats(event("the line"))
        self.assertEqual(self.said(), ["the signal", "the line"])

    def test_off(self) -> None:
        """With an interval of 0, and at level debug, everything is told."""
        for _ in range(3):
            self.repeats(event(level=LogLevel.debug, node="CP1"))
        self.repeats.interval = 0.0
        for _ in range(3):
            self.repeats(event(node="CP1"))
        self.assertEqual(len(self.told), 6)

    def test_bounded(self) -> None:
        """The memory has an end; what is forgotten is told first."""
        self.repeats(event(node="first"))
        self.repeats(event(node="first"))
        for number in range(MOST + 10):
            self.repeats(event(node=f"CP{number}"))
        self.assertLessEqual(len(self.repeats), MOST)
        self.assertIn("first went (1 more like this since the line before)", self.said())
