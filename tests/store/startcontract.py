"""What every provider of `IStore` promises about finding an earlier StartTransaction."""

from __future__ import annotations

from typing import Any

import attrs
from twisted.internet.defer import Deferred, inlineCallbacks

from ocppgw.interfaces import StartKey
from ocppgw.model.facts import Fact
from tests.store.contract import KEY, Steps, StoreSteps, started, stopped


class StartContract(StoreSteps):
    """Tests of what a StartTransaction repeats."""

    @inlineCallbacks
    def test_findStart(self) -> Steps:
        """A start is found by its key, open or stopped, whatever the case of the idTag."""
        yield self.begin(started(7, idTag="tag"))
        found = yield self.store.findStart(KEY)
        self.assertEqual((found.transactionId, found.active), (7, True))
        yield self.store.commit("CP1", [stopped(7)])
        found = yield self.store.findStart(KEY)
        self.assertEqual((found.transactionId, found.active), (7, False))

    @inlineCallbacks
    def test_findNoStart(self) -> Steps:
        """A start that differs in any part of the key is another one."""
        yield self.begin(started(7, meterStart=101), started(8, connectorId=2))
        found = yield self.store.findStart(KEY)
        self.assertIsNone(found)

    @inlineCallbacks
    def test_findStartOfNow(self) -> Steps:
        """One that was not found is found once it was given in, whichever way; later on as well."""
        yield self.begin(started(7))
        yield self.store.findStart(KEY)
        for number, give in enumerate((self._commit, self._keep, self._note), 8):
            key = _after(number)
            self.assertTrue(self.store.isNewStart(key))
            giving = give(started(number, timestampText=key.timestampText))
            self.assertFalse(self.store.isNewStart(key))
            yield giving
        for _ in range(2):
            for number in (8, 9, 10):
                key = _after(number)
                self.assertFalse(self.store.isNewStart(key))
                found = yield self.store.findStart(key)
                self.assertEqual(found.transactionId, number)
            self.assertTrue(self.store.isNewStart(_after(11)))
            yield self.restart()

    def _commit(self, *facts: Fact) -> Deferred[Any]:
        return self.store.commit("CP1", facts)

    def _keep(self, *facts: Fact) -> Deferred[Any]:
        kept: Deferred[Any] = Deferred()
        self.store.keep("CP1", facts, kept.callback)
        return kept

    def _note(self, *facts: Fact) -> Deferred[Any]:
        self.store.note("CP1", facts)
        return self.store.commit("CP1", ())  # which what was noted before is written with


def _after(number: int) -> StartKey:
    """A key with a timestamp so many seconds later."""
    return attrs.evolve(KEY, timestampText=f"2026-03-01T12:00:{number:02}Z")
