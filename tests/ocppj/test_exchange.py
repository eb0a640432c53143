"""Tests of who waits for whom."""

from __future__ import annotations

import itertools

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.ocppj.exchange import REMEMBERED, Closed, Exchange, Pending, Standing
from ocppgw.ocppj.frames import CallResult


def numbered() -> Exchange[str]:
    """An exchange whose ids are 1, 2, 3 .."""
    numbers = itertools.count(1)
    return Exchange(lambda: str(next(numbers)))


def sent(exchange: Exchange[str], waiter: str = "somebody") -> Pending[str]:
    """Ask, and take it as sent."""
    exchange.ask("Reset", b"{}", waiter)
    pending = exchange.due()
    assert pending is not None
    return pending


class OneAtATime(SynchronousTestCase):
    """OCPP-J 4.1.1: the next Call only after the answer."""

    def test_order(self) -> None:
        """Calls are handed out one by one, in the order in which they were taken in."""
        exchange = numbered()
        for waiter in "abc":
            exchange.ask("Reset", b"{}", waiter)
        handedOut = []
        for _ in range(3):
            pending = exchange.due()
            assert pending is not None
            self.assertIsNone(exchange.due())
            handedOut.append(pending.waiter)
            exchange.match(pending.call.result(b"{}"))
        self.assertEqual(handedOut, ["a", "b", "c"])
        self.assertIsNone(exchange.due())

    def test_waiting(self) -> None:
        """How many wait, and which one is out, can be seen."""
        exchange = numbered()
        out = sent(exchange)
        exchange.ask("Reset", b"{}", "next")
        self.assertIs(exchange.outstanding, out)
        self.assertEqual(exchange.waiting, 1)


class Answers(SynchronousTestCase):
    """An answer finds its Call, or is told from those that do."""

    def test_match(self) -> None:
        """An answer in time finds who waits for it, a CallError as well as a CallResult."""
        exchange = numbered()
        for refuse in (False, True):
            pending = sent(exchange, "me")
            call = pending.call
            match = exchange.match(call.error("InternalError") if refuse else call.result(b"{}"))
            self.assertEqual((match.standing, match.pending), (Standing.inTime, pending))
            self.assertIsNone(exchange.outstanding)

    def test_S17_idAsNumber(self) -> None:
        """An answer that turned our id into a number still finds its Call."""
        exchange = numbered()
        sent(exchange)
        match = exchange.match(CallResult("1", b"1", b"{}"))
        self.assertIs(match.standing, Standing.inTime)

    def test_S18_lateAnswer(self) -> None:
        """The answer to a Call that was given up is late: it says to what, and never raises."""
        exchange = numbered()
        pending = sent(exchange)
        self.assertTrue(exchange.expire(pending))
        following = sent(exchange, "next")
        match = exchange.match(pending.call.result(b"{}"))
        self.assertEqual((match.standing, match.pending), (Standing.late, pending))
        self.assertIs(exchange.outstanding, following)

    def test_S18_unknownAnswer(self) -> None:
        """An answer to what we never asked, or a second answer, is unknown and never raises."""
        exchange = numbered()
        answer = sent(exchange).call.result(b"{}")
        exchange.match(answer)
        for one in (answer, CallResult("99", b'"99"', b"{}")):
            match = exchange.match(one)
            self.assertEqual((match.standing, match.pending), (Standing.unknown, None))

    def test_S18_memoryIsBounded(self) -> None:
        """Only the last Calls that were given up are remembered."""
        exchange = numbered()
        given = []
        for _ in range(REMEMBERED + 1):
            given.append(sent(exchange))
            exchange.expire(given[-1])
        first = exchange.match(given[0].call.result(b"{}"))
        second = exchange.match(given[1].call.result(b"{}"))
        self.assertEqual((first.standing, second.standing), (Standing.unknown, Standing.late))


class Ends(SynchronousTestCase):
    """Each Call ends once."""

    def test_expireAfterAnswer(self) -> None:
        """A timer that fires after the answer changes nothing."""
        exchange = numbered()
        pending = sent(exchange)
        exchange.match(pending.call.result(b"{}"))
        self.assertFalse(exchange.expire(pending))

    def test_withdraw(self) -> None:
        """A Call that was not sent can be taken back; one that is out cannot."""
        exchange = numbered()
        out = sent(exchange)
        waiting = exchange.ask("Reset", b"{}", "me")
        self.assertFalse(exchange.withdraw(out))
        self.assertTrue(exchange.withdraw(waiting))
        self.assertFalse(exchange.withdraw(waiting))
        self.assertEqual(exchange.waiting, 0)

    def test_close(self) -> None:
        """When the link goes, all that still wait come back, and nothing can be asked."""
        exchange = numbered()
        out = sent(exchange, "out")
        exchange.ask("Reset", b"{}", "waiting")
        self.assertEqual([one.waiter for one in exchange.close()], ["out", "waiting"])
        self.assertEqual(exchange.close(), ())
        self.assertIsNone(exchange.due())
        self.assertFalse(exchange.expire(out))
        self.assertRaises(Closed, exchange.ask, "Reset", b"{}", "late")


class ExchangeMachine(RuleBasedStateMachine):
    """Whatever happens in whatever order, every waiter is told exactly once."""

    def __init__(self) -> None:
        super().__init__()
        self.exchange = numbered()
        self.asked: list[str] = []
        self.told: list[str] = []
        self.calls: list[Pending[str]] = []

    @rule()
    def ask(self) -> None:
        waiter = str(len(self.asked))
        self.asked.append(waiter)
        self.calls.append(self.exchange.ask("Reset", b"{}", waiter))

    @rule()
    def send(self) -> None:
        self.exchange.due()

    @precondition(lambda self: self.calls)
    @rule(data=st.data())
    def answer(self, data: st.DataObject) -> None:
        pending = data.draw(st.sampled_from(self.calls))
        match = self.exchange.match(pending.call.result(b"{}"))
        if match.standing is Standing.inTime:
            self.told.append(pending.waiter)

    @precondition(lambda self: self.calls)
    @rule(data=st.data(), how=st.sampled_from(["expire", "withdraw"]))
    def giveUp(self, data: st.DataObject, how: str) -> None:
        pending = data.draw(st.sampled_from(self.calls))
        ended = getattr(self.exchange, how)(pending)
        if ended:
            self.told.append(pending.waiter)

    @invariant()
    def toldOnce(self) -> None:
        assert len(self.told) == len(set(self.told))

    @invariant()
    def nobodyIsLost(self) -> None:
        out = 0 if self.exchange.outstanding is None else 1
        assert len(self.told) + out + self.exchange.waiting == len(self.asked)

    def teardown(self) -> None:
        self.told.extend(pending.waiter for pending in self.exchange.close())
        assert sorted(self.told) == sorted(self.asked)


class AnyOrder(SynchronousTestCase):
    """Sequences that nobody thought of."""

    def test_anyOrder(self) -> None:
        """Whatever happens in whatever order, every waiter is told exactly once."""
        run_state_machine_as_test(ExchangeMachine)
