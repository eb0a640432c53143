"""Tests of what recurs: subscriptions of one interval have their turn at the same time."""

from __future__ import annotations

from typing import Any

from opcua import ua
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.subscriptions.cycles import Cycles
from ocppgw.uaserver.turns import TURN
from tests.uaserver.doors import STEP, Passing
from tests.uaserver.subscriptions.case import NUMBER, items
from tests.uaserver.subscriptions.test_mixedqueues import LAST, MixedCase
from tests.uaserver.subscriptions.test_sampling import SamplingCase


class Member:
    """A subscription that only counts its cycles."""

    def __init__(self, *samplers: Any) -> None:
        self.samplers = dict.fromkeys(samplers, 1)
        self.count = 0

    def cycle(self) -> None:
        """One more."""
        self.count += 1


class Sampler:
    """Looks until a test says that it has."""

    def __init__(self) -> None:
        self.waiting: list[Any] = []

    def sample(self, done: Any) -> None:
        """Have all items look."""
        self.waiting.append(done)


class CycleTests(SynchronousTestCase):
    """Cycles of one second."""

    def setUp(self) -> None:
        self.clock = Passing()
        self.cycles = Cycles(self.clock)

    def join(self, *samplers: Any) -> Any:
        """A new member, with items that these sample."""
        member: Any = Member(*samplers)
        self.cycles.of(1000.0).join(member)
        return member

    def counts(self, *members: Any) -> list[int]:
        """How many cycles each had."""
        return [each.count for each in members]

    def test_together(self) -> None:
        """Who joins later has its first cycle with those that are there."""
        first = self.join()
        self.clock.advance(0.75)
        second = self.join()
        self.clock.advance(0.25)
        self.assertEqual(self.counts(first, second), [1, 1])
        self.clock.advance(0.75)
        self.assertEqual(self.counts(first, second), [1, 1])
        self.clock.advance(0.25)
        self.assertEqual(self.counts(first, second), [2, 2])

    def test_otherInterval(self) -> None:
        """Each interval has cycles of its own."""
        first = self.join()
        other: Any = Member()
        self.cycles.of(500.0).join(other)
        for _ in range(4):
            self.clock.advance(0.25)
        self.assertEqual(self.counts(first, other), [1, 2])

    def test_sampledFirst(self) -> None:
        """Who has items that are sampled waits until they have looked; others do not."""
        sampler: Any = Sampler()
        sampled, plain = self.join(sampler), self.join()
        self.cycles.of(1000.0).have(sampler)
        self.clock.advance(1.0)
        self.assertEqual(self.counts(sampled, plain), [0, 1])
        [done] = sampler.waiting
        done()
        self.assertEqual(self.counts(sampled, plain), [1, 1])

    def test_sampledElsewhere(self) -> None:
        """Who has items that another interval was promised for has them look in each cycle, too."""
        own, other = Sampler(), Sampler()
        member = self.join(own, other)
        self.cycles.of(1000.0).have(own)  # type: ignore[arg-type]
        self.clock.advance(1.0)
        for sampler in (other, own):
            self.assertEqual(member.count, 0)
            [done] = sampler.waiting
            done()
        self.assertEqual(member.count, 1)

    def test_goneMeanwhile(self) -> None:
        """Who leaves while the items look has no cycle more."""
        sampler: Any = Sampler()
        gone, left = self.join(sampler), self.join(sampler)
        self.cycles.of(1000.0).have(sampler)
        self.clock.advance(1.0)
        self.cycles.of(1000.0).leave(gone)
        for done in sampler.waiting:
            done()
        self.assertEqual(self.counts(gone, left), [0, 1])

    def test_inTurns(self) -> None:
        """Many do not hold the thread: others have their turn in between."""
        sampler: Any = Sampler()
        members = [self.join(sampler) for _ in range(100)]
        self.cycles.of(1000.0).have(sampler)
        self.clock.advance(1.0)
        [done] = sampler.waiting
        self.clock.isPassing = True
        done()
        self.assertTrue(0 < sum(self.counts(*members)) <= TURN / STEP + 1)
        for _ in range(50):
            self.clock.advance(0)
        self.assertEqual(self.counts(*members), [1] * 100)

    def test_nobodyLeft(self) -> None:
        """Nothing is waited for once the last one left; who comes then begins anew."""
        first, second = self.join(), self.join()
        sampler: Any = Sampler()
        cycle = self.cycles.of(1000.0)
        cycle.have(sampler)
        for each in (first, second):
            cycle.leave(each)
            self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        cycle.have(None)
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.clock.advance(0.5)
        third = self.join()
        self.clock.advance(0.75)
        self.assertEqual(self.counts(first, second, third), [0, 0, 0])
        self.clock.advance(0.25)
        self.assertEqual(self.counts(first, second, third), [0, 0, 1])


class SharedLookTests(SamplingCase):
    """Several subscriptions with the same interval that monitor the same node."""

    def setUp(self) -> None:
        super().setUp()
        self.world.pass_(0.05)
        self.others = [self.subscribe().SubscriptionId for _ in range(2)]
        for each in (self.subscriptionId, *self.others):
            self.monitor(each, NUMBER)

    def test_oneLook(self) -> None:
        """One look, and one value, for all of them; each is told of it at the same time."""
        waiting = [self.publish() for _ in range(3)]
        self.world.pass_(0.05)
        self.assertTrue(all(map(self.client.take, waiting)))
        self.assertEqual([name for name, _ in self.world.changes.followed], ["Toy"])
        made = self.looks()
        waiting = [self.publish() for _ in range(3)]
        self.change(2.0, 3.0)
        self.world.pass_(0.1)
        told = [self.client.take(each).Parameters for each in waiting]
        self.assertEqual(made, [3.0])
        self.assertEqual([self.values(each) for each in told], [[(1, 3.0)]] * 3)
        identifiers = {each.SubscriptionId for each in told}
        self.assertEqual(identifiers, {self.subscriptionId, *self.others})

    def test_ownTimestamps(self) -> None:
        """Each has the timestamps that it asked for, although the value is made once."""
        self.monitor(self.others[0], NUMBER, stamps=int(ua.TimestampsToReturn.Neither))
        self.monitor(self.others[1], NUMBER, stamps=int(ua.TimestampsToReturn.Source))
        waiting = [self.publish() for _ in range(3)]
        self.world.pass_(0.05)
        waiting += [self.publish() for _ in range(3)]
        self.change(2.0)
        self.world.pass_(0.1)
        stamps = [
            (each.Value.SourceTimestamp is not None, each.Value.ServerTimestamp is not None)
            for number in waiting[3:]
            for each in items(self.client.take(number).Parameters)
        ]
        expected = [(True, True)] * 3 + [(False, False), (True, False)]
        self.assertEqual(sorted(stamps), sorted(expected))

    def test_oneEnds(self) -> None:
        """The end of one is none of the others, and the last one leaves nothing behind."""
        for each in (self.subscriptionId, *self.others):
            self.change(2.0)
            self.assertEqual(self.values(self.published()), [(1, 2.0)])
            self.change(1.5)
            request = ua.DeleteSubscriptionsRequest()
            request.Parameters.SubscriptionIds = [each]
            self.client.ask(request)
        self.assertEqual(self.world.changes.followed, [])


class TwoPacesTests(MixedCase):
    """Items of one subscription that are sampled at two paces, since its interval was changed."""

    def test_lastOfTwoPaces(self) -> None:
        """What is notified last has nothing older beside it, or behind it."""
        self.begun(400.0)
        self.monitor(self.subscriptionId, NUMBER)
        request = ua.ModifySubscriptionRequest()
        asked = request.Parameters
        asked.SubscriptionId = self.subscriptionId
        asked.RequestedPublishingInterval = 100.0
        asked.RequestedMaxKeepAliveCount, asked.RequestedLifetimeCount = 5, 1000
        self.client.ask(request)
        self.monitor(self.subscriptionId, LAST)
        self.published()
        for number in (2.0, 3.0, 4.0, 5.0, 6.0):
            self.change(number)
            told = [value for _, value in self.values(self.published())]
            self.assertEqual(told, [number, number])
