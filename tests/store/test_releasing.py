"""Tests of letting those go on who waited for a commit."""

from __future__ import annotations

from asyncio import CancelledError
from functools import partial

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.interfaces import StoreFailed, Told
from ocppgw.store.releasing import EACH, Releasing


class ReleasingTests(SynchronousTestCase):
    """Some in each turn, in their order."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.releasing = Releasing(self.clock)
        self.fired: list[int] = []

    def waiting(self, first: int, count: int) -> list[Told]:
        """Some who tell their numbers."""
        return [partial(self.tell, number) for number in range(first, first + count)]

    def tell(self, number: int, error: StoreFailed | None) -> None:
        self.assertIsNone(error)
        self.fired.append(number)

    def test_few(self) -> None:
        """A few go on at once, and no turn is asked for."""
        self.releasing.release(self.waiting(0, EACH))
        self.assertEqual(self.fired, list(range(EACH)))
        self.assertFalse(self.clock.getDelayedCalls())

    def test_many(self) -> None:
        """Of many, some go on in each turn; others have their turns between, and follow behind."""
        self.releasing.release(self.waiting(0, 2 * EACH + 1))
        self.releasing.release(self.waiting(2 * EACH + 1, 3))
        seen = [len(self.fired)]
        self.clock.callLater(0, lambda: seen.append(len(self.fired)))
        self.clock.advance(0)
        self.assertEqual(seen, [EACH, 2 * EACH])
        self.assertEqual(self.fired, list(range(2 * EACH + 4)))
        self.assertFalse(self.clock.getDelayedCalls())

    def test_meanwhile(self) -> None:
        """What is released by one that goes on follows behind the others."""
        self.releasing.release(
            [lambda _: self.releasing.release(self.waiting(2, 1)), *self.waiting(0, 2)]
        )
        self.assertEqual(self.fired, [0, 1, 2])

    def test_finishMeanwhile(self) -> None:
        """One of them may be the end of all."""
        self.releasing.release([lambda _: self.releasing.finish(), *self.waiting(0, 3)])
        self.releasing.release(self.waiting(3, 1))
        self.assertEqual(self.fired, [0, 1, 2, 3])

    def test_mistake(self) -> None:
        """Who makes a mistake keeps nobody else waiting; it is logged."""
        for go in (lambda: None, self.releasing.finish):
            self.fired.clear()
            waiting: list[Told] = [lambda _: 1 // 0] * EACH
            self.releasing.release([*waiting, lambda _: 1 // 0, *self.waiting(0, 1)])
            go()
            self.clock.advance(0)
            self.assertEqual(self.fired, [0])
            self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), EACH + 1)

    def test_anyMistake(self) -> None:
        """That holds for what is no Exception, too; those who come later are told as well."""

        def cancelled(_: object) -> None:
            raise CancelledError

        self.releasing.release([cancelled, *self.waiting(0, 1)])
        self.releasing.release(self.waiting(1, 1))
        self.assertEqual((self.fired, self.releasing.isUnderWay()), ([0, 1], False))
        self.assertEqual(len(self.flushLoggedErrors(CancelledError)), 1)

    def test_finish(self) -> None:
        """At the end nobody is left waiting."""
        self.releasing.release(self.waiting(0, 3 * EACH))
        self.releasing.finish()
        self.assertEqual(self.fired, list(range(3 * EACH)))
        self.clock.advance(0)
        self.assertFalse(self.clock.getDelayedCalls())
