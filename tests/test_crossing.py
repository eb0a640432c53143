"""The doors between the threads, tested without threads."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime

import attrs
from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.crossing import DEPTH, HAPPENINGS, InwardDoor, OutwardDoor
from ocppgw.model.commands import ClearCache, Command
from ocppgw.model.happenings import Happening, Kind
from ocppgw.model.history import Asked, Reply
from ocppgw.model.outcomes import Answered, Refusal, Refused


class Thread:
    """Stands for another thread: what was given to it runs when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def call(self, callable: Callable[[], None]) -> None:
        self.waiting.append(callable)

    def run(self) -> None:
        while self.waiting:
            self.waiting.pop(0)()


class OutwardDoorTests(SynchronousTestCase):
    """Records go out in order, bounded, and only where somebody watches."""

    def setUp(self) -> None:
        self.opcua = Thread()
        self.arrivals = 0
        self.door = OutwardDoor(self.opcua.call, self.arrived)

    def arrived(self) -> None:
        self.arrivals += 1

    def test_nobodyWatches(self) -> None:
        """Nothing is collected, and nobody is woken, for a subject that nobody watches."""
        self.door.changed("CP1", 1)
        self.assertEqual((self.opcua.waiting, self.door.drain()), ([], []))

    def test_recordsInOrder(self) -> None:
        """A watched subject's records arrive in the order of their changes, in one waking."""
        self.door.watch("CP1")
        for record in range(3):
            self.door.changed("CP1", record)
        self.opcua.run()
        self.assertEqual(self.arrivals, 1)
        self.assertEqual(
            [(s, list(r), o) for s, r, o in self.door.drain()], [("CP1", [0, 1, 2], False)]
        )

    def test_wokenAgainAfterDrain(self) -> None:
        """A change after a drain wakes the other thread again."""
        self.door.watch("CP1")
        self.door.changed("CP1", 1)
        self.door.drain()
        self.door.changed("CP1", 2)
        self.opcua.run()
        self.assertEqual(self.arrivals, 2)

    def test_overflow(self) -> None:
        """Beyond the depth only the newest record remains, with the flag that some are gone."""
        self.door.watch("CP1")
        for record in range(DEPTH + 1):
            self.door.changed("CP1", record)
        [(subject, records, overflowed)] = self.door.drain()
        self.assertEqual((subject, list(records), overflowed), ("CP1", [DEPTH], True))

    def test_follow(self) -> None:
        """Whoever follows a subject finds it marked; nothing is kept, and nobody is woken."""
        first: dict[str, None] = {}
        second: dict[str, None] = {}
        self.door.follow("CP1", first)
        self.door.follow("CP1", second)
        self.door.follow("CP2", second)
        for name in ("CP2", "CP1", "CP2", "CP3"):
            self.door.changed(name, 1)
        self.assertEqual((list(first), list(second)), (["CP1"], ["CP2", "CP1"]))
        self.assertEqual((self.opcua.waiting, self.door.drain()), ([], []))

    def test_unfollow(self) -> None:
        """Who does not follow it any more hears nothing; others do."""
        first: dict[str, None] = {}
        second: dict[str, None] = {}
        self.door.follow("CP1", first)
        self.door.follow("CP1", second)
        self.door.unfollow("CP1", first)
        self.door.changed("CP1", 1)
        self.door.unfollow("CP1", second)
        self.door.changed("CP1", 2)
        self.assertEqual((first, second), ({}, {"CP1": None}))

    def test_watchAndFollow(self) -> None:
        """A subject can be watched and followed at once."""
        marks: dict[str, None] = {}
        self.door.watch("CP1")
        self.door.follow("CP1", marks)
        self.door.changed("CP1", 1)
        self.assertEqual(len(self.opcua.waiting), 1)
        self.assertEqual((marks, len(self.door.drain())), ({"CP1": None}, 1))

    def test_drainOne(self) -> None:
        """One subject's records are taken before the others', which stay; and no more of it."""
        for name in ("CP1", "CP2"):
            self.door.watch(name)
            self.door.changed(name, 1)
        self.door.changed("CP1", 2)
        records, overflowed = self.door.drainOne("CP1")
        self.assertEqual((list(records), overflowed), ([1, 2], False))
        self.assertEqual([name for name, _, _ in self.door.drain()], ["CP2"])
        self.assertEqual(self.door.drainOne("CP1"), ((), False))

    def test_unwatchForgets(self) -> None:
        """What was collected for a subject goes when nobody watches it any more."""
        self.door.watch("CP1")
        self.door.changed("CP1", 1)
        self.door.unwatch("CP1")
        self.door.changed("CP1", 2)
        self.assertEqual(self.door.drain(), [])


class Between(AbstractContextManager[None]):
    """A lock just before which the other thread had its turn once."""

    def __init__(self) -> None:
        self.turn: Callable[[], None] | None = None

    def __enter__(self) -> None:
        turn, self.turn = self.turn, None
        if turn is not None:
            turn()

    def __exit__(self, *what: object) -> None:
        pass


class RaceTests(SynchronousTestCase):
    """The other thread looks away in the middle of a change."""

    def setUp(self) -> None:
        self.opcua = Thread()
        self.lock = Between()
        self.door = OutwardDoor(self.opcua.call, lambda: None, self.lock)

    def test_unwatchedMeanwhile(self) -> None:
        """A record that arrives just after its subject was given up is not kept."""
        self.door.watch("CP1")
        self.lock.turn = lambda: self.door.unwatch("CP1")
        self.door.changed("CP1", 1)
        self.assertEqual((self.door.drain(), self.opcua.waiting), ([], []))

    def test_ignoredMeanwhile(self) -> None:
        """Nor is a happening that nobody listens to any more."""
        self.door.listen()
        self.lock.turn = self.door.ignore
        at = datetime(2026, 5, 1, tzinfo=UTC)
        self.door.happened(Happening(Kind.booted, "CP1", 1, at, at, {}))
        self.assertEqual((self.door.take(), self.opcua.waiting), (([], 0), []))


class HappeningTests(SynchronousTestCase):
    """Happenings go out in order, bounded, and only while somebody listens."""

    def setUp(self) -> None:
        self.opcua = Thread()
        self.arrivals = 0
        self.door = OutwardDoor(self.opcua.call, self.arrived)

    def arrived(self) -> None:
        self.arrivals += 1

    def happen(self, number: int) -> Happening:
        """Something comes to pass."""
        at = datetime(2026, 5, 1, tzinfo=UTC)
        happening = Happening(Kind.booted, "CP1", number, at, at, {})
        self.door.happened(happening)
        return happening

    def test_nobodyListens(self) -> None:
        """Nothing is kept, and nobody is woken, before somebody listens and afterwards."""
        self.happen(1)
        self.door.listen()
        self.door.ignore()
        self.happen(2)
        self.assertEqual((self.door.take(), self.opcua.waiting), (([], 0), []))

    def test_inOrder(self) -> None:
        """What came to pass is taken in its order, after one waking for all."""
        self.door.listen()
        told = [self.happen(number) for number in range(3)]
        self.opcua.run()
        self.assertEqual((self.arrivals, self.door.take()), (1, (told, 0)))
        self.assertEqual(self.door.take(), ([], 0))

    def test_bounded(self) -> None:
        """When nobody takes them the newest are kept, and the lost ones are counted."""
        self.door.listen()
        told = [self.happen(number) for number in range(HAPPENINGS + 5)]
        self.assertEqual(self.door.take(), (told[5:], 5))

    def test_forgotten(self) -> None:
        """Who stops listening finds nothing old when it listens again."""
        self.door.listen()
        self.happen(1)
        self.door.ignore()
        self.door.listen()
        self.assertEqual(self.door.take(), ([], 0))


class InwardDoorTests(SynchronousTestCase):
    """Each request gets one outcome, on the thread that asked, whatever happens."""

    command = Command("CP1", "ClearCache", ClearCache(), "tester")

    def setUp(self) -> None:
        self.reactor, self.opcua = Thread(), Thread()
        self.outcomes: list[Reply] = []
        self.answer: Callable[[Asked], Deferred[Reply]] = self.fail
        self.door = InwardDoor(self.reactor.call, self.answered, self.opcua.call)

    def answered(self, request: Asked) -> Deferred[Reply]:
        return self.answer(request)

    def post(self) -> None:
        self.door.post(self.command, self.outcomes.append)
        self.reactor.run()

    def test_answer(self) -> None:
        """The outcome is delivered on the OPC UA thread, not before it runs."""
        self.answer = lambda request: succeed(Answered("Accepted"))
        self.post()
        self.assertEqual(self.outcomes, [])
        self.opcua.run()
        self.assertEqual(self.outcomes, [Answered("Accepted")])

    def test_failure(self) -> None:
        """A mistake of ours, raised at once, is logged and becomes a refusal."""

        def mistaken(request: Asked) -> Deferred[Reply]:
            raise ZeroDivisionError

        self.answer = mistaken
        self.post()
        self.opcua.run()
        self.assertEqual([attrs.asdict(o)["refusal"] for o in self.outcomes], [Refusal.failed])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_lateFailure(self) -> None:
        """A mistake of ours, raised later, is logged and becomes a refusal."""
        waiting: Deferred[Reply] = Deferred()
        self.answer = lambda request: waiting
        self.post()
        waiting.errback(ZeroDivisionError())
        self.opcua.run()
        self.assertEqual([attrs.asdict(o)["refusal"] for o in self.outcomes], [Refusal.failed])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_stop(self) -> None:
        """Stopping refuses what waits, once; the late answer changes nothing."""
        waiting: Deferred[Reply] = Deferred()
        self.answer = lambda request: waiting
        self.post()
        self.door.stop()
        waiting.callback(Answered("Accepted"))
        self.post()
        self.opcua.run()
        stopping = Refused(Refusal.stopping, "the gateway is stopping")
        self.assertEqual(self.outcomes, [stopping, stopping])
