"""Group commit and what it does while the disk fails, one transaction at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.task import Clock
from twisted.logger import capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.interfaces import StoreFailed
from ocppgw.model import facts as f
from ocppgw.store import backlog, writing
from ocppgw.store.batches import lastNumber
from ocppgw.store.writing import Writer
from tests.store.contract import ADDED, T0, report, started

FULL = sqlite3.OperationalError("database or disk is full")
BROKEN = sqlite3.OperationalError("disk I/O error")
WRONG = sqlite3.IntegrityError("NOT NULL constraint failed")


def status(word: str, info: str = "") -> f.StatusReported:
    return f.StatusReported(1, report(word + info))


class WriterCase(SynchronousTestCase):
    """A writer whose transactions the test ends, one by one."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.batches: list[list[Any]] = []
        self.numbers: list[int] = []
        self.onDisk = 0
        self.isMute = False
        self.kept: list[tuple[str, f.Fact]] = []
        self.running: list[Deferred[Any]] = []
        self.told: list[str] = []
        self.writer = Writer(self.clock, self.run_, self.explain, self.told.append, self.keep)

    def keep(self, node: str, facts: Sequence[f.Fact]) -> None:
        self.kept += [(node, fact) for fact in facts]

    def run_(self, function: Any, *arguments: Any) -> Deferred[Any]:
        if function is lastNumber:
            return fail(BROKEN) if self.isMute else succeed(self.onDisk)
        _, number, batch = arguments
        self.numbers.append(number)
        self.batches.append(batch)
        self.running.append(Deferred())
        return self.running[-1]

    def explain(self, error: BaseException | None) -> StoreFailed:
        return StoreFailed(str(error))

    def end(self, error: Exception | None = None) -> None:
        """End the transaction that runs, and turn the reactor once."""
        [running] = self.running
        self.running.clear()
        if error is None:
            self.onDisk = self.numbers[-1]
            running.callback(None)
        else:
            running.errback(error)
        self.clock.advance(0)

    def nodes(self) -> list[list[str]]:
        """The node names of each batch so far."""
        return [[entry.nodeName for entry in batch] for batch in self.batches]


class GroupCommitTests(WriterCase):
    """What arrives together is written together."""

    def test_shared(self) -> None:
        """All that arrives while one transaction runs shares the next."""
        first = self.writer.commit("A", [started(1)])
        others = [self.writer.commit(node, [started(2)]) for node in "BC"]
        self.end()
        self.successResultOf(first)
        self.assertNoResult(others[0])
        self.end()
        for other in others:
            self.successResultOf(other)
        self.assertEqual(self.nodes(), [["A"], ["B", "C"]])

    def test_sharedByThoseWhoWaited(self) -> None:
        """What those who waited for one transaction commit next shares the following one."""
        self.writer.commit("A", [started(1)])
        for node in "BC":
            self.writer.commit(node, [started(2)]).addCallback(self.again, node)
        for _ in range(3):
            self.end()
        self.assertEqual(self.nodes(), [["A"], ["B", "C"], ["B", "C"]])

    def again(self, _: None, node: str) -> None:
        self.writer.commit(node, [started(3)])

    def test_noteWithinASecond(self) -> None:
        """A note waits for company, for less than a second."""
        self.writer.note("A", [status("Available")])
        self.assertEqual(self.batches, [])
        self.clock.advance(0.99)
        self.assertEqual(self.nodes(), [["A"]])

    def test_noteRidesAlong(self) -> None:
        """A note is written with the commit that follows, before it."""
        self.writer.note("A", [status("Available")])
        self.writer.commit("B", [started(1)])
        self.assertEqual(self.nodes(), [["A", "B"]])

    def test_bounded(self) -> None:
        """However much waits, one transaction is short."""
        self.patch(writing, "MAX_BATCH", 3)
        self.writer.commit("A", [started(1)])
        for number in range(5):
            self.writer.commit(f"B{number}", [started(2)])
        self.end()
        self.end()
        self.assertEqual([len(batch) for batch in self.batches], [1, 3, 2])


class FailingTests(WriterCase):
    """While the disk fails nothing is promised, and nothing that was noted is lost."""

    def test_commitFails(self) -> None:
        """A commit that could not be written fails, and the status says why."""
        committed = self.writer.commit("A", [started(1)])
        self.end(FULL)
        self.failureResultOf(committed, StoreFailed)
        self.assertEqual(self.told, ["database or disk is full"])

    def test_recovers(self) -> None:
        """It tries again each second, with nobody asking, until it works."""
        self.writer.commit("A", [started(1)]).addErrback(lambda _: None)
        for error in (FULL, FULL, None):
            self.end(error)
            self.clock.advance(writing.RETRY_DELAY)
        self.assertEqual(self.told[-1], "ok")
        self.assertEqual(self.nodes(), [["A"], [], []])
        self.assertEqual(self.running, [])

    def test_oneTryASecond(self) -> None:
        """While it fails, commits wait for the next try instead of hitting the disk each."""
        self.writer.commit("A", [started(1)]).addErrback(lambda _: None)
        self.end(FULL)
        waiting = [self.writer.commit(node, [started(2)]) for node in "BCD"]
        self.assertEqual(len(self.batches), 1)
        self.clock.advance(writing.RETRY_DELAY)
        self.end()
        for one in waiting:
            self.successResultOf(one)

    def test_notesSurvive(self) -> None:
        """Notes keep their order over failures."""
        self.writer.note("A", [status("Available")])
        self.writer.note("B", [status("Available")])
        self.clock.advance(1)
        self.writer.note("C", [status("Available")])
        self.end(FULL)
        self.clock.advance(writing.RETRY_DELAY)
        self.assertEqual(self.nodes()[-1], ["A", "B", "C"])

    def test_doubt(self) -> None:
        """A failure that a reader found is told, and ended by a transaction that works."""
        self.writer.doubt(StoreFailed("corrupt"))
        self.assertEqual(self.told, ["corrupt"])
        self.clock.advance(writing.RETRY_DELAY)
        self.end()
        self.assertEqual(self.told, ["corrupt", "ok"])

    def test_oneAtFault(self) -> None:
        """What cannot be kept fails alone; its neighbours are kept."""
        waiting = [self.writer.commit(node, [started(1)]) for node in "ABCD"]
        self.end()
        self.end(WRONG)
        for error in (None, WRONG, None):
            self.end(error)
        self.failureResultOf(waiting[2], StoreFailed)
        for number in (0, 1, 3):
            self.successResultOf(waiting[number])
        self.assertEqual(len(self.flushLoggedErrors(sqlite3.IntegrityError)), 1)
        self.assertEqual(self.told[-1], "ok")

    def test_diskFailsMeanwhile(self) -> None:
        """A disk that fails while one at fault is looked for costs no note."""
        self.writer.note("A", [status("Available")])
        self.writer.note("B", [status("Available")])
        self.clock.advance(1)
        self.end(WRONG)
        self.end(FULL)
        self.clock.advance(writing.RETRY_DELAY)
        self.assertEqual(self.nodes()[-1], ["A", "B"])

    def test_ourMistake(self) -> None:
        """A mistake of ours in one entry does not make the store look like a failing disk."""
        committed = self.writer.commit("A", [started(1)])
        self.end(ZeroDivisionError("ours"))
        self.end(ZeroDivisionError("ours"))
        self.failureResultOf(committed, StoreFailed)
        self.assertEqual(self.told, ["ok"])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)


class LyingTests(WriterCase):
    """A transaction that reports a failure may be on disk: the disk is asked before the next."""

    def lie(self) -> None:
        """End the transaction that runs: on disk, and failed."""
        self.onDisk = self.numbers[-1]
        self.end(BROKEN)

    def test_kept(self) -> None:
        """Commits that are on disk all the same are told once, before the store works again."""
        fact = started(1)
        committed = self.writer.commit("A", [fact])
        self.lie()
        self.failureResultOf(committed, StoreFailed)
        self.assertEqual(self.kept, [])
        self.clock.advance(writing.RETRY_DELAY)
        self.assertEqual((self.kept, self.told), ([("A", fact)], ["disk I/O error"]))
        self.end()
        self.assertEqual(self.told, ["disk I/O error", "ok"])

    def test_notesOnce(self) -> None:
        """Notes that are on disk all the same are not written again; later ones are."""
        self.writer.note("A", [status("Available")])
        self.clock.advance(1)
        self.lie()
        self.writer.note("B", [status("Available")])
        self.clock.advance(writing.RETRY_DELAY)
        self.assertEqual(self.nodes(), [["A"], ["B"]])

    def test_notKept(self) -> None:
        """Where the disk told the truth, notes are written again and no commit is told."""
        self.writer.note("A", [status("Available")])
        self.writer.commit("B", [started(1)]).addErrback(lambda _: None)
        self.end(BROKEN)
        self.clock.advance(writing.RETRY_DELAY)
        self.assertEqual((self.nodes(), self.kept), ([["A", "B"], ["A"]], []))

    def test_singly(self) -> None:
        """Also while one at fault is looked for: what was not tried was not kept."""
        for node in "AB":
            self.writer.note(node, [status("Available")])
        self.clock.advance(1)
        self.end(WRONG)
        self.lie()
        self.clock.advance(writing.RETRY_DELAY)
        self.assertEqual(self.nodes()[-1], ["B"])

    def test_unknown(self) -> None:
        """As long as the disk does not even say what it has, nothing is written."""
        self.writer.note("A", [status("Available")])
        self.clock.advance(1)
        self.end(BROKEN)
        self.isMute = True
        self.clock.advance(writing.RETRY_DELAY)
        self.assertEqual(len(self.batches), 1)
        self.isMute = False
        self.clock.advance(writing.RETRY_DELAY)
        self.assertEqual(self.nodes(), [["A"], ["A"]])

    def test_begin(self) -> None:
        """Numbers go on from the last one on disk, so that an old one is never taken for a new."""
        self.writer.begin(41)
        self.writer.commit("A", [started(1)])
        self.assertEqual(self.numbers, [42])


class BoundTests(WriterCase):
    """A disk that fails for days does not fill the memory."""

    def failing(self) -> None:
        self.writer.commit("A", [started(1)]).addErrback(lambda _: None)
        self.end(FULL)

    def test_number(self) -> None:
        """The oldest notes go first; who is known is never forgotten; it is told how many."""
        self.patch(backlog, "MAX_NOTES", 20)
        self.failing()
        self.writer.note("NEW", [ADDED])
        for number in range(100):
            self.writer.note(f"N{number}", [status("Available")])
        self.clock.advance(writing.RETRY_DELAY)
        [last] = self.nodes()[-1:]
        self.assertLessEqual(len(last), 20)
        self.assertEqual((last[0], last[-1]), ("NEW", "N99"))
        with capturedLogs() as events:
            self.end()
        self.assertEqual([event["count"] + len(last) for event in events], [101])

    def test_size(self) -> None:
        """Long texts count by their length."""
        self.patch(backlog, "MAX_SIZE", 10_000)
        self.failing()
        for _ in range(100):
            self.writer.note("A", [status("Available", "x" * 1000)])
        self.clock.advance(writing.RETRY_DELAY)
        self.assertLessEqual(len(self.batches[-1]), 10)
        self.assertGreaterEqual(len(self.batches[-1]), 5)


class EndTests(WriterCase):
    """The end of the store."""

    def test_flush(self) -> None:
        """Closing waits for all that was given in."""
        self.writer.note("A", [status("Available")])
        flushed = self.writer.flush()
        self.assertNoResult(flushed)
        self.end()
        self.successResultOf(flushed)

    def test_flushFails(self) -> None:
        """A disk that fails does not keep the gateway from ending."""
        self.writer.note("A", [status("Available")])
        flushed = self.writer.flush()
        self.end(FULL)
        self.successResultOf(flushed)

    def test_afterwards(self) -> None:
        """After that nothing is taken in."""
        self.successResultOf(self.writer.flush())
        self.failureResultOf(self.writer.commit("A", [started(1)]), StoreFailed)
        self.writer.note("A", [f.RebootRequested("HeartbeatInterval", T0)])
        self.clock.advance(10)
        self.assertEqual(self.batches, [])
