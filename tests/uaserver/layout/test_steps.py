"""How variables are found below a stem is remembered, within bounds."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model.batch import planOf
from ocppgw.model.latest import LatestReadings
from ocppgw.model.records import meterKey
from ocppgw.uaserver.layout.columns import PLANS, SHARED, Steps, stepsOf
from tests.model.given import POWER

CONTEXTS = ("Sample.Periodic",)


def sources(count: int) -> tuple[Any, ...]:
    """Of different meter values."""
    return tuple(Source(meterKey(POWER, location=f"Place{number}")) for number in range(count))


class Source:
    """What is asked of one."""

    reads = ()

    def __init__(self, step: Any) -> None:
        self.step = step


class StepsTests(SynchronousTestCase):
    """Shared or not."""

    def test_shared(self) -> None:
        """A few variables have theirs in common with others; those of many go with them."""
        few, many = sources(SHARED), sources(SHARED + 1)
        self.assertIs(stepsOf(few), stepsOf(few))
        self.assertIsNot(stepsOf(many), stepsOf(many))

    def test_plans(self) -> None:
        """Whatever plans come, each finds its numbers, and only so many are remembered."""
        steps = Steps(sources(4))
        for number in [*range(3), *range(3 * PLANS)]:
            key = meterKey(POWER, location=f"Place{number % 4}")
            plan = planOf((meterKey(POWER, "L1"), key), (*CONTEXTS, f"Context{number}"))
            columns = steps.columns(LatestReadings.placesIn, plan)
            self.assertIs(columns, steps.columns(LatestReadings.placesIn, plan))
            self.assertEqual(list(columns.watched("abcd")), ["abcd"[number % 4]])
            self.assertEqual(list(columns.numbers((1.0, 2.0))), [2.0])
        self.assertLessEqual(len(steps._columns), PLANS)
