"""The registry: the only place where records are replaced."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.records import Settings
from ocppgw.model.registry import GATEWAY, Record, Registry
from tests.model.given import T0, after, at, connected, known, measured, reading, refresh, status


def added(nodeName: str, identity: str = "") -> f.ChargePointAdded:
    """A charge point becomes known."""
    return f.ChargePointAdded(nodeName, identity or nodeName, T0, Settings())


class Observed:
    """Remembers what an observer was told."""

    def __init__(self, registry: Registry) -> None:
        self.told: list[tuple[str, Record | None, Record | None]] = []
        registry.observe(lambda subject, old, new: self.told.append((subject, old, new)))


class RegistryTests(SynchronousTestCase):
    """Records by node name."""

    def setUp(self) -> None:
        self.registry = Registry()
        self.registry.apply("CP1", added("CP1"))

    def test_applied(self) -> None:
        """The record after a fact is given back and is the latest for everybody."""
        new = self.registry.apply("CP1", f.LinkOpened("a", at(1)))
        assert new is not None
        self.assertTrue(new.link.connected)
        self.assertIs(self.registry.record("CP1"), new)
        self.assertIs(self.registry.chargePoints["CP1"].record, new)

    def test_mappingIsReplaced(self) -> None:
        """Whoever holds the mapping sees newer records in it, but never a changing mapping."""
        held = self.registry.chargePoints
        self.registry.apply("CP1", f.LinkOpened("a", at(1)))
        self.assertIs(self.registry.chargePoints, held)
        self.registry.apply("CP2", added("CP2"))
        self.assertEqual((list(held), list(self.registry.chargePoints)), (["CP1"], ["CP1", "CP2"]))
        self.registry.apply("CP1", f.ChargePointRemoved(at(2)))
        self.assertEqual((list(held), list(self.registry.chargePoints)), (["CP1"], ["CP2"]))

    def test_mappingIsImmutable(self) -> None:
        """Nobody but the registry can change the mapping."""
        with self.assertRaises(TypeError):
            self.registry.chargePoints["X"] = self.registry.chargePoints["CP1"]  # type: ignore[index]

    def test_unknownNode(self) -> None:
        """A fact about a charge point that was removed meanwhile is dropped."""
        self.assertIsNone(self.registry.apply("GONE", f.MessageReceived(T0)))
        self.assertIsNone(self.registry.record("GONE"))

    def test_siteFact(self) -> None:
        """A fact of the site has no record."""
        self.assertIsNone(self.registry.apply(f.SITE, f.IdTagRemoved("T", T0)))

    def test_identity(self) -> None:
        """An identity is found exactly, and after a hardware swap by the new one only."""
        self.registry.apply("NODE", added("NODE", "OLD"))
        self.assertEqual(self.registry.nodeNameOf("OLD"), "NODE")
        self.registry.apply("NODE", f.IdentityReplaced("NEW", at(1)))
        self.assertEqual(
            [self.registry.nodeNameOf(i) for i in ("NEW", "OLD", "NODE")], ["NODE", None, None]
        )

    def test_C8_caseOfTheIdentity(self) -> None:
        """Another case finds the charge point where that is unique; exact comes first."""
        self.assertEqual(self.registry.nodeNameOf("cp1"), "CP1")
        self.registry.apply("cp1", added("cp1"))
        self.assertEqual(self.registry.nodeNameOf("cp1"), "cp1")
        self.assertIsNone(self.registry.nodeNameOf("Cp1"))

    def test_sharedIdentity(self) -> None:
        """Of two nodes with one identity the later has it, and the other once that is removed."""
        for nodeName in ("OLD", "NEW"):
            self.registry.apply(nodeName, added(nodeName, "X"))
        self.assertEqual(self.registry.nodeNameOf("x"), "NEW")
        self.registry.apply("NEW", f.ChargePointRemoved(at(1)))
        self.assertEqual(self.registry.nodeNameOf("x"), "OLD")

    @given(st.lists(st.tuples(st.sampled_from("ABab"), st.sampled_from(("", "X", "x", "Y")))))
    def test_anyHistory(self, steps: list[tuple[str, str]]) -> None:
        """However charge points come, go and change, each identity finds who has it last."""
        registry = Registry()
        for nodeName, identity in steps:
            if not identity:
                registry.apply(nodeName, f.ChargePointRemoved(at(1)))
            elif nodeName in registry.chargePoints:
                registry.apply(nodeName, f.IdentityReplaced(identity, at(1)))
            else:
                registry.apply(nodeName, added(nodeName, identity))
        known = [(slot.record.identity, name) for name, slot in registry.chargePoints.items()]
        owners = dict(known)
        self.assertEqual({i: registry.nodeNameOf(i) for i in owners}, owners)

    def test_restore(self) -> None:
        """What the store kept is there again, without a link, and with its sums."""
        registry = Registry()
        registry.restore([known()])
        record = registry.record("CP1")
        assert record is not None
        self.assertEqual((record.link.connected, record.sums.alarm), (False, True))
        self.assertEqual(registry.nodeNameOf("CP1"), "CP1")

    def test_restoreLostLink(self) -> None:
        """Sums that went stale on disk are computed again."""
        registry = Registry()
        faulted = after(connected(), status("Faulted"))
        registry.restore([faulted])
        self.assertEqual(registry.record("CP1"), faulted)


class ObserverTests(SynchronousTestCase):
    """Everybody who observes is told of every change, once."""

    def setUp(self) -> None:
        self.registry = Registry()
        self.observed = Observed(self.registry)

    def test_told(self) -> None:
        """The beginning, each change and the end, with the record before and after."""
        first = self.registry.apply("CP1", added("CP1"))
        second = self.registry.apply("CP1", f.LinkOpened("a", at(1)))
        self.registry.apply("CP1", f.ChargePointRemoved(at(2)))
        self.assertEqual(
            self.observed.told,
            [("CP1", None, first), ("CP1", first, second), ("CP1", second, None)],
        )

    def test_nothingNew(self) -> None:
        """A fact that says nothing new is not told."""
        self.registry.apply("CP1", added("CP1"))
        self.registry.apply("CP1", f.LinkLost("x", at(1)))
        self.assertEqual(len(self.observed.told), 1)

    def test_measured(self) -> None:
        """Who does not want to is not told of values alone; the others are, and of all else."""
        told: list[Record | None] = []
        self.registry.observe(lambda subject, old, new: told.append(new), isOfMeasured=False)
        first = self.registry.apply("CP1", added("CP1"))
        second = self.registry.apply("CP1", measured(reading("Voltage", 230.0, 1)))
        third = self.registry.apply("CP1", f.LinkOpened("a", at(2)))
        refresh(self.registry, at(3), {})
        last = self.registry.apply("CP1", f.ChargePointRemoved(at(4)))
        self.assertIsNot(first, second)
        gateway = self.registry.gateway
        self.assertEqual(told, [first, third, gateway, None])
        expected = [first, second, third, gateway, None]
        self.assertEqual([new for _, _, new in self.observed.told], expected)
        self.assertIs(last, third)

    def test_gateway(self) -> None:
        """The gateway's own record is told when it changed."""
        refresh(self.registry, at(1), {"Heartbeat": 1})
        refresh(self.registry, at(2), {"Heartbeat": 1})
        refresh(self.registry, at(3), {"Heartbeat": 2})
        self.assertEqual([subject for subject, _, _ in self.observed.told], [GATEWAY, GATEWAY])
        self.assertEqual(self.registry.gateway.points["Heartbeat"].value, 2)

    def test_contributions(self) -> None:
        """A step for each that changed, and the same sums whether they were looked at or not."""
        other = Registry()
        for registry in (self.registry, other):
            for name in ("CP1", "CP2"):
                registry.apply(name, added(name))
            refresh(registry, at(1), {})
            registry.apply("CP1", f.LinkOpened("a", at(1)))
        self.assertEqual(len(list(self.registry.contributions())), 1)
        self.assertEqual(len(list(self.registry.contributions())), 0)
        for registry in (self.registry, other):
            registry.apply("CP2", f.LinkOpened("b", at(2)))
            refresh(registry, at(3), {})
        self.assertEqual(self.registry.gateway, other.gateway)
        self.assertEqual(other.gateway.points["ChargePointsConnected"].value, 2)

    def test_sumUp(self) -> None:
        """What changed after the look is not looked at again: it counts with the next one."""
        self.registry.apply("CP1", added("CP1"))
        self.assertEqual(len(list(self.registry.contributions())), 1)
        self.registry.apply("CP1", f.LinkOpened("a", at(1)))
        for expected in (0, 1):
            self.registry.sumUp(at(2), {})
            found = self.registry.gateway.points["ChargePointsConnected"].value
            self.assertEqual(found, expected)
            list(self.registry.contributions())

    def test_totalsFollow(self) -> None:
        """The gateway's counts are those of the charge points at the refresh."""
        self.registry.apply("CP1", added("CP1"))
        self.registry.apply("CP1", f.LinkOpened("a", at(1)))
        refresh(self.registry, at(2), {})
        self.assertEqual(self.registry.gateway.points["ChargePointsConnected"].value, 1)


class FailingObserverTests(SynchronousTestCase):
    """An observer's mistake is nobody else's."""

    def err(self, subject: str, *records: object) -> None:
        """Be a bad observer."""
        raise ValueError("a mistake")

    def test_othersAreTold(self) -> None:
        """The others are told, the record is in place, and then the mistake is raised."""
        registry = Registry()
        registry.observe(self.err)
        observed = Observed(registry)
        with self.assertRaises(ValueError):
            registry.apply("CP1", added("CP1"))
        self.assertEqual(len(observed.told), 1)
        self.assertIsNotNone(registry.record("CP1"))

    def test_reported(self) -> None:
        """Where somebody takes the mistakes, applying goes on as if nothing happened."""
        failures: list[Exception] = []
        registry = Registry(failures.append)
        registry.observe(self.err)
        self.assertIsNotNone(registry.apply("CP1", added("CP1")))
        self.assertEqual([str(failure) for failure in failures], ["a mistake"])
