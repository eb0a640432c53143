"""Which threads are kept on one CPU, and which are not."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

from twisted.internet.task import Clock
from twisted.logger import capturedLogs
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ocppgw.gateway.affinity import WITNESS, Affinity
from ocppgw.gateway.together import EVERY, INTERVAL, MAIN, MOMENT, TOGETHER, Together
from ocppgw.store.connections import WRITER
from ocppgw.uaserver.thread import NAME as OPCUA
from tests.repository.tree import ROOT

CHOICE = EVERY * INTERVAL
ALL = frozenset(range(4))
OTHER = "PoolThread-passwords-0"


class Machine(Affinity):
    """Four CPUs; the reactor runs on one of them."""

    isKnown = True

    def __init__(self) -> None:
        super().__init__()
        self.names = [MAIN, OPCUA, WRITER, OTHER, WITNESS]
        self.places = dict.fromkeys(self.names, ALL)
        self.reactor = 2
        self.denied: OSError | None = None
        self.isAsked = False

    def start(self) -> None:
        self.isAsked = True

    def stop(self) -> None:
        self.isAsked = False

    def allowed(self) -> frozenset[int]:
        return self.places[WITNESS]

    def own(self) -> frozenset[int]:
        return self.places[MAIN]

    def here(self) -> int:
        return self.reactor

    def threads(self) -> Iterator[tuple[str, int]]:
        return ((name, number) for number, name in enumerate(self.names))

    def place(self, thread: int, cpus: frozenset[int]) -> None:
        if self.denied is not None and self.places[self.names[thread]] != cpus:
            raise self.denied
        self.places[self.names[thread]] = cpus


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

    def pass_(self, seconds: float) -> None:
        """Look by look, from one choice on."""
        self.clock.pump([INTERVAL] * int(seconds / INTERVAL))

    def test_told(self) -> None:
        """The first choice is told in the log, and no other."""
        with capturedLogs() as events:
            self.start()
            self.pass_(3 * CHOICE)
        self.assertEqual([(e["cpu"], e["allowed"]) for e in events], [(2, [0, 1, 2, 3])])

    def test_followed(self) -> None:
        """When the kernel moves the reactor in its moment, the others follow; not before."""
        self.start()
        self.machine.reactor = 0
        self.pass_(CHOICE - INTERVAL)
        self.assertEqual({self.found(name) for name in TOGETHER}, {frozenset({2})})
        self.clock.advance(INTERVAL - MOMENT)
        self.assertEqual({self.found(name) for name in self.machine.names}, {ALL})
        self.clock.advance(MOMENT)
        self.assertEqual({self.found(name) for name in TOGETHER}, {frozenset({0})})

    def test_heirs(self) -> None:
        """A thread that began with the reactor's CPU is free a second later."""
        self.start()
        self.machine.names.append("heir")
        self.machine.places["heir"] = self.found(MAIN)
        self.clock.advance(INTERVAL)
        self.assertEqual(self.found("heir"), ALL)
        self.assertEqual({self.found(name) for name in TOGETHER}, {frozenset({2})})

    def choices(self) -> None:
        """Two of them, the moments included."""
        self.pass_(CHOICE)
        self.clock.advance(MOMENT)
        self.pass_(CHOICE)
        self.clock.advance(MOMENT)

    def test_reactorMoved(self) -> None:
        """CPUs that somebody gave to the reactor alone are all there are, for good."""
        for given in ({0, 1}, {1}):
            self.setUp()
            self.start()
            self.machine.places[MAIN] = frozenset(given)
            self.machine.reactor = 1
            self.choices()
            self.assertEqual({self.found(name) for name in TOGETHER}, {frozenset({1})})
            self.assertEqual(self.found(OTHER), frozenset(given))

    def test_allMoved(self) -> None:
        """So are those that all threads were given, even the one that was chosen already."""
        for given in ({0, 2}, {2}, {3}):
            self.setUp()
            self.start()
            self.machine.places = dict.fromkeys(self.machine.names, frozenset(given))
            self.machine.reactor = max(given)
            self.choices()
            self.assertEqual(
                {self.found(name) for name in TOGETHER}, {frozenset({self.machine.reactor})}
            )
            self.assertEqual(self.found(OTHER), frozenset(given))

    def test_more(self) -> None:
        """CPUs that the process is given later are used."""
        self.machine.places = dict.fromkeys(self.machine.names, frozenset({1, 2}))
        self.start()
        self.machine.places[WITNESS] = ALL
        self.choices()
        self.assertEqual(self.found(OTHER), ALL)

    def test_single(self) -> None:
        """Who may use one CPU only is left as it is, and nothing is told."""
        self.machine.places = dict.fromkeys(self.machine.names, frozenset({3}))
        with capturedLogs() as events:
            self.start()
            self.choices()
        self.assertEqual({self.found(name) for name in self.machine.names}, {frozenset({3})})
        self.assertEqual(events, [])

    def test_forbidden(self) -> None:
        """A system that forbids it is asked once, and the log says so."""
        self.machine.denied = PermissionError(1, "Operation not permitted")
        with capturedLogs() as events:
            self.start()
            self.choices()
        self.assertEqual([e["why"] for e in events], ["[Errno 1] Operation not permitted"])
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertFalse(self.machine.isAsked)

    def test_failed(self) -> None:
        """What fails for another reason, at whatever step, is tried again."""
        for seconds in (0.0, MOMENT, CHOICE):
            self.setUp()
            self.together.startService()
            self.pass_(CHOICE - INTERVAL)
            self.clock.advance(INTERVAL - MOMENT)
            self.clock.advance(seconds)
            self.machine.denied = OSError(22, "Invalid argument")
            self.choices()
            self.machine.denied = None
            self.choices()
            self.assertEqual({self.found(name) for name in TOGETHER}, {frozenset({2})})
            self.assertEqual(self.found(OTHER), ALL)

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
        for seconds in (0.0, MOMENT, CHOICE):
            self.together = Together(self.clock, self.machine)
            self.together.startService()
            self.clock.advance(seconds)
            self.together.stopService()
            self.assertFalse(self.machine.isAsked)
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

    def test_witness(self) -> None:
        """What is allowed is so whatever the thread that asks may do."""
        before = self.affinity.own()
        self.affinity.start()
        self.addCleanup(self.affinity.stop)
        self.addCleanup(os.sched_setaffinity, 0, before)
        os.sched_setaffinity(0, {min(before)})
        self.assertEqual(self.affinity.own(), {min(before)})
        self.assertEqual(self.affinity.allowed(), before)

    def test_forked(self) -> None:
        """A daemon, which goes on in the child of a fork, knows its own number and not its
        parent's."""
        script = (
            "import os, threading; from ocppgw.gateway.affinity import WITNESS, Affinity\n"
            "if os.fork(): os.wait()\n"
            "else: print([n for _, n in Affinity().threads()] == [threading.get_native_id()])"
        )
        done = subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        self.assertEqual(done.stdout, "True\n")

    def test_placed(self) -> None:
        """A thread is found by its name, and moved alone."""
        before = self.affinity.own()
        numbers = [number for name, number in self.affinity.threads() if name == "placed"]
        self.assertEqual(numbers, [self.thread.native_id])
        self.affinity.place(numbers[0], frozenset({min(before)}))
        self.assertEqual(os.sched_getaffinity(numbers[0]), {min(before)})
        self.assertEqual(self.affinity.own(), before)

    def test_here(self) -> None:
        """The CPU that one runs on is the one that one is bound to."""
        before = self.affinity.own()
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
        self.affinity.place(number, self.affinity.own())
