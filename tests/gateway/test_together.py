"""Which threads are kept on one CPU, and which are not."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterable, Iterator

from twisted.internet.task import Clock
from twisted.logger import capturedLogs
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ocppgw.gateway.affinity import Affinity
from ocppgw.gateway.together import EVERY, MAIN, MOMENT, TOGETHER, Together
from ocppgw.store.connections import WRITER
from ocppgw.uaserver.thread import NAME as OPCUA

ALL = frozenset(range(4))
OTHER = "PoolThread-passwords-0"


class Machine(Affinity):
    """Four CPUs; the reactor runs on one of them."""

    isKnown = True

    def __init__(self) -> None:
        self.names = [MAIN, OPCUA, WRITER, OTHER]
        self.places = dict.fromkeys(self.names, ALL)
        self.reactor = 2
        self.denied = ""

    def allowed(self) -> frozenset[int]:
        return self.places[MAIN]

    def here(self) -> int:
        return self.reactor

    def threads(self) -> Iterator[tuple[str, int]]:
        return ((name, number) for number, name in enumerate(self.names))

    def place(self, thread: int, cpus: Iterable[int]) -> None:
        if self.names[thread] == self.denied:
            raise PermissionError(1, "Operation not permitted")
        self.places[self.names[thread]] = frozenset(cpus)


class TogetherTests(SynchronousTestCase):
    """Choices, on a clock that the test turns."""

    def setUp(self) -> None:
        self.clock, self.machine = Clock(), Machine()
        self.together = Together(self.clock, self.machine)

    def start(self) -> None:
        """Begin, up to the first choice."""
        self.together.startService()
        self.clock.advance(MOMENT)

    def found(self, name: str) -> frozenset[int]:
        """Where a thread may run."""
        return self.machine.places[name]

    def lend(self, answer: Callable[[], bool]) -> None:
        """What Python has from 3.13 on."""
        if hasattr(sys, "_is_gil_enabled"):
            self.patch(sys, "_is_gil_enabled", answer)
        else:
            setattr(sys, "_is_gil_enabled", answer)  # noqa: B010 - unknown to type checkers
            self.addCleanup(delattr, sys, "_is_gil_enabled")

    def test_together(self) -> None:
        """Those that share the interpreter run where the reactor does; others run anywhere."""
        self.start()
        self.assertEqual({self.found(name) for name in TOGETHER}, {frozenset({2})})
        self.assertEqual(self.found(OTHER), ALL)

    def test_told(self) -> None:
        """The first choice is told in the log, and no other."""
        with capturedLogs() as events:
            self.start()
            self.clock.advance(3 * EVERY)
        self.assertEqual([(e["cpu"], e["allowed"]) for e in events], [(2, [0, 1, 2, 3])])

    def test_followed(self) -> None:
        """When the kernel moves the reactor in its moment, the others follow; not before."""
        self.start()
        self.clock.advance(EVERY - MOMENT)
        self.assertEqual({self.found(name) for name in self.machine.names}, {ALL})
        self.machine.reactor = 0
        self.clock.advance(MOMENT)
        self.assertEqual({self.found(name) for name in TOGETHER}, {frozenset({0})})

    def test_heirs(self) -> None:
        """A thread that began with the reactor's CPU is free from the next choice on."""
        self.start()
        self.machine.names.append("heir")
        self.machine.places["heir"] = self.found(MAIN)
        self.clock.advance(EVERY)
        self.assertEqual(self.found("heir"), ALL)

    def test_administrator(self) -> None:
        """CPUs that somebody else gave to the reactor meanwhile are all there are."""
        self.start()
        self.machine.places[MAIN] = frozenset({0, 1})
        self.machine.reactor = 1
        self.clock.advance(EVERY)
        self.assertEqual({self.found(name) for name in self.machine.names}, {frozenset({0, 1})})
        self.clock.advance(MOMENT)
        self.assertEqual(self.found(WRITER), frozenset({1}))
        self.assertEqual(self.found(OTHER), frozenset({0, 1}))

    def test_single(self) -> None:
        """Who may use one CPU only is left as it is."""
        self.machine.places[MAIN] = frozenset({3})
        self.start()
        self.assertEqual(self.found(WRITER), ALL)

    def test_forbidden(self) -> None:
        """A system that forbids it is asked once, and the log says so."""
        self.machine.denied = OPCUA
        with capturedLogs() as events:
            self.start()
            self.clock.advance(10 * EVERY)
        self.assertEqual([e["why"] for e in events], ["[Errno 1] Operation not permitted"])
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_unknown(self) -> None:
        """A system without such a thing is not asked at all."""
        self.machine.isKnown = False
        self.start()
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_unshared(self) -> None:
        """Where each thread has the interpreter to itself, all keep their CPUs."""
        self.lend(lambda: False)
        self.start()
        self.assertEqual(self.found(WRITER), ALL)

    def test_stopped(self) -> None:
        """Nothing is planned after the end, whenever that is."""
        for seconds in (0.0, MOMENT, EVERY):
            self.together = Together(self.clock, self.machine)
            self.together.startService()
            self.clock.advance(seconds)
            self.together.stopService()
            self.assertEqual(self.clock.getDelayedCalls(), [])


class AffinityTests(SynchronousTestCase):
    """Real threads of this process."""

    def setUp(self) -> None:
        self.affinity = Affinity()
        if not self.affinity.isKnown:
            raise SkipTest("this system has no affinity of threads")
        self.done = threading.Event()
        self.thread = threading.Thread(target=self.done.wait, name="placed", daemon=True)
        self.thread.start()
        self.addCleanup(self.thread.join)
        self.addCleanup(self.done.set)

    def test_placed(self) -> None:
        """A thread is found by its name, and moved alone."""
        before = self.affinity.allowed()
        numbers = [number for name, number in self.affinity.threads() if name == "placed"]
        self.assertEqual(numbers, [self.thread.native_id])
        self.affinity.place(numbers[0], {min(before)})
        self.assertEqual(os.sched_getaffinity(numbers[0]), {min(before)})
        self.assertEqual(self.affinity.allowed(), before)

    def test_here(self) -> None:
        """The CPU that one runs on is the one that one is bound to."""
        before = self.affinity.allowed()
        self.addCleanup(os.sched_setaffinity, 0, before)
        for cpu in sorted(before):
            os.sched_setaffinity(0, {cpu})
            self.assertEqual(self.affinity.here(), cpu)

    def test_ended(self) -> None:
        """A thread that has ended meanwhile is no mistake."""
        number = self.thread.native_id
        self.done.set()
        self.thread.join()
        assert number is not None
        self.affinity.place(number, self.affinity.allowed())
