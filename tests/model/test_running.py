"""Which transactions run with which idTag."""

from __future__ import annotations

from datetime import datetime

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.idtags import folded
from ocppgw.model.records import Settings
from ocppgw.model.registry import Registry
from tests.model.given import T0, at


def begun(transactionId: int, connectorId: int, idTag: str, time: datetime) -> f.Fact:
    """A transaction begins."""
    return f.TransactionStarted(transactionId, connectorId, idTag, "Accepted", 0, "", time, time)


def ended(transactionId: int, time: datetime) -> f.Fact:
    """A transaction ends."""
    return f.TransactionStopped(transactionId, 1, "T", 100, time, "Local", time)


class RunningTests(SynchronousTestCase):
    """The index beside the records."""

    def setUp(self) -> None:
        self.registry = Registry()
        for name in ("A", "B"):
            self.registry.apply(name, f.ChargePointAdded(name, name, T0, Settings()))

    def test_beginAndEnd(self) -> None:
        """A transaction is found while it runs, whatever the case of the idTag."""
        self.registry.apply("A", begun(1, 2, "Tag", at(1)))
        self.assertEqual(set(self.registry.running.having("TAG ")), {("A", 2)})
        self.registry.apply("B", begun(2, 1, "tag", at(2)))
        self.assertEqual(set(self.registry.running.having("tag")), {("A", 2), ("B", 1)})
        self.registry.apply("A", ended(1, at(3)))
        self.assertEqual(set(self.registry.running.having("tag")), {("B", 1)})

    def test_restored(self) -> None:
        """What ran when the gateway stopped is found after the restart."""
        self.registry.apply("A", begun(1, 2, "Tag", at(1)))
        again = Registry()
        again.restore(slot.record for slot in self.registry.chargePoints.values())
        self.assertEqual(set(again.running.having("tag")), {("A", 2)})

    def test_noGrowth(self) -> None:
        """What is over leaves nothing behind, removed charge points neither."""
        for number in range(1, 100):
            self.registry.apply("A", begun(number, 1, f"T{number}", at(number)))
        self.registry.apply("B", begun(200, 1, "B", at(1)))
        self.assertEqual(len(self.registry.running), 2)
        self.registry.apply("A", ended(99, at(200)))
        self.registry.apply("B", f.ChargePointRemoved(at(201)))
        self.assertEqual(len(self.registry.running), 0)

    @given(
        st.lists(
            st.tuples(
                st.sampled_from("AB"),
                st.integers(1, 3),
                st.sampled_from(("T", "t ", "U", None)),
            ),
            max_size=30,
        )
    )
    def test_asARecordsSearchWouldSay(self, steps: list[tuple[str, int, str | None]]) -> None:
        """The index says what looking through all the records would."""
        self.setUp()
        for number, (name, connectorId, idTag) in enumerate(steps, 1):
            record = self.registry.record(name)
            assert record is not None
            if idTag is not None:
                self.registry.apply(name, begun(number, connectorId, idTag, at(number)))
            elif connectorId in record.connectors:
                running = record.connectors[connectorId].transaction
                if running is not None:
                    self.registry.apply(name, ended(running.transactionId, at(number)))
        for idTag in ("t", "u"):
            found = {
                (name, one.connectorId)
                for name, slot in self.registry.chargePoints.items()
                for one in slot.record.connectors.values()
                if one.transaction is not None
                and one.transaction.active
                and folded(one.transaction.idTag) == idTag
            }
            self.assertEqual(set(self.registry.running.having(idTag)), found)
