"""What every provider of `IHistory` promises: one suite, mixed into a test case per provider."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
from msgspec.structs import replace
from twisted.internet.defer import inlineCallbacks
from twisted.trial.unittest import TestCase
from zope.interface.verify import verifyObject

from ocppgw.interfaces import IHistory
from ocppgw.model import facts as f
from ocppgw.model.batch import Batch, planOf
from ocppgw.model.history import HistoryQuery, Series, Told
from ocppgw.model.point import Point, Quality
from ocppgw.model.records import MeterKey
from tests.store.contract import ADDED, T0, Steps, report

POWER = MeterKey("Power.Active.Import")
SERIES = Series("CP1", 1, (POWER,))


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def reading(
    value: float | None, seconds: float, key: MeterKey = POWER, text: str = "", **more: Any
) -> f.Reading:
    return f.Reading(key, value, text or str(value), "Sample.Periodic", at(seconds), **more)


def measured(*readings: f.Reading, connectorId: int = 1) -> f.Measured:
    return f.Measured(connectorId, None, readings, at(1000))


def tens(*seconds: int) -> tuple[f.Measured, ...]:
    """A value for each moment: the tenfold of its seconds."""
    return tuple(measured(reading(10.0 * each, each)) for each in seconds)


def query(start: float | None, end: float | None, most: int = 100, **more: Any) -> HistoryQuery:
    first, last = (None if each is None else at(each) for each in (start, end))
    return HistoryQuery(SERIES, first, last, most, **more)


if TYPE_CHECKING:
    Base = TestCase
else:
    # Not a test case by itself: trial would run it without a provider.
    Base = object


class HistoryContract(Base):
    """
    Tests of the promise itself.

    A case provides ``store``, opened, and ``history`` over the same data.
    """

    store: Any
    history: Any

    @inlineCallbacks
    def begin(self, *facts: f.Fact) -> Steps:
        yield self.store.commit("CP1", [ADDED, *facts])

    @inlineCallbacks
    def points(self, one: HistoryQuery) -> Any:
        """All pages of a query, one behind the other."""
        found: list[Point] = []
        after = one.after
        while True:
            [page] = yield self.history.readHistory([attrs.evolve(one, after=after)])
            self.assertLessEqual(len(page.points), one.most)
            found += page.points
            after = page.next
            if after is None:
                return found

    @inlineCallbacks
    def values(self, one: HistoryQuery) -> Any:
        """The values of all pages; a bound that is not there is ``None``."""
        points = yield self.points(one)
        return [point.value for point in points]

    @inlineCallbacks
    def test_provides(self) -> Steps:
        """It has every method that the interface names."""
        yield self.begin()
        self.assertTrue(verifyObject(IHistory, self.history))

    @inlineCallbacks
    def test_nothing(self) -> Steps:
        """A charge point, connector or measurement that nobody knows has an empty history."""
        yield self.begin(*tens(1))
        for series in (
            Series("CP2", 1, (POWER,)),
            Series("CP1", 2, (POWER,)),
            Series("CP1", 1, (MeterKey("Voltage"),)),
            Series("CP1", 1, Told.status),
        ):
            [page] = yield self.history.readHistory([HistoryQuery(series, at(0), at(9), 10)])
            self.assertEqual((page.points, page.next), ((), None))

    @inlineCallbacks
    def test_point(self) -> Steps:
        """A value comes with the time of its measurement and the time of its receipt."""
        yield self.begin(*tens(5))
        [point] = yield self.points(query(0, 9))
        self.assertEqual(point, Point(50.0, at(5), at(1000)))

    @inlineCallbacks
    def test_columns(self) -> Steps:
        """Values that are kept by columns are read like others, and come once, too."""
        keys = (POWER, MeterKey("SoC"), MeterKey("W"))
        plan = planOf(keys, ("Sample.Periodic",) * len(keys))
        twins = planOf((POWER, POWER), ("Sample.Periodic",) * 2)
        facts = [
            f.Measured(1, None, Batch(plan, "1,2.5,3", *times), at(1000))
            for times in ((at(1), at(1000)), (at(2), at(1000)))
        ]
        one = replace(facts[0], readings=tuple(facts[0].readings))
        odd = replace(one, readings=Batch(twins, "7,7", at(3), at(1000)))
        yield self.begin(*facts, one, facts[1], odd)
        for key, expected in (
            (POWER, [1.0, 1.0, 7.0]),
            (MeterKey("SoC"), [2.5, 2.5]),
            (MeterKey("Vendor.W"), [3.0, 3.0]),
        ):
            values = yield self.values(attrs.evolve(query(0, 9), series=Series("CP1", 1, (key,))))
            self.assertEqual(values, expected)
            self.assertEqual({type(value) for value in values}, {float})

    @inlineCallbacks
    def test_directions(self) -> Steps:
        """From start to end, whichever is earlier: the first bound is part of it, the other not."""
        yield self.begin(*tens(1, 2, 3, 4))
        for start, end, expected in (
            (1, 4, [10, 20, 30]),
            (4, 1, [40, 30, 20]),
            (2, None, [20, 30, 40]),
            (None, 3, [30, 20, 10]),
            (2, 2, [20]),
            (1.5, 1.5, []),
            (0, 100, [10, 20, 30, 40]),
            (100, 0, [40, 30, 20, 10]),
        ):
            values = yield self.values(query(start, end))
            self.assertEqual(values, expected, (start, end))

    @inlineCallbacks
    def test_pages(self) -> Steps:
        """Pages of any size make the same series, in both directions."""
        yield self.begin(*tens(*range(1, 8)))
        for most in (1, 2, 3, 6, 7, 8):
            for start, end, bounds in (
                (1, 8, False),
                (8, 0, False),
                (1.5, 6.5, True),
                (9, 2, True),
            ):
                whole = yield self.values(query(start, end, bounds=bounds))
                paged = yield self.values(query(start, end, most, bounds=bounds))
                self.assertEqual(paged, whole, (most, start, end))

    @inlineCallbacks
    def test_noEmptyLastPage(self) -> Steps:
        """Where a page holds just what there is, none follows."""
        yield self.begin(*tens(1, 2))
        [page] = yield self.history.readHistory([query(0, 9, 2)])
        self.assertEqual((len(page.points), page.next), (2, None))

    @inlineCallbacks
    def test_bounds(self) -> Steps:
        """With bounds the nearest values outside are told where none lies on a bound."""
        yield self.begin(*tens(1, 3, 5, 7))
        for start, end, expected in (
            (3, 5, [30, 50]),
            (2, 6, [10, 30, 50, 70]),
            (6, 2, [70, 50, 30, 10]),
            (5, 3, [50, 30]),
            (4, 4, [30]),
        ):
            values = yield self.values(query(start, end, bounds=True))
            self.assertEqual(values, expected, (start, end))

    @inlineCallbacks
    def test_missingBounds(self) -> Steps:
        """A bound that does not exist says so, at the time that was asked for."""
        yield self.begin(*tens(1))
        first, value, last = yield self.points(query(0, 9, bounds=True))
        self.assertEqual((first.quality, first.sourceTime), (Quality.noBound, at(0)))
        self.assertEqual(value.value, 10.0)
        self.assertEqual((last.quality, last.sourceTime), (Quality.noBound, at(9)))
        pair = yield self.points(query(20, 30, bounds=True))
        self.assertEqual([point.value for point in pair], [10.0, None])

    @inlineCallbacks
    def test_T9_sameTime(self) -> Steps:
        """Values of one time come in the order in which they were told, across pages too."""
        values = [reading(value, 1) for value in (3.0, 1.0, 2.0)]
        yield self.begin(*(measured(one) for one in values))
        for most in (1, 2, 9):
            forward = yield self.values(query(0, 9, most))
            self.assertEqual(forward, [3.0, 1.0, 2.0])
            backward = yield self.values(query(9, 0, most))
            self.assertEqual(backward, [2.0, 1.0, 3.0])

    @inlineCallbacks
    def test_X9_backlog(self) -> Steps:
        """What was told late stands at its own time."""
        yield self.begin(*tens(100, 1, 50, 2))
        values = yield self.values(query(0, 200))
        self.assertEqual(values, [10, 20, 500, 1000])

    @inlineCallbacks
    def test_once(self) -> Steps:
        """A value that is repeated because our answer was lost is told once."""
        yield self.begin(*tens(1), *tens(1))
        values = yield self.values(query(0, 9))
        self.assertEqual(values, [10])

    @inlineCallbacks
    def test_onceOfAnInstant(self) -> Steps:
        """What one message repeats of another's instant is told once, and what is new is added."""
        other = MeterKey("Voltage")
        whole = measured(reading(10.0, 1), reading(230.0, 1, other))
        again = measured(reading(11.0, 1), reading(10.0, 1), reading(230.0, 1, other))
        yield self.begin(tens(1)[0], whole, again, whole, again, *tens(2))
        values = yield self.values(query(0, 9))
        self.assertEqual(values, [10.0, 11.0, 20.0])
        series = attrs.evolve(SERIES, of=(POWER, other))
        for start, end, expected in (
            (0, 9, [10.0, 230.0, 11.0, 20.0]),
            (9, 0, [20.0, 11.0, 230.0, 10.0]),
        ):
            for most in (1, 2, 9):
                values = yield self.values(attrs.evolve(query(start, end, most), series=series))
                self.assertEqual(values, expected)

    @inlineCallbacks
    def test_onceOfAMessage(self) -> Steps:
        """What a message says twice is told once; what it says of one kind else is told, too."""
        values = [reading(value, 1) for value in (3.0, 3.0, 1.0, 3.0)]
        yield self.begin(measured(*values))
        values = yield self.values(query(0, 9))
        self.assertEqual(values, [3.0, 1.0])

    @inlineCallbacks
    def test_ofEachTransaction(self) -> Steps:
        """The same value of two transactions is a value of each."""
        [fact] = tens(1)
        yield self.begin(*(replace(fact, transactionId=number) for number in (1, 2, 1)))
        values = yield self.values(query(0, 9))
        self.assertEqual(values, [10.0, 10.0])

    @inlineCallbacks
    def test_severalKeys(self) -> Steps:
        """A series of several keys has the readings of all, in the order of their times."""
        one, other = MeterKey("Voltage", "L1"), MeterKey("Voltage", "L1-N")
        facts = [measured(reading(float(n), n, (one, other)[n % 2])) for n in range(1, 6)]
        yield self.begin(*facts, *tens(2))
        series = Series("CP1", 1, (one, other))
        for most in (1, 2, 9):
            for start, end, expected in ((0, 9, [1, 2, 3, 4, 5]), (9, 0, [5, 4, 3, 2, 1])):
                wanted = attrs.evolve(query(start, end, most), series=series)
                values = yield self.values(wanted)
                self.assertEqual(values, expected)

    @inlineCallbacks
    def test_notANumber(self) -> Steps:
        """What could not be read has no value and says so; among numbers only it is left out."""
        yield self.begin(measured(reading(None, 1, text="?")), *tens(2))
        first, second = yield self.points(query(0, 9))
        self.assertEqual((first.value, first.quality), (None, Quality.encodingInvalid))
        self.assertEqual(second.value, 20.0)
        numbers = attrs.evolve(query(0, 9), series=attrs.evolve(SERIES, numbersOnly=True))
        values = yield self.values(numbers)
        self.assertEqual(values, [20.0])

    @inlineCallbacks
    def test_M10_signed(self) -> Steps:
        """Signed data has a history of its own, as text."""
        yield self.begin(measured(reading(None, 1, text="OCMF|{}", signed=True)), *tens(2))
        signed = Series("CP1", 1, (MeterKey("SignedData.Power.Active.Import"),))
        values = yield self.values(attrs.evolve(query(0, 9), series=signed))
        self.assertEqual(values, ["OCMF|{}"])
        values = yield self.values(query(0, 9))
        self.assertEqual(values, [20.0])

    @inlineCallbacks
    def test_size(self) -> Steps:
        """Long texts make short pages, and each page has a value at least."""
        texts = [reading(None, n, text=str(n) * 100, signed=True) for n in range(1, 6)]
        yield self.begin(measured(*texts))
        signed = Series("CP1", 1, (MeterKey("SignedData.Power.Active.Import"),))
        for size, most in ((10, 1), (250, 2)):
            wanted = attrs.evolve(query(0, 9, size=size), series=signed)
            [page] = yield self.history.readHistory([wanted])
            self.assertEqual(len(page.points), most)
            values = yield self.values(wanted)
            self.assertEqual(values, [one.text for one in texts])

    @inlineCallbacks
    def test_T8_status(self) -> Steps:
        """Every status that was told is there at its own time, an overtaken one as well."""
        facts = [
            f.StatusReported(1, report("Charging", at(10))),
            f.StatusReported(1, replace(report("Odd", at(5)), number=0, errorCode="Other")),
        ]
        yield self.begin(*facts)
        for told, expected in (
            (Told.status, [("Odd", Quality.uncertain), ("Charging", Quality.good)]),
            (Told.statusNumber, [(0, Quality.uncertain), (1, Quality.good)]),
            (Told.errorCode, [("Other", Quality.good), ("NoError", Quality.good)]),
            (Told.errorNumber, [(0, Quality.good), (0, Quality.good)]),
        ):
            wanted = attrs.evolve(query(0, 99), series=Series("CP1", 1, told))
            points = yield self.points(wanted)
            self.assertEqual([(one.value, one.quality) for one in points], expected)

    @inlineCallbacks
    def test_followsTheNode(self) -> Steps:
        """The history belongs to the node name: hardware may be swapped, or come back."""
        swap = f.IdentityReplaced("CP9", T0)
        yield self.begin(*tens(1), swap, *tens(2), f.ChargePointRemoved(T0), ADDED, *tens(3))
        values = yield self.values(query(0, 9))
        self.assertEqual(values, [10, 20, 30])

    @inlineCallbacks
    def test_many(self) -> Steps:
        """Several questions are answered together, in their order."""
        yield self.begin(*tens(1, 2, 3))
        pages = yield self.history.readHistory([query(0, 2), query(9, 0), query(8, 9)])
        values = [[point.value for point in page.points] for page in pages]
        self.assertEqual(values, [[10.0], [30.0, 20.0, 10.0], []])
