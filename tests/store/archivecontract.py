"""What every provider of `IArchive` promises: one suite, mixed into a test case per provider."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
from twisted.internet.defer import inlineCallbacks
from twisted.trial.unittest import TestCase
from zope.interface.verify import verifyObject

from ocppgw.interfaces import IArchive
from ocppgw.model import facts as f
from ocppgw.model.archive import ArchiveQuery
from tests.store.contract import ADDED, LATER, T0, Steps, started, stopped


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def ended(name: str, seconds: float = 0, user: str = "anna", **more: Any) -> f.CommandEnded:
    return f.CommandEnded(name, "a=1", "Accepted", "", user, "web", at(seconds), **more)


if TYPE_CHECKING:
    Base = TestCase
else:
    # Not a test case by itself: trial would run it without a provider.
    Base = object


class ArchiveContract(Base):
    """
    Tests of the promise itself.

    A case provides ``store``, open and empty, ``archive``, and the assertions of a test case.
    """

    store: Any
    archive: Any

    @inlineCallbacks
    def begin(self, *facts: f.Fact) -> Steps:
        yield self.store.commit("CP1", [ADDED, *facts])

    @inlineCallbacks
    def ids(self, **narrowed: Any) -> Any:
        page = yield self.archive.listTransactions(ArchiveQuery(**narrowed))
        return [one.transaction.transactionId for one in page.entries]

    @inlineCallbacks
    def names(self, **narrowed: Any) -> Any:
        page = yield self.archive.listCommands(ArchiveQuery(**narrowed))
        return [one.command.name for one in page.entries]

    def test_interface(self) -> None:
        """It has every method of the interface."""
        self.assertTrue(verifyObject(IArchive, self.archive))

    @inlineCallbacks
    def test_running(self) -> Steps:
        """A transaction that runs is there, with its charge point and without an end."""
        yield self.begin(started(7))
        page = yield self.archive.listTransactions(ArchiveQuery())
        [kept] = page.entries
        self.assertEqual((kept.nodeName, kept.transaction.meterStart), ("CP1", 100.0))
        self.assertTrue(kept.transaction.active)
        self.assertIsNone(kept.transaction.stopTime)

    @inlineCallbacks
    def test_stopped(self) -> Steps:
        """One that ended tells how."""
        yield self.begin(started(7), stopped(7))
        kept = yield self.archive.findKept("CP1", 7)
        told = kept.transaction
        self.assertEqual((told.meterStop, told.stopTime, told.stopReason), (700.0, LATER, "Local"))
        self.assertFalse(told.active)

    @inlineCallbacks
    def test_unknown(self) -> Steps:
        """What nobody began is not found."""
        yield self.begin(started(7))
        self.assertIsNone((yield self.archive.findKept("CP1", 8)))
        self.assertIsNone((yield self.archive.findKept("CP2", 7)))

    @inlineCallbacks
    def test_pages(self) -> Steps:
        """Pages follow each other, newest first, and the last one says that it is the last."""
        yield self.begin(*(started(n, timestampText=str(n)) for n in range(1, 6)))
        seen, before, pages = [], None, 0
        while pages == 0 or before is not None:
            page = yield self.archive.listTransactions(ArchiveQuery(most=2, before=before))
            seen += [one.transaction.transactionId for one in page.entries]
            before, pages = page.next, pages + 1
        self.assertEqual((seen, pages), ([5, 4, 3, 2, 1], 3))

    @inlineCallbacks
    def test_wholePageIsTheLast(self) -> Steps:
        """A page that is just full and has nothing behind it is the last one."""
        yield self.begin(started(1), started(2, timestampText="2"))
        page = yield self.archive.listTransactions(ArchiveQuery(most=2))
        self.assertIsNone(page.next)

    @inlineCallbacks
    def test_narrowed(self) -> Steps:
        """A list is narrowed by time, charge point and idTag, the tag in any case."""
        other = attrs.evolve(ADDED, nodeName="CP2", identity="CP2")
        yield self.begin(
            started(1, startTime=at(0), idTag="Anna"),
            started(2, startTime=at(10), idTag="BERT", timestampText="2"),
        )
        yield self.store.commit("CP2", [other, started(3, startTime=at(20))])
        self.assertEqual((yield self.ids(start=at(10))), [3, 2])
        self.assertEqual((yield self.ids(end=at(10))), [1])
        self.assertEqual((yield self.ids(nodeName="CP1")), [2, 1])
        self.assertEqual((yield self.ids(who="anna")), [1])
        self.assertEqual((yield self.ids(nodeName="CP2", who="anna")), [])
        self.assertEqual((yield self.ids(start=at(5), end=at(15))), [2])

    @inlineCallbacks
    def test_commands(self) -> Steps:
        """The audit trail has each entry as it was told, the gateway's own among them."""
        told = ended("HardReset")
        yield self.begin(told)
        yield self.store.commit(f.SITE, [ended("AddIdTag")])
        page = yield self.archive.listCommands(ArchiveQuery())
        self.assertEqual([one.nodeName for one in page.entries], ["", "CP1"])
        self.assertEqual(page.entries[1].command, told)

    @inlineCallbacks
    def test_commandsNarrowed(self) -> Steps:
        """The audit trail is narrowed by time, charge point and user."""
        yield self.begin(ended("A", 0), ended("B", 10, user="bert"), ended("C", 20))
        self.assertEqual((yield self.names(who="anna")), ["C", "A"])
        self.assertEqual((yield self.names(start=at(10), end=at(20))), ["B"])
        self.assertEqual((yield self.names(nodeName="CP2")), [])

    @inlineCallbacks
    def test_commandPages(self) -> Steps:
        """The audit trail comes in pages, too."""
        yield self.begin(ended("A"), ended("B"), ended("C"))
        page = yield self.archive.listCommands(ArchiveQuery(most=2))
        self.assertEqual([one.command.name for one in page.entries], ["C", "B"])
        self.assertEqual((yield self.names(before=page.next)), ["A"])
