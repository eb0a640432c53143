"""Tests of `ocppgw.uaserver.subscriptions.queue`."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given, strategies as st
from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.uaserver.codec.sharedvalues import GoodDouble, SharedValue, SharedVariant
from ocppgw.uaserver.library import status
from ocppgw.uaserver.subscriptions.queue import OVERFLOW, ItemQueue, withOverflow
from ocppgw.uaserver.values import encodedValue
from tests.conformance import shows
from tests.uaserver.toy import dataValue


def filled(queue: ItemQueue, numbers: list[int]) -> list[tuple[int, bool]]:
    """Put numbers in, take all out: each with its overflow bit."""
    for each in numbers:
        queue.put(dataValue(each, ua.VariantType.Int32))
    return drained(queue)


def drained(queue: ItemQueue) -> list[tuple[int, bool]]:
    """Take all out."""
    found = [queue.pop() for _ in range(len(queue))]
    return [(each.Value.Value, bool(each.StatusCode.value & OVERFLOW)) for each in found]


class QueueTests(TestCase):
    def test_one(self) -> None:
        """A queue of one holds the newest and never claims an overflow."""
        self.assertEqual(filled(ItemQueue(1, True), [1, 2, 3]), [(3, False)])
        self.assertEqual(filled(ItemQueue(1, False), [1, 2, 3]), [(3, False)])

    def test_discardOldest(self) -> None:
        """The oldest give way, and the first that is left says so."""
        self.assertEqual(filled(ItemQueue(2, True), [1, 2, 3, 4]), [(3, True), (4, False)])

    def test_discardNewest(self) -> None:
        """The newest replaces the one before it, and says so."""
        self.assertEqual(filled(ItemQueue(2, False), [1, 2, 3, 4]), [(1, False), (4, True)])

    def test_lostElsewhere(self) -> None:
        """Values lost before they came here are owned up to, but not by a queue of one."""
        for size, marked in ((1, False), (3, True)):
            queue = ItemQueue(size, True)
            queue.put(dataValue(1, ua.VariantType.Int32), overflowed=True)
            self.assertEqual(drained(queue), [(1, marked)])

    def test_sharedValueIsNotChanged(self) -> None:
        """The overflow bit is set on a copy: others hold the same DataValue."""
        shared = dataValue(1, ua.VariantType.Int32)
        queue = ItemQueue(2, False)
        for _ in range(3):
            queue.put(shared)
        self.assertEqual(shared.StatusCode.value, 0)

    def test_sharedValueIsEncoded(self) -> None:
        """What we make ourselves is told with the overflow bit like any other value."""
        at = datetime(2026, 5, 4, tzinfo=UTC)
        good, bit = status(0), status(OVERFLOW)
        for shared, kind, value in (
            (GoodDouble(2.5, at, at), ua.VariantType.Double, 2.5),
            (SharedValue(SharedVariant("x", ua.VariantType.String), good, at, at),
             ua.VariantType.String, "x"),
        ):  # fmt: skip
            expected = ua.DataValue(ua.Variant(value, kind), bit)
            expected.SourceTimestamp = expected.ServerTimestamp = at
            self.assertEqual(encodedValue(withOverflow(shared)), encodedValue(expected))

    def test_shorter(self) -> None:
        """Of what a shorter queue has no room for, the newest is kept in any case."""
        for oldest, expected in ((True, [(2, True), (3, False)]), (False, [(1, False), (3, True)])):
            queue = ItemQueue(5, oldest)
            for each in (1, 2, 3):
                queue.put(dataValue(each, ua.VariantType.Int32))
            queue.resize(2, oldest)
            self.assertEqual(drained(queue), expected)

    @shows("Monitor MinQueueSize_05", "Monitor QueueSize_ServerMax")
    @given(st.integers(1, 6), st.booleans(), st.lists(st.integers(0, 99)), st.integers(1, 6))
    def test_bounded(self, size: int, oldest: bool, numbers: list[int], other: int) -> None:
        """However it is filled and resized, it never holds more than its size."""
        queue = ItemQueue(size, oldest)
        for each in numbers:
            queue.put(dataValue(each, ua.VariantType.Int32))
        self.assertEqual(len(queue), min(size, len(numbers)))
        queue.resize(other, oldest)
        self.assertEqual(len(queue), min(size, other, len(numbers)))
        overflow = len(numbers) > min(size, other) > 1 and other <= size
        self.assertEqual(any(bit for _, bit in drained(queue)), overflow or
                         (len(numbers) > size > 1 and other > 1))  # fmt: skip
