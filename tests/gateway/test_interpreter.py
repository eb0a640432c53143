"""The interpreter of a gateway's process does not stop it to look for garbage."""

from __future__ import annotations

import gc
import sys

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.gateway.interpreter import begin, grow, settle


class SettleTests(SynchronousTestCase):
    """`settle` is for the whole process, so the test puts back what it changed."""

    def setUp(self) -> None:
        self.addCleanup(gc.set_threshold, *gc.get_threshold())
        self.addCleanup(sys.setswitchinterval, sys.getswitchinterval())
        self.addCleanup(gc.unfreeze)

    def test_frozen(self) -> None:
        """What was made at the start is not looked at again; later garbage still is."""
        settle()
        self.assertGreater(gc.get_freeze_count(), 10_000)
        before = len(gc.get_objects())
        circle: list[object] = []
        circle.append(circle)
        del circle
        self.assertEqual(gc.collect(), 1)
        self.assertLess(before, gc.get_freeze_count())
        self.assertTrue(gc.isenabled())

    def test_growth(self) -> None:
        """What was made since is left out as well, once the process is settled, not before."""
        gc.unfreeze()
        begin()
        grow()
        self.assertEqual(gc.get_freeze_count(), 0)
        settle()
        before = gc.get_freeze_count()
        kept = [[number] for number in range(1000)]
        grow()
        self.assertGreaterEqual(gc.get_freeze_count(), before + len(kept))

    def test_growthUncounted(self) -> None:
        """Leaving out more does not count what is left out, which would hold the thread."""
        settle()
        self.patch(gc, "get_freeze_count", lambda: self.fail("counted"))
        grow()

    def test_start(self) -> None:
        """Until it is settled, the start is hardly ever interrupted; garbage is still found."""
        begin()
        self.assertGreater(gc.get_threshold()[0], 50_000)
        self.assertTrue(gc.isenabled())
        settle()
        self.assertLess(gc.get_threshold()[0], 50_000)

    def test_fairness(self) -> None:
        """The store's thread and the OPC UA thread get the interpreter soon after they ask."""
        settle()
        self.assertLess(sys.getswitchinterval(), 0.005)
