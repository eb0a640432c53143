"""Facts go to the store, to the registry and to observers, in this order of trust."""

from __future__ import annotations

from twisted.logger import capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.answering.deviating import KINDS, Deviating
from ocppgw.central.recording import Recorder
from ocppgw.central.watching.frames import Frames
from ocppgw.interfaces import StoreFailed
from ocppgw.model import facts as f
from ocppgw.model.idtags import IdTagEntry
from ocppgw.model.records import Nameplate, Settings
from ocppgw.model.registry import Registry
from ocppgw.ocppj.deviations import Deviation
from ocppgw.store.memory import MemoryStore
from tests.central.support import START


class RecordingCase(SynchronousTestCase):
    """A recorder with one charge point."""

    def setUp(self) -> None:
        self.registry, self.store = Registry(), MemoryStore()
        self.recorder = Recorder(self.registry, self.store)
        self.recorder.note("CP1", f.ChargePointAdded("CP1", "CP1", START, Settings()))
        self.seen: list[f.Fact] = []
        self.recorder.observe(lambda node, fact, record: self.seen.append(fact))


class RecorderTests(RecordingCase):
    """`Recorder` is the one way of writing."""

    def test_note(self) -> None:
        """A noted fact is in the registry at once, in the store, and observed."""
        fact = f.RegistrationChanged("Accepted", START)
        self.recorder.note("CP1", fact)
        self.assertEqual(self.registry.record("CP1").registration.status, "Accepted")  # type: ignore[union-attr]
        self.assertIn(("CP1", fact), self.store.committed)
        self.assertEqual(self.seen, [fact])

    def test_passing(self) -> None:
        """What is of the moment only does not burden the store."""
        before = len(self.store.committed)
        self.recorder.note("CP1", f.MessageReceived(START), f.HealthMeasured(START))
        self.assertEqual(len(self.store.committed), before)
        self.assertEqual(len(self.seen), 2)

    def test_commitFails(self) -> None:
        """What the store could not keep never happened."""
        self.store.fail("disk full")
        done = self.recorder.commit("CP1", f.RegistrationChanged("Accepted", START))
        self.failureResultOf(done, StoreFailed)
        self.assertEqual(self.registry.record("CP1").registration.status, "")  # type: ignore[union-attr]
        self.assertEqual(self.seen, [])

    def test_commitFailsAndIsKept(self) -> None:
        """What is on disk although its commit failed happened once the store finds it there."""
        self.store.deceive()
        fact = f.RegistrationChanged("Accepted", START)
        self.failureResultOf(self.recorder.commit("CP1", fact), StoreFailed)
        self.assertEqual(self.seen, [])
        self.store.recover()
        self.assertEqual(self.seen, [fact])
        self.assertEqual(self.registry.record("CP1").registration.status, "Accepted")  # type: ignore[union-attr]

    def test_brokenObserver(self) -> None:
        """An observer's mistake is logged and costs neither the fact nor the others."""

        def broken(node: str, fact: f.Fact, record: object) -> None:
            raise ZeroDivisionError

        self.recorder.observe(broken)
        self.recorder.observe(lambda node, fact, record: self.seen.append(fact))
        self.successResultOf(
            self.recorder.commit("CP1", f.RebootRequested("HeartbeatInterval", START))
        )
        self.assertEqual(len(self.seen), 2)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_site(self) -> None:
        """Facts of the site are stored and observed without a record."""
        fact = f.IdTagChanged(IdTagEntry("A"), START)
        self.successResultOf(self.recorder.commit(f.SITE, fact))
        self.assertIn((f.SITE, fact), self.store.committed)
        self.assertEqual(self.seen, [fact])

    def test_removedMeanwhile(self) -> None:
        """A fact about one that was removed meanwhile is not observed."""
        self.recorder.note("GONE", f.RebootRequested("HeartbeatInterval", START))
        self.assertEqual(self.seen, [])


class DeviatingTests(RecordingCase):
    """Deviations are counted always and logged once per kind and boot."""

    def logged(self, *kinds: str) -> int:
        deviations = [Deviation(kind, "a.b", "odd", "x" * 10) for kind in kinds]
        with capturedLogs() as events:
            self.deviating.note("CP1", deviations)
        return len(events)

    def setUp(self) -> None:
        super().setUp()
        self.deviating = Deviating(self.recorder, Frames(), lambda: START)

    def test_oncePerKindAndBoot(self) -> None:
        """Each kind costs one log line until the next boot, and is counted each time."""
        self.assertEqual([self.logged("S7"), self.logged("S7", "S8"), self.logged("S8")], [1, 1, 0])
        self.recorder.note("CP1", f.Booted(Nameplate(), "Accepted", START))
        self.assertEqual(self.logged("S7"), 1)
        record = self.registry.record("CP1")
        assert record is not None
        self.assertEqual(dict(record.deviations.byKind), {"S7": 3, "S8": 2})

    def test_bounded(self) -> None:
        """However many kinds there are, the log does not grow."""
        kinds = [f"k{number}" for number in range(KINDS + 20)]
        self.assertEqual(self.logged(*kinds), KINDS)
