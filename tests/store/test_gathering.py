"""When the next transaction begins while much is to be written."""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.base import ReactorBase
from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.interfaces import StoreFailed
from ocppgw.store import writing
from ocppgw.store.gathering import LONGEST, Gathering
from ocppgw.store.releasing import EACH
from ocppgw.store.writing import Writer
from tests.store.contract import started
from tests.store.test_writing import WriterCase, status


class Reactor(ReactorBase):
    """
    Twisted's own turns, one at a time, with a network that the test plays.

    What a thread calls, and what that asks for without delay, is run in one turn, before I/O.
    """

    def __init__(self) -> None:
        super().__init__()
        self.network: list[Callable[[], object]] = []

    def seconds(self) -> float:
        return 0.0

    def installWaker(self) -> None:
        """There is nobody to wake."""

    wakeUp = installWaker

    def doIteration(self, delay: float | None) -> None:
        arrived, self.network = self.network, []
        for arrive in arrived:
            arrive()

    def turn(self) -> None:
        self.runUntilCurrent()
        self.doIteration(self.timeout())


class GatheringTests(SynchronousTestCase):
    """A busy reactor is given time, an idle one is not waited for."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.waiting = 3
        self.isTelling = False
        self.seen: list[int] = []
        self.gathering = Gathering(
            self.clock, lambda: self.waiting, lambda: self.isTelling, self.begin
        )

    def begin(self) -> None:
        self.seen.append(self.waiting)

    def test_idle(self) -> None:
        """Where a turn brings nothing more, it is over."""
        self.gathering.start()
        self.assertEqual((self.seen, self.gathering.isUnderWay), ([], True))
        self.clock.advance(0)
        self.assertEqual((self.seen, self.gathering.isUnderWay), ([3], False))
        self.assertFalse(self.clock.getDelayedCalls())

    def arrive(self, turns: int) -> None:
        """One more, in each of so many turns."""
        self.waiting += 1
        if turns > 1:
            self.clock.callLater(0, self.arrive, turns - 1)

    def test_busy(self) -> None:
        """It goes on with each turn that brings more."""
        self.gathering.start()
        self.arrive(4)
        self.clock.advance(0)
        self.assertEqual(self.seen, [7])

    def test_telling(self) -> None:
        """It goes on while some are still to be told."""
        self.isTelling = True
        self.gathering.start()
        self.clock.callLater(0, self.clock.callLater, 0, self.stopTelling)
        self.clock.advance(0)
        self.assertEqual(self.seen, [4])

    def stopTelling(self) -> None:
        self.waiting += 1
        self.isTelling = False

    def test_bounded(self) -> None:
        """However busy it is, after so long no further turn is waited for."""
        self.gathering.start()
        self.arrive(4)
        self.clock.advance(LONGEST)
        self.assertEqual(self.seen, [5])

    def test_stopped(self) -> None:
        """Somebody else may begin."""
        self.gathering.start()
        self.gathering.stop()
        self.clock.advance(0)
        self.assertEqual((self.seen, self.gathering.isUnderWay), ([], False))

    def test_startedAgain(self) -> None:
        """What was stopped leaves nothing behind that would end the next one."""
        self.gathering.start()
        self.gathering.stop()
        self.assertFalse(self.clock.getDelayedCalls())
        self.gathering.start()
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        self.clock.advance(0)
        self.assertEqual(self.seen, [3])


class WriterTests(WriterCase):
    """The writer gathers when a transaction has ended, and only then."""

    def onReactor(self) -> Reactor:
        """Have the writer's time be that of a reactor."""
        reactor = Reactor()
        self.writer = Writer(reactor, self.run_, self.explain, self.told.append)
        return reactor

    def test_network(self) -> None:
        """Before the next transaction the network is heard, though a thread tells of the end."""
        reactor = self.onReactor()
        self.writer.commit("A", [started(1)])
        self.writer.commit("B", [started(2)])
        reactor.callFromThread(self.finish)
        reactor.network.append(lambda: self.writer.commit("C", [started(3)]))
        reactor.turn()
        self.assertEqual(self.nodes(), [["A"]])
        for _ in range(2):
            reactor.turn()
        self.assertEqual(self.nodes(), [["A"], ["B", "C"]])

    def test_letGoOn(self) -> None:
        """While some are still to be let go on, it waits for what they will say."""
        reactor = self.onReactor()
        self.writer.commit("A", [started(1)])
        for _ in range(4 * EACH):
            told = self.writer.commit("A", [started(2)])
        told.addCallback(
            lambda _: reactor.network.append(lambda: self.writer.commit("C", [started(3)]))
        )
        reactor.callFromThread(self.finish)
        for _ in range(3):
            reactor.turn()
        self.writer.commit("B", [started(3)])
        reactor.callFromThread(self.finish)
        for _ in range(8):
            reactor.turn()
        self.assertEqual(self.nodes()[2:], [["B", "C"]])

    def finish(self) -> None:
        """End the transaction that runs, and nothing after that."""
        [running] = self.running
        self.running.clear()
        self.onDisk = self.numbers[-1]
        running.callback(None)

    def gather(self) -> Deferred[None]:
        """End a transaction for which somebody waits, who is left waiting."""
        self.writer.commit("A", [started(1)])
        waiting = self.writer.commit("B", [started(2)])
        self.finish()
        self.assertEqual(self.nodes(), [["A"]])
        return waiting

    def test_company(self) -> None:
        """Who comes in that turn is in it."""
        self.gather()
        self.writer.commit("C", [started(3)])
        self.assertEqual(self.nodes(), [["A"]])
        self.clock.advance(0)
        self.assertEqual(self.nodes(), [["A"], ["B", "C"]])

    def test_released(self) -> None:
        """So is who goes on at once when the transaction has ended."""
        self.writer.commit("A", [started(1)]).addCallback(
            lambda _: [self.writer.commit(node, [started(2)]) for node in "AB"]
        )
        self.finish()
        self.assertEqual(self.nodes(), [["A"]])
        self.clock.advance(0)
        self.assertEqual(self.nodes(), [["A"], ["A", "B"]])

    def test_nobodyWaited(self) -> None:
        """A commit in the turn after a transaction waits for that turn, and no longer."""
        self.writer.commit("A", [started(1)])
        self.finish()
        self.writer.commit("B", [started(2)])
        self.assertEqual(self.nodes(), [["A"]])
        self.clock.advance(0)
        self.assertEqual(self.nodes(), [["A"], ["B"]])

    def test_idle(self) -> None:
        """A commit after that turn waits for nobody."""
        self.gather()
        self.clock.advance(0)
        self.finish()
        self.clock.advance(0)
        self.assertFalse(self.clock.getDelayedCalls())
        self.writer.commit("C", [started(3)])
        self.assertEqual(self.nodes(), [["A"], ["B"], ["C"]])

    def test_note(self) -> None:
        """A note that comes meanwhile goes along, and is waited for no more."""
        self.gather()
        self.writer.note("N", [status("Available")])
        self.clock.advance(0)
        self.assertEqual(self.nodes(), [["A"], ["B", "N"]])
        self.finish()
        self.clock.advance(0)
        self.assertFalse(self.clock.getDelayedCalls())

    def test_noteDue(self) -> None:
        """A note waits its time after a transaction; a commit takes it along at once."""
        for commits in (0, 1):
            self.setUp()
            self.writer.commit("A", [started(1)])
            self.writer.note("N", [status("Available")])
            self.finish()
            self.clock.advance(writing.NOTE_DELAY / 2)
            self.assertEqual(self.nodes(), [["A"]])
            for _ in range(commits):
                self.writer.commit("B", [started(2)])
            self.clock.advance(writing.NOTE_DELAY / 2)
            self.assertEqual(self.nodes(), [["A"], ["N", "B"][: 1 + commits]])
            self.finish()
            self.clock.advance(0)
            self.assertFalse(self.clock.getDelayedCalls())

    def test_noteDueMeanwhile(self) -> None:
        """A note that becomes due in a long turn takes all along, and nothing is begun twice."""
        self.writer.commit("A", [started(1)])
        self.writer.note("N", [status("Available")])
        self.finish()
        self.writer.commit("B", [started(2)])
        self.clock.advance(writing.NOTE_DELAY)
        self.assertEqual(self.nodes(), [["A"], ["N", "B"]])
        self.finish()
        self.clock.advance(0)
        self.assertFalse(self.clock.getDelayedCalls())

    def test_failing(self) -> None:
        """A disk that is found failing meanwhile is given its second, even in one long turn."""
        for steps in ((0, writing.RETRY_DELAY), (writing.RETRY_DELAY,)):
            self.setUp()
            waiting = self.gather()
            self.writer.doubt(StoreFailed("corrupt"))
            for step in steps:
                self.assertEqual(self.nodes(), [["A"]])
                self.clock.advance(step)
            self.assertEqual(self.nodes(), [["A"], ["B"]])
            self.finish()
            self.successResultOf(waiting)
            self.assertEqual(self.told, ["ok", "corrupt", "ok"])
            self.clock.advance(0)
            self.assertFalse(self.clock.getDelayedCalls())

    def test_end(self) -> None:
        """The end waits for no company."""
        waiting = self.gather()
        flushed = self.writer.flush()
        self.assertEqual(self.nodes(), [["A"], ["B"]])
        self.assertNoResult(flushed)
        self.finish()
        self.successResultOf(waiting)
        self.successResultOf(flushed)
        self.assertFalse(self.clock.getDelayedCalls())

    def test_endOnRelease(self) -> None:
        """Nor where it comes from somebody who is let go on."""
        flushed: list[Deferred[None]] = []
        self.writer.commit("A", [started(1)]).addCallback(
            lambda _: flushed.append(self.writer.flush())
        )
        self.writer.commit("B", [started(2)])
        self.finish()
        self.assertEqual(self.nodes(), [["A"], ["B"]])
        self.finish()
        self.successResultOf(flushed[0])
        self.assertFalse(self.clock.getDelayedCalls())
