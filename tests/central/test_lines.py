"""
Whose turn it is at a charge point.
"""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.commanding.lines import Lines, Turn

NODE = "CP1"


class Talkers:
    """Turns that note when they begin."""

    def __init__(self) -> None:
        self.held = False
        self.begun: list[str] = []
        self.turns: dict[str, Turn] = {}
        self.lines = Lines(lambda _: self.held)

    def join(self, name: str, urgent: bool = True) -> None:
        """One more waits."""
        self.turns[name] = Turn(lambda: self.begun.append(name), urgent)
        self.lines.join(NODE, self.turns[name])

    def done(self, name: str) -> None:
        """One is over."""
        self.lines.done(NODE, self.turns[name])


class LineTests(SynchronousTestCase):
    """Order, holding, leaving."""

    @given(st.lists(st.booleans(), min_size=1, max_size=40))
    def test_oneAtATimeUrgentFirst(self, kinds: list[bool]) -> None:
        """One speaks at a time; of those that wait, commands go first, each kind in its order."""
        talkers = Talkers()
        for number, urgent in enumerate(kinds):
            talkers.join(str(number), urgent)
        rest = sorted(range(1, len(kinds)), key=lambda number: (not kinds[number], number))
        expected = [str(number) for number in (0, *rest)]
        for count, name in enumerate(expected, 1):
            self.assertEqual(talkers.begun, expected[:count])
            talkers.done(name)
        self.assertFalse(talkers.lines.isBusy(NODE))

    def test_held(self) -> None:
        """A held line starts nobody, until it is told to go on."""
        talkers = Talkers()
        talkers.held = True
        talkers.join("a")
        self.assertEqual((talkers.begun, talkers.lines.waiting(NODE)), ([], 1))
        talkers.held = False
        talkers.lines.advance(NODE)
        self.assertEqual((talkers.begun, talkers.lines.waiting(NODE)), (["a"], 0))

    def test_leave(self) -> None:
        """Who leaves is passed over; leaving after the begin or twice does no harm."""
        talkers = Talkers()
        for name in "abc":
            talkers.join(name)
        for name in "bba":
            talkers.lines.leave(NODE, talkers.turns[name])
        talkers.done("a")
        self.assertEqual(talkers.begun, ["a", "c"])

    def test_succeed(self) -> None:
        """An heir goes in the place of whom it follows; behind one that speaks, as the next."""
        talkers = Talkers()
        for name in "abc":
            talkers.join(name)
        for name in "xy":
            talkers.turns[name] = Turn(lambda name=name: talkers.begun.append(name))  # type: ignore[misc]
        talkers.lines.succeed(NODE, talkers.turns["b"], talkers.turns["x"])
        talkers.lines.succeed(NODE, talkers.turns["a"], talkers.turns["y"])
        self.assertEqual((talkers.begun, talkers.lines.waiting(NODE)), (["a"], 3))
        for name in "ayxc":
            talkers.done(name)
        self.assertEqual(talkers.begun, ["a", "y", "x", "c"])

    def test_doneTwice(self) -> None:
        """Only the one that speaks can be done, and only once."""
        talkers = Talkers()
        for name in "abc":
            talkers.join(name)
        talkers.done("b")
        talkers.done("a")
        talkers.done("a")
        self.assertEqual(talkers.begun, ["a", "b"])

    def test_busyMeansCommands(self) -> None:
        """A background Call does not make a line busy; a command does, waiting or running."""
        talkers = Talkers()
        talkers.join("poll", urgent=False)
        self.assertFalse(talkers.lines.isBusy(NODE))
        talkers.join("command")
        self.assertTrue(talkers.lines.isBusy(NODE))
        talkers.done("poll")
        self.assertTrue(talkers.lines.isBusy(NODE))

    def test_manyThatAreOverAtOnce(self) -> None:
        """A long line of turns that end as they begin is worked off."""
        lines = Lines(lambda _: held[0])
        held = [True]
        begun: list[int] = []

        def over(number: int) -> None:
            begun.append(number)
            lines.done(NODE, turns[number])

        turns = [Turn(lambda number=number: over(number)) for number in range(5000)]  # type: ignore[misc]
        for turn in turns:
            lines.join(NODE, turn)
        held[0] = False
        lines.advance(NODE)
        self.assertEqual(begun, list(range(5000)))
