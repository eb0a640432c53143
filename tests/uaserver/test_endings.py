"""Subscriptions with many items end in turns."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from attrs import evolve

from ocppgw.uaserver import turns
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.subscriptions.item import MonitoredItem
from ocppgw.uaserver.subscriptions.subscription import Subscription
from ocppgw.uaserver.turns import TURN
from tests.uaserver.doors import STEP
from tests.uaserver.test_turns import ItemsCase, deletion


class EndingTests(ItemsCase):
    """What is left of them is forgotten in turns."""

    def test_deletion(self) -> None:
        """Many items make room for others at once, although their end takes some turns."""
        number = self.client.send(self.items())
        self.rest()
        self.client.take(number)
        self.client.ask(deletion(self.subscription))
        self.assertEqual((self.count, self.world.core.monitoring.subjects), (0, ["Toy"]))
        self.rest()
        self.assertEqual(self.world.core.monitoring.subjects, [])

    def test_lettingGo(self) -> None:
        """Each turn of that end frees what it forgot: all at once would hold the thread."""

        def alive() -> int:
            return sum(type(each) is MonitoredItem for each in gc.get_objects())

        number = self.client.send(self.items())
        self.rest()
        self.client.take(number)
        gc.collect()
        before = alive()
        self.client.ask(deletion(self.subscription))
        self.assertTrue(0 < before - alive() < 200)
        self.rest()
        self.assertEqual(before - alive(), 200)

    def test_sessionEnd(self) -> None:
        """All subscriptions of a session that ends have one turn together, however small."""
        (session,) = self.world.core.sessions.all()
        self.ended(lambda _: self.world.core.subscriptions.sessionEnded(session, True))

    def test_deletions(self) -> None:
        """So have those that end by one request."""
        self.ended(lambda ids: self.client.ask(deletion(*ids)))

    def ended(self, end: Callable[[list[int]], object]) -> None:
        """End many subscriptions of an item each at once, and see what is forgotten at once."""
        removed: list[Any] = []
        self.world.core.subscriptions.itemRemoved.append(removed.append)
        self.clock.isPassing = False
        ids = []
        for _ in range(20):
            self.subscription = self.subscribe().SubscriptionId
            ids.append(self.subscription)
            self.client.ask(self.items(1))
        self.clock.isPassing = True
        self.patch(turns, "TURN", 2 * TURN)  # enough for one of them
        end(ids)
        self.assertTrue(0 < len(removed) <= 2 * TURN / STEP + 1)
        self.assertEqual(self.count, 0)
        self.rest()
        self.assertEqual(len(removed), 20)

    def test_namedTwice(self) -> None:
        """A subscription that one request names twice ends once."""
        other = self.subscribe().SubscriptionId
        answer = self.client.ask(deletion(self.subscription, other, self.subscription))
        names = [each.name for each in answer.Results]
        self.assertEqual(names, ["Good", "Good", "BadSubscriptionIdInvalid"])
        self.assertEqual(len(self.world.core.subscriptions), 0)

    def test_leavingIsBounded(self) -> None:
        """Who ends and makes subscriptions faster than they are forgotten has to wait at last."""
        self.clock.isPassing = False
        core = self.world.core
        limits = evolve(Limits(), monitoredItems=30, itemsPerSubscription=20)
        self.patch(core.subscriptions, "_limits", limits)

        def made() -> list[str]:
            results = self.client.ask(self.items(20)).Results
            return [each.StatusCode.name for each in results]

        self.assertEqual(made(), ["Good"] * 20)
        self.clock.isPassing = True
        self.client.ask(deletion(self.subscription))
        self.clock.isPassing = False
        self.assertEqual(self.count, 0)
        left = core.subscriptions._left
        self.assertGreater(left, 10)
        self.subscription = self.subscribe().SubscriptionId
        self.assertEqual(made(), ["Good"] * 20)
        self.clock.isPassing = True
        self.client.ask(deletion(self.subscription))
        self.clock.isPassing = False
        self.subscription = self.subscribe().SubscriptionId
        room = 30 + 20 - core.subscriptions._left
        self.assertLess(room, 20)
        refused = ["BadTooManyMonitoredItems"] * (20 - room)
        self.assertEqual(made(), ["Good"] * room + refused)
        self.rest()
        self.assertEqual((self.count, core.subscriptions._left), (room, 0))

    def test_mistakes(self) -> None:
        """A mistake in one end, or about one item, leaves nothing behind of the others."""
        self.clock.isPassing = False
        other = self.subscribe().SubscriptionId
        self.client.ask(self.items(5))
        self.subscription, first = other, self.subscription
        self.client.ask(self.items(5))
        subscriptions = self.world.core.subscriptions
        told: list[Any] = []

        def wrong(*about: Any) -> None:
            told.append(about)
            if len(told) % 5 == 1:
                raise ValueError("a mistake")

        subscriptions.itemRemoved.insert(0, wrong)
        self.patch(Subscription, "close", wrong)
        self.client.ask(deletion(first, other))
        self.rest()
        self.assertEqual(len(told), 2 + 10)
        self.assertEqual((self.count, len(subscriptions), subscriptions._left), (0, 0, 0))
        failures = self.flushLoggedErrors(ValueError)
        self.assertEqual(len(failures), 3)
