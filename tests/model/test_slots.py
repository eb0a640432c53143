"""Meter values that wait for a look: the same records as if each were applied at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import event, given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.applying import apply
from ocppgw.model.happenings import happenings
from ocppgw.model.records import ChargePointRecord
from ocppgw.model.registry import Registry
from ocppgw.model.slots import LONGEST, Slot, Waiting
from tests.model.given import after, at, connected, started, status, stopped
from tests.model.test_batch import PLANS, USUAL, batch, told

Draw = Callable[[st.SearchStrategy[Any]], Any]


@st.composite
def histories(draw: Draw) -> list[f.Fact]:
    """What comes of charge points that go on: mostly meter values, one after the other."""
    facts: list[f.Fact] = []
    seconds = 0
    for _ in range(draw(st.integers(0, 40))):
        seconds += draw(st.sampled_from([1, 1, 1, 10, 0, -5]))
        connectorId = draw(st.sampled_from([1, 1, 1, 2, 0]))
        kind = draw(st.integers(0, 20))
        if kind > 3:
            plan = draw(st.sampled_from([USUAL] * 9 + [None])) or draw(PLANS)
            values = draw(st.lists(st.integers(0, 50).map(float), min_size=4, max_size=4))
            got = seconds + draw(st.sampled_from([0, 0, 400]))
            said = batch(seconds, *values[: len(plan.keys)], plan=plan, received=got)
            facts.append(told(said, connectorId, draw(st.sampled_from([None, None, 1, 2]))))
        elif kind == 0:
            word = draw(st.sampled_from(["Charging", "SuspendedEV", "Available", "Faulted"]))
            facts.append(status(word, seconds, connectorId))
        elif kind == 1:
            facts.append(started(draw(st.sampled_from([1, 2])), seconds, 10, connectorId))
        elif kind == 2:
            stop = draw(st.sampled_from([None, 100]))
            facts.append(stopped(draw(st.sampled_from([1, 2])), seconds, stop))
        else:
            facts.append(
                draw(
                    st.sampled_from(
                        [
                            f.TransactionSuspected(1, connectorId, at(seconds)),
                            f.LiveAged(connectorId, at(seconds)),
                            f.MessageReceived(at(seconds)),
                        ]
                    )
                )
            )
    return facts


def plain(*numbers: int) -> list[f.Measured]:
    """Meter values of these seconds, which are their numbers."""
    return [told(batch(number, number, number, number)) for number in numbers]


class SameTests(SynchronousTestCase):
    """Nobody sees that they waited."""

    @given(histories(), st.lists(st.integers(0, 5), min_size=40, max_size=40))
    def test_records(self, history: list[f.Fact], asked: list[int]) -> None:
        """After any history, looked at now and then, the records are the same ones."""
        slot, record = Slot(connected()), connected()
        for fact, isAsked in zip(history, asked, strict=False):
            isWaiting = isinstance(fact, f.Measured) and slot.wait(fact)
            event(f"waits: {isWaiting}")
            if not isWaiting:
                slot.held = apply(slot.record, fact)
            before, record = record, apply(record, fact)
            if isWaiting:
                self.assertEqual(happenings(before, record), ())
                self.assertEqual(
                    [one.status for one in slot.standing.connectors.values()],
                    [one.status for one in record.connectors.values()],
                )
            if not isAsked:
                self.compare(slot, record)
        self.compare(slot, record)

    def compare(self, slot: Slot, record: ChargePointRecord) -> None:
        """The record of a slot is this one, and the same object each time."""
        self.assertEqual(slot.record, record)
        self.assertIs(slot.record, slot.record)


class SlotTests(SynchronousTestCase):
    """What waits, and how long."""

    def slot(self, *facts: f.Fact) -> Slot:
        """A slot after these facts, with meter values of second 1 and 2 before."""
        return Slot(after(connected(), *facts, *plain(1, 2)))

    def test_replaced(self) -> None:
        """Of many messages the last one is kept; nothing is made of the others."""
        slot = self.slot()
        for fact in plain(*range(3, 100)):
            self.assertTrue(slot.wait(fact))
        assert isinstance(slot.held, Waiting)
        self.assertEqual([len(facts) for facts in slot.held.facts.values()], [1])
        self.assertIsNone(slot.held.made)
        self.assertEqual(slot.record.connectors[1].live.energy.value, 99.0)  # type: ignore[union-attr]

    def test_standing(self) -> None:
        """Who needs no readings is given the record without those that wait."""
        slot = self.slot()
        before = slot.record
        slot.wait(plain(3)[0])
        self.assertIs(slot.standing, before)
        self.assertIsNot(slot.record, before)

    def test_transaction(self) -> None:
        """While a transaction runs each message may tell of its energy; they are not many."""
        slot = self.slot(started(1, 0, 0))
        numbers = iter(range(3, 1000))
        for _ in range(LONGEST):
            self.assertTrue(slot.wait(plain(next(numbers))[0]))
        self.assertFalse(slot.wait(plain(next(numbers))[0]))

    def test_others(self) -> None:
        """What is older, of another kind, or of connector 0 does not wait."""
        slot = self.slot()
        older, odd = plain(2)[0], told(batch(9, 1, 2, 3), connectorId=0)
        alone = f.Measured(1, None, tuple(plain(9)[0].readings), at(9))
        for fact in (older, odd, alone, told(batch(9, 1, 2, 3), connectorId=7)):
            self.assertFalse(slot.wait(fact))


class RegistryTests(SynchronousTestCase):
    """Who is told of it."""

    def setUp(self) -> None:
        self.registry = Registry()
        self.registry.restore([after(connected(), *plain(1, 2))])
        self.told: list[object] = []

    def test_metered(self) -> None:
        """Observers are told that there is another record, which is made when they ask."""
        self.registry.observe(lambda *change: self.told.append(change), self.told.append)
        self.registry.apply("CP1", plain(3)[0])
        self.assertEqual(self.told, ["CP1"])
        held = self.registry.chargePoints["CP1"].held
        assert isinstance(held, Waiting)
        self.assertIsNone(held.made)
        self.assertIs(self.registry.record("CP1"), held.made)

    def test_eager(self) -> None:
        """Nothing waits while somebody observes each record."""
        self.registry.observe(lambda *change: None, self.told.append)
        self.registry.observe(lambda *change: self.told.append(change))
        old = self.registry.record("CP1")
        new = self.registry.apply("CP1", plain(3)[0])
        self.assertEqual(self.told, [("CP1", old, new)])
        self.assertIs(self.registry.standing("CP1"), new)

    def test_before(self) -> None:
        """What comes next finds what waited in its place."""
        changes: list[Any] = []
        self.registry.observe(lambda *change: changes.append(change), self.told.append)
        self.registry.apply("CP1", plain(3)[0])
        self.registry.apply("CP1", status("Charging", 4))
        [(_, old, _)] = changes
        self.assertEqual(old.connectors[1].live.energy.value, 3.0)
