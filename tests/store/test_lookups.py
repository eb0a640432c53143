"""Tests of asking for many identities together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.interfaces import StoreFailed
from ocppgw.store.lookups import MOST, Lookups


class LookupsTests(SynchronousTestCase):
    """One visit at a time, for all that wait."""

    def setUp(self) -> None:
        self.visits: list[tuple[Sequence[str], Deferred[Mapping[str, Any]]]] = []
        self.lookups = Lookups(self.read)

    def read(self, identities: Sequence[str]) -> Deferred[Mapping[str, Any]]:
        visit: Deferred[Mapping[str, Any]] = Deferred()
        self.visits.append((identities, visit))
        return visit

    def answer(self, mark: str) -> None:
        """The last visit is over; what is found has its mark."""
        identities, visit = self.visits[-1]
        visit.callback({identity: identity + mark for identity in identities})

    def test_together(self) -> None:
        """What comes up during a visit is asked for by the next one, and never before."""
        first = self.lookups.find("A")
        later = [self.lookups.find(identity) for identity in ("A", "B", "B")]
        self.assertEqual([asked for asked, _ in self.visits], [("A",)])
        self.answer("1")
        self.assertEqual(self.successResultOf(first), "A1")
        self.assertEqual([sorted(asked) for asked, _ in self.visits], [["A"], ["A", "B"]])
        self.answer("2")
        self.assertEqual(list(map(self.successResultOf, later)), ["A2", "B2", "B2"])
        self.assertEqual(len(self.visits), 2)

    def test_bounded(self) -> None:
        """One visit asks for so many; the others follow in their order."""
        self.lookups.find("first")
        answers = [self.lookups.find(str(number)) for number in range(MOST + 1)]
        for mark, expected in (("", 1), ("", MOST), ("", 1)):
            self.assertEqual(len(self.visits[-1][0]), expected)
            self.answer(mark)
        self.assertEqual(self.successResultOf(answers[-1]), str(MOST))

    def test_failure(self) -> None:
        """A visit that fails is the failure of those who waited for it, and of nobody else."""
        first, later = self.lookups.find("A"), self.lookups.find("B")
        self.visits[-1][1].errback(StoreFailed("gone"))
        self.failureResultOf(first, StoreFailed)
        self.answer("")
        self.assertEqual(self.successResultOf(later), "B")

    def test_ownFailure(self) -> None:
        """Who takes a failure apart takes nothing from the others."""
        self.lookups.find("first")
        waiting = [self.lookups.find(identity) for identity in "AB"]
        self.answer("")
        self.visits[-1][1].errback(StoreFailed("gone"))
        one, other = [self.failureResultOf(answer, StoreFailed) for answer in waiting]
        self.assertIsNot(one, other)

    def test_atOnce(self) -> None:
        """However many wait when reading fails without a visit, each is told, and more may ask."""
        first: Deferred[Mapping[str, Any]] = Deferred()
        visits = iter([first])
        lookups = Lookups(lambda identities: next(visits, None) or fail(StoreFailed("closed")))
        waiting = [lookups.find(str(number)) for number in range(5000)]
        first.callback({"0": "found"})
        self.assertEqual(self.successResultOf(waiting[0]), "found")
        for answer in (*waiting[1:], lookups.find("later")):
            self.failureResultOf(answer, StoreFailed)

    def test_givenUp(self) -> None:
        """Who waits no more takes nothing from the others."""
        gone, other = self.lookups.find("A"), self.lookups.find("B")
        gone.addErrback(lambda _: None)
        gone.cancel()
        self.answer("")
        self.answer("")
        self.assertEqual(self.successResultOf(other), "B")
