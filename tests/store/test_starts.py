"""Tests of telling without the database that a StartTransaction repeats nothing."""

from __future__ import annotations

from typing import Any

import attrs
from hypothesis import given, strategies as st
from twisted.internet.defer import Deferred, fail, succeed
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.interfaces import StartKey, StoreFailed
from ocppgw.model.connectors import LIMIT
from ocppgw.model.facts import SITE
from ocppgw.model.records import Transaction
from ocppgw.store.starts import BEYOND, LONGEST, Starts
from tests.store.contract import ADDED, KEY, T0, started

NOON, LATER, LATEST = (f"2026-03-01T{hour}:00:00Z" for hour in (12, 13, 14))
SOME = Transaction(7, 1, "TAG", T0, 100, T0)


def at(text: str, connectorId: int = 1, nodeName: str = "CP1") -> StartKey:
    return attrs.evolve(KEY, timestampText=text, connectorId=connectorId, nodeName=nodeName)


class StartsTests(SynchronousTestCase):
    """What is certain is not asked for."""

    def setUp(self) -> None:
        self.reads: list[Deferred[Any]] = []
        self.starts = Starts(self.read)

    def read(self, key: StartKey) -> Deferred[Any]:
        reading: Deferred[Any] = Deferred()
        self.reads.append(reading)
        return reading

    def find(self, key: StartKey, last: str = "") -> bool:
        """Ask for one; returns whether the database was asked, which knows this last timestamp."""
        if self.starts.isNew(key):
            return False
        finding = self.starts.find(key)
        self.reads[-1].callback((SOME, last))
        self.assertEqual(self.successResultOf(finding), SOME)
        return True

    def test_growing(self) -> None:
        """The database is asked once, and not again while timestamps grow."""
        self.assertTrue(self.find(at(NOON)))
        for text in (NOON, LATER, LATEST):
            self.assertFalse(self.find(at(text)))
            self.starts.tell("CP1", [started(1, timestampText=text)])

    def test_repeated(self) -> None:
        """What was told of is asked for: the same timestamp, and any before it."""
        self.find(at(NOON))
        self.starts.tell("CP1", [ADDED, started(1, timestampText=LATER)])
        self.assertTrue(self.find(at(LATER)))
        self.assertTrue(self.find(at(NOON)))
        self.assertFalse(self.find(at(LATEST)))

    def test_onDisk(self) -> None:
        """So is what the database has, also where younger ones were told of before it was asked."""
        self.assertTrue(self.find(at(NOON), LATER))
        self.assertTrue(self.find(at(LATER)))
        self.assertFalse(self.find(at(LATEST)))

    def test_meanwhile(self) -> None:
        """What is told of while the database is asked is not forgotten over its answer."""
        finding = self.starts.find(at(NOON))
        self.starts.tell("CP1", [started(1, timestampText=LATER)])
        self.reads[-1].callback((None, NOON))
        self.assertIsNone(self.successResultOf(finding))
        self.assertTrue(self.find(at(LATER), LATER))

    def test_before(self) -> None:
        """What was told of before anybody asked does not replace asking."""
        self.starts.tell("CP1", [started(1, timestampText=NOON)])
        self.assertTrue(self.find(at(LATER)))

    def test_elsewhere(self) -> None:
        """Each connector of each charge point counts for itself."""
        self.find(at(LATEST))
        self.starts.tell("CP1", [started(1, timestampText=LATEST)])
        self.starts.tell(SITE, [])
        self.assertTrue(self.find(at(NOON, connectorId=2)))
        self.assertFalse(self.find(at(NOON, connectorId=2)))
        self.assertTrue(self.find(at(NOON, nodeName="CP2")))

    def test_odd(self) -> None:
        """Of what is no timestamp, or of a connector that nobody has, nothing is certain."""
        nowhere = [at(NOON, connectorId=number) for number in (-1, 0, LIMIT + 1)]
        for key in [at(""), at("tomorrow"), at(BEYOND), *nowhere]:
            self.assertTrue(self.find(key))
            self.assertTrue(self.find(key))

    def test_bounded(self) -> None:
        """However many connectors a charge point names, no more are remembered than it can have."""
        for number in range(-2 * LIMIT, 2 * LIMIT):
            self.find(at(NOON, connectorId=number))
            self.starts.tell("CP1", [started(1, connectorId=number, timestampText=NOON)])
        self.assertEqual(len(self.starts), LIMIT)

    def test_long(self) -> None:
        """One that is too long is not kept, and whatever comes after it is asked for."""
        self.find(at(NOON))
        self.starts.tell("CP1", [started(1, timestampText=NOON + "0" * LONGEST)])
        self.assertTrue(self.find(at(LATEST)))

    def test_failure(self) -> None:
        """A failure to read is the asker's, and teaches nothing."""
        self.patch(self.starts, "_read", lambda key: fail(StoreFailed("no")))
        self.failureResultOf(self.starts.find(at(NOON)), StoreFailed)
        self.patch(self.starts, "_read", lambda key: succeed((SOME, LATER)))
        self.assertEqual(self.successResultOf(self.starts.find(at(NOON))), SOME)

    @given(
        st.lists(st.tuples(st.integers(1, 2), st.sampled_from(["", NOON, LATER, "x", "9" * 50])))
    )
    def test_neverWrong(self, begun: list[tuple[int, str]]) -> None:
        """Whatever comes in whatever order: nothing that was kept is taken for new."""
        kept: set[tuple[int, str]] = set()

        def read(key: StartKey) -> Deferred[Any]:
            place = (key.connectorId, key.timestampText)
            texts = [text for connector, text in kept if connector == key.connectorId]
            return succeed((SOME if place in kept else None, max(texts, default="")))

        starts = Starts(read)
        for connector, text in begun:
            key, isKept = at(text, connector), (connector, text) in kept
            if starts.isNew(key):
                self.assertFalse(isKept)
            else:
                self.assertEqual(self.successResultOf(starts.find(key)) is SOME, isKept)
            starts.tell("CP1", [started(1, connectorId=connector, timestampText=text)])
            kept.add((connector, text))
