"""Log-ins and refusals reach the audit trail, and nobody can flood it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ocppgw.access.attempts import ACCEPTED, LOG_IN, REFUSED, Attempt
from ocppgw.gateway.accesstrail import MOST, SWEEP, WINDOW, AccessTrail
from ocppgw.interfaces import IAccessTrail
from ocppgw.model.facts import CommandEnded

T0 = datetime(2026, 3, 1, tzinfo=UTC)


class Reactor(Clock):
    """A clock whose reactor thread comes to it when the test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.arriving: list[Any] = []

    def callFromThread(self, *call: Any) -> None:
        self.arriving.append(call)

    def arrive(self) -> None:
        while self.arriving:
            function, *arguments = self.arriving.pop(0)
            function(*arguments)


def refused(host: str = "10.0.0.1", user: str = "anna", why: str = "wrong") -> Attempt:
    return Attempt(LOG_IN, REFUSED, host, user, why)


class AccessTrailTests(SynchronousTestCase):
    """Attempts in, entries of the audit trail out."""

    def setUp(self) -> None:
        self.reactor = Reactor()
        self.entries: list[CommandEnded] = []
        self.trail = AccessTrail(self.entries.append, self.reactor, lambda: T0)
        self.trail.start()

    def tell(self, *attempts: Attempt) -> list[CommandEnded]:
        for attempt in attempts:
            self.trail.tell(attempt)
        self.reactor.arrive()
        return self.entries

    def pass_(self, seconds: float) -> None:
        for _ in range(int(seconds / SWEEP) + 1):
            self.reactor.advance(SWEEP)

    def test_provides(self) -> None:
        """It is what the entrances are given."""
        self.assertTrue(verifyObject(IAccessTrail, self.trail))

    def test_observed(self) -> None:
        """Whoever observes is told what is written, as rarely: the first, then the number."""
        seen: list[tuple[str, int, datetime]] = []
        self.trail.observe(lambda attempt, count, at: seen.append((attempt.user, count, at)))
        self.tell(refused(), refused(user="b"), refused(user="c"))
        self.assertEqual(seen, [("anna", 1, T0)])
        self.pass_(WINDOW)
        self.assertEqual(seen[1:], [("c", 2, T0)])

    def test_first(self) -> None:
        """The first attempt is an entry at once: who, from where, how it ended and why."""
        [entry] = self.tell(refused())
        expected = CommandEnded("LogIn", "from=10.0.0.1", "Refused", "wrong", "anna", "opcua", T0)
        self.assertEqual(entry, expected)

    def test_otherThreads(self) -> None:
        """Nothing is written but on the reactor thread."""
        self.trail.tell(refused())
        self.assertEqual(self.entries, [])
        self.reactor.arrive()
        self.assertEqual(len(self.entries), 1)

    def test_counted(self) -> None:
        """Further ones within a minute are one entry with their number and the last reason."""
        self.tell(*[refused(user=f"guess {n}", why=f"wrong {n}") for n in range(50)])
        self.assertEqual(len(self.entries), 1)
        self.pass_(WINDOW)
        _, entry = self.entries
        found = (entry.arguments, entry.user, entry.detail)
        self.assertEqual(found, ("from=10.0.0.1 times=49", "guess 49", "wrong 49"))

    def test_goesOn(self) -> None:
        """Who goes on for ten minutes costs an entry a minute, not one at each interval's start."""
        for _ in range(600):
            self.tell(refused())
            self.reactor.advance(1)
        self.assertIn(len(self.entries), (10, 11))

    def test_afterwards(self) -> None:
        """After a quiet minute the next attempt is written at once again, nothing is kept."""
        self.tell(refused())
        self.pass_(WINDOW)
        self.assertEqual((len(self.entries), len(self.trail)), (1, 0))
        self.assertEqual(len(self.tell(refused())), 2)

    def test_apart(self) -> None:
        """Another address, another entrance, another thing or another end is another entry."""
        self.tell(
            refused(),
            refused(host="10.0.0.2"),
            Attempt(LOG_IN, REFUSED, "10.0.0.1", "anna", origin="web"),
            Attempt("Write", REFUSED, "10.0.0.1", "anna"),
            Attempt(LOG_IN, ACCEPTED, "10.0.0.1", "anna"),
            Attempt(LOG_IN, ACCEPTED, "10.0.0.1", "bert"),
        )
        self.assertEqual(len(self.entries), 6)

    def test_manySources(self) -> None:
        """A flood from more addresses than are remembered shares one place and is counted."""
        self.tell(*[refused(host=f"h{n}") for n in range(3 * MOST)])
        self.assertEqual((len(self.entries), len(self.trail)), (MOST + 1, MOST + 1))
        self.pass_(WINDOW)
        self.assertIn(f"times={2 * MOST - 1}", self.entries[-1].arguments)

    def test_bounded(self) -> None:
        """However long a name is, its entry is short."""
        [entry] = self.tell(refused(user="x" * 10_000, why="y" * 10_000, host="z" * 10_000))
        self.assertLess(len(f"{entry}"), 600)

    def test_stop(self) -> None:
        """At the stop what was counted is written, and no timer is left."""
        self.tell(refused(), refused(), refused())
        self.trail.stop()
        self.assertEqual([entry.arguments for entry in self.entries][1:], ["from=10.0.0.1 times=2"])
        self.assertEqual(self.reactor.getDelayedCalls(), [])
