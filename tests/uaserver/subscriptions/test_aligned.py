"""Subscriptions of one interval have their cycles at the same time, whenever they were made."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise

from tests.uaserver.subscriptions.case import NUMBER
from tests.uaserver.subscriptions.test_sampling import SamplingCase

STEP = 0.01


class AlignedTests(SamplingCase):
    """One of 100 ms is there; others are made between its cycles."""

    def cycles(self, seconds: float) -> dict[int, list[int]]:
        """While a value changes all the time: in which steps each subscription publishes."""
        found: dict[int, list[int]] = defaultdict(list)
        waiting = [self.publish() for _ in range(4)]
        for step in range(round(seconds / STEP)):
            self.change(float(step + 2))
            self.world.clock.advance(STEP)
            for number in tuple(waiting):
                answer = self.client.take(number)
                if answer is not None:
                    waiting.remove(number)
                    waiting.append(self.publish())
                    found[answer.Parameters.SubscriptionId].append(step)
        return found

    def made(self, interval: float, later: float) -> int:
        """One more with an item, so many seconds later."""
        self.world.clock.advance(later)
        subscriptionId: int = self.subscribe(interval).SubscriptionId
        self.monitor(subscriptionId, NUMBER)
        return subscriptionId

    def test_together(self) -> None:
        """They publish in the same moments; the first time after half of to one and a half."""
        self.monitor(self.subscriptionId, NUMBER)
        early, late = self.made(100.0, 0.033), self.made(100.0, 0.044)
        found = self.cycles(0.95)
        self.assertEqual(_apart(found[self.subscriptionId]), {10})
        self.assertEqual(found[early], found[self.subscriptionId])
        self.assertEqual(found[late], found[self.subscriptionId][1:])

    def test_otherIntervals(self) -> None:
        """Each has its own interval all the same."""
        slow = self.made(250.0, 0.033)
        found = self.cycles(1.95)
        self.assertEqual(_apart(found[slow]), {25})


def _apart(steps: list[int]) -> set[int]:
    """How far one is from the next."""
    return {after - before for before, after in pairwise(steps)}
