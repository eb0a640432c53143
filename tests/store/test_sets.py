"""Sets of kinds that nothing refers to are emptied and used again; no value loses its kind."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from typing import Any

from hypothesis import example, given, strategies as st

from ocppgw.model import facts as f
from ocppgw.model.records import MeterKey
from ocppgw.store import lastreadings, metering, sets
from ocppgw.store.backlog import Entry
from ocppgw.store.batches import write
from ocppgw.store.ids import Ids
from ocppgw.store.lastreadings import settle
from ocppgw.store.sets import emptySets
from tests.store.contract import T0
from tests.store.inmemory import InMemoryCase


class SetsCase(InMemoryCase):
    """A database whose meter values come in some order of kinds."""

    def begin(self) -> None:
        super().begin()
        self.told: list[tuple[int, str]] = []
        self.last: dict[str, int] = {}
        self.number = 0

    def tell(self, names: str) -> None:
        """Send a value of each of these measurands, in this order."""
        self.number += 1
        at = T0 + timedelta(seconds=self.number)
        self.told.append((self.number, names))
        self.last.update(dict.fromkeys(names, self.number))
        self.write(f.Measured(1, None, tuple(_readings(names, self.number, at)), at))

    def throwAway(self, count: int) -> None:
        """The oldest of them."""
        with self.connection:
            self.empty()
            self.connection.execute(
                "DELETE FROM meter_value WHERE id IN (SELECT id FROM meter_value LIMIT ?)",
                (count,),
            )
        del self.told[:count]

    def inVain(self, function: Callable[..., Any], *arguments: Any) -> None:
        """A transaction that fails at its end."""
        with closing(self.connection.cursor()) as cursor:
            function(cursor, self.ids, *arguments)
        self.connection.rollback()

    def tellInVain(self, names: str) -> None:
        """Send them in such a one; what was remembered is worth nothing then."""
        at = T0 + timedelta(seconds=self.number + 1)
        fact = f.Measured(1, None, tuple(_readings(names, -1, at)), at)
        self.inVain(write, 1, [Entry("CP1", [fact])])
        self.ids = Ids()

    def emptyInVain(self) -> None:
        """What is remembered stays then."""
        self.inVain(emptySets, 0)

    def empty(self) -> None:
        after: int | None = 0
        while after is not None:
            with self.connection, closing(self.connection.cursor()) as cursor:
                after = emptySets(cursor, self.ids, after)

    def count(self, table: str) -> int:
        return int(self.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def check(self) -> None:
        """Every value that is left is of the kind that it was sent for."""
        found = self.connection.execute(
            """SELECT v.value, k.measurand FROM sampled_value v
               JOIN measured_kind k ON k.id = v.kind ORDER BY v.id, v.place"""
        )
        expected = [(n, f"Vendor.{name}") for n, names in self.told for name in names]
        self.assertEqual(found.fetchall(), expected)
        self.assertEqual(self.connection.execute("PRAGMA foreign_key_check").fetchall(), [])

    def checkSettled(self) -> None:
        """Each kind has its last value, thrown away or not, and each set knows of its last row."""
        with self.connection, closing(self.connection.cursor()) as cursor:
            settle(cursor)
        found = self.connection.execute(
            "SELECT k.measurand, r.value FROM last_reading r JOIN measured_kind k ON k.id = r.kind"
        )
        expected = {f"Vendor.{name}": float(number) for name, number in self.last.items()}
        self.assertEqual(dict(found.fetchall()), expected)
        late = self.connection.execute(
            """SELECT s.id FROM measured_set s JOIN meter_value m ON m.measured_set = s.id
               GROUP BY s.id HAVING s.used < max(m.id)"""
        )
        self.assertEqual(late.fetchall(), [])


def _readings(names: str, value: float, at: Any) -> list[f.Reading]:
    return [
        f.Reading(MeterKey(name), float(value), str(value), "Sample.Periodic", at) for name in names
    ]


class EmptyingTests(SetsCase):
    """Which are emptied, and what comes of them."""

    def test_bounded(self) -> None:
        """A charge point with ever new orders leaves no more sets than it has values."""
        for number in range(40):
            self.tell("ABCDEF"[number % 6 :] + "abcdefgh"[number // 6 :])
            self.empty()
            if number >= 5:
                self.throwAway(1)
                self.empty()
        self.assertLessEqual(self.count("measured_set"), 7)
        self.assertEqual(self.count("measured_column"), sum(len(names) for _, names in self.told))
        self.check()

    def test_inUse(self) -> None:
        """One that an older value used, too, stays as long as a younger one is there."""
        for names in ("AB", "BA", "AB"):
            self.tell(names)
            self.empty()
        self.throwAway(1)
        self.empty()
        self.check()
        self.throwAway(1)
        self.empty()
        self.check()
        self.assertEqual(self.count("measured_column"), 2)

    def test_again(self) -> None:
        """What was emptied comes back when it is needed, and is not taken for what it became."""
        self.tell("AB")
        self.throwAway(1)
        self.empty()
        self.assertEqual(self.count("measured_column"), 0)
        self.tell("BA")
        self.tell("AB")
        self.check()
        self.assertEqual(self.count("measured_set"), 2)

    def test_slices(self) -> None:
        """Some are looked at in one transaction, and in the end all of them."""
        self.patch(sets, "SLICE", 2)
        for names in ("A", "B", "C", "D", "E"):
            self.tell(names)
            self.empty()
        self.throwAway(4)
        self.empty()
        self.assertEqual(self.count("measured_column"), 1)
        self.check()

    @given(
        st.lists(
            st.one_of(
                st.tuples(
                    st.sampled_from([SetsCase.tell, SetsCase.tell, SetsCase.tellInVain]),
                    st.sampled_from(["AB", "BA", "A", "B", "ABC", "CA"]),
                ),
                st.tuples(st.just(SetsCase.throwAway), st.integers(1, 3)),
                st.sampled_from([(SetsCase.empty,), (SetsCase.emptyInVain,)]),
            ),
            max_size=20,
        ),
        st.sampled_from([(1, 1000), (2, 1000), (3, 1000), (5, 1000), (100, 1000), (100, 12)]),
    )
    @example(
        [
            (SetsCase.tell, "AB"),
            (SetsCase.tell, "BA"),
            (SetsCase.throwAway, 2),
            (SetsCase.empty,),
            (SetsCase.tell, "ABC"),
        ],
        (3, 1000),
    )
    @example(
        [
            (SetsCase.tell, "A"),
            (SetsCase.tellInVain, "A"),
            (SetsCase.tell, "B"),
            (SetsCase.tell, "B"),
        ],
        (2, 1000),
    )
    def test_whatever(self, steps: list[tuple[Any, ...]], bounds: tuple[int, int]) -> None:
        """Whenever what comes, is thrown away, or fails, and however often it is settled."""
        most, text = bounds
        self.patch(metering, "UNSETTLED", most)
        self.patch(lastreadings, "MOST_TEXT", text)
        self.begin()
        for act, *arguments in steps:
            act(self, *arguments)
        self.check()
        self.checkSettled()
