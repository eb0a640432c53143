"""The store's double in memory keeps the contract, and can be made to fail."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase, TestCase

from ocppgw.interfaces import StoreFailed
from ocppgw.store.memory import MemoryStore
from tests.store.accesscontract import AccessContract
from tests.store.contract import ADDED, T0, StoreContract, started
from tests.store.startcontract import StartContract


class MemoryStoreTests(StoreContract, StartContract, AccessContract, TestCase):
    """`MemoryStore` is an `IStore`."""

    def setUp(self) -> None:
        self.only = MemoryStore()

    def make(self) -> MemoryStore:
        return self.only

    def damageUser(self, name: str) -> None:
        self.only.damageUser(name)


class FailingTests(SynchronousTestCase):
    """Tests can have the store fail and recover, or take its time."""

    def test_failAndRecover(self) -> None:
        """While it fails commits fail and nothing is kept; the status is told."""
        store = MemoryStore()
        told: list[str] = []
        store.watchStatus(told.append)
        self.successResultOf(store.open(T0))
        store.fail("the disk is full")
        self.failureResultOf(store.commit("CP1", [ADDED]), StoreFailed)
        store.recover()
        self.successResultOf(store.commit("CP1", [ADDED, started(1)]))
        self.assertEqual(told, ["the disk is full", "ok"])
        self.assertEqual(len(store.committed), 2)

    def test_delay(self) -> None:
        """With a clock a commit takes its delay."""
        clock = Clock()
        store = MemoryStore(clock, 2.0)
        committed = store.commit("CP1", [ADDED])
        clock.advance(1.0)
        self.assertNoResult(committed)
        clock.advance(1.0)
        self.successResultOf(committed)
