"""Tests of large work in turns."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from opcua import ua
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.turns import SHARE, TURN, Line, Round, Turns
from tests.uaserver.doors import STEP, Passing
from tests.uaserver.subscriptions.case import NUMBER, SubscriptionCase
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import World, browseDescription, readValueId


class TurnsTests(SynchronousTestCase):
    """Work gives way, and goes on."""

    def setUp(self) -> None:
        self.clock = Passing()
        self.clock.isPassing = True
        self.done: list[int] = []
        self.isClosed = False

    def steps(self) -> Generator[None, None, None]:
        try:
            for number in range(100):
                self.done.append(number)
                yield
        except GeneratorExit:
            self.isClosed = True
            raise

    def test_turn(self) -> None:
        """Others have their turn after some steps; all is done in the end, in its order."""
        Turns(self.clock).work(self.steps())
        first = len(self.done)
        self.assertTrue(0 < first <= TURN / STEP + 1)
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        for _ in range(10):
            self.clock.advance(0)
        self.assertEqual(self.done, list(range(100)))
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_oneTurn(self) -> None:
        """What is quick is done at once."""
        self.clock.isPassing = False
        Turns(self.clock).work(self.steps())
        self.assertEqual((len(self.done), self.clock.getDelayedCalls()), (100, []))

    def test_nobodyWantsIt(self) -> None:
        """It ends, and may tidy up, once nobody wants the rest."""
        Turns(self.clock).work(self.steps(), lambda: len(self.done) >= 5)
        self.assertEqual((len(self.done), self.isClosed), (5, True))
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_nobodyWantsItAnyMore(self) -> None:
        """Whom nobody wants after its turn has no further step in the next one."""
        isDone = False
        Turns(self.clock).work(self.steps(), lambda: isDone)
        first, isDone = len(self.done), True
        self.clock.advance(0)
        self.assertEqual((len(self.done), self.isClosed), (first, True))
        self.assertEqual(self.clock.getDelayedCalls(), [])


class WorksCase(SynchronousTestCase):
    """Works with names, which take note of their steps."""

    def setUp(self) -> None:
        self.clock = Passing()
        self.clock.isPassing = True
        self.done: list[str] = []

    def steps(self, name: str, count: int) -> Generator[None, None, None]:
        for _ in range(count):
            self.done.append(name)
            yield


class LineTests(WorksCase):
    """Works that wait for each other."""

    def setUp(self) -> None:
        super().setUp()
        self.line = Line(self.clock)
        self.unwanted: set[str] = set()

    def work(self, name: str, count: int) -> None:
        self.line.work(
            self.steps(name, count),
            lambda: name in self.unwanted,
            lambda: self.done.append(f"{name} ended"),
        )

    def turn(self) -> None:
        """Of all that waits the one turn that there should be."""
        call: Any
        (call,) = self.clock.getDelayedCalls()
        func, args = call.func, call.args
        call.cancel()
        func(*args)

    def test_shared(self) -> None:
        """Many works have no more of a round than one has, and end in their order."""
        for name in "abcd":
            self.work(name, 20)
        first = len(self.done)
        self.assertTrue(0 < first <= TURN / STEP + 1)
        self.turn()
        self.assertTrue(first < len(self.done) <= 2 * (TURN / STEP + 1))
        for _ in range(30):
            self.clock.advance(0)
        wanted = [each for name in "abcd" for each in [*[name] * 20, f"{name} ended"]]
        self.assertEqual(self.done, wanted)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_manySmall(self) -> None:
        """Works without a single step give way to others, too."""
        self.work("a", 20)
        for _ in range(100):
            self.work("b", 0)
        for _ in range(5):
            self.turn()
        self.assertTrue(0 < self.done.count("b ended") < 100)

    def test_nobodyWantsIt(self) -> None:
        """What nobody wants any more ends, begun or not; what comes later is done."""
        self.work("a", 20)
        self.work("b", 20)
        first = len(self.done)
        self.unwanted = {"a", "b"}
        self.clock.advance(0)
        self.assertEqual(self.done[first:], ["a ended", "b ended"])
        self.work("c", 1)
        self.assertEqual(self.done[-2:], ["c", "c ended"])


class RoundTests(WorksCase):
    """Works side by side."""

    def setUp(self) -> None:
        super().setUp()
        self.round = Round(self.clock)

    def work(self, name: str, count: int) -> None:
        self.round.work(self.steps(name, count))

    def wrong(self) -> Generator[None, None, None]:
        yield from self.steps("wrong", 1)
        raise ValueError

    def rest(self) -> None:
        for _ in range(50):
            self.clock.advance(0)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_together(self) -> None:
        """Many works that begin at once have one turn's time, and then others have theirs."""
        for name in "abcd":
            self.work(name, 20)
        self.assertTrue(0 < len(self.done) <= TURN / STEP + 1)
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        self.rest()
        self.assertEqual(sorted(self.done), sorted("abcd" * 20))

    def test_littleDoesNotWait(self) -> None:
        """One step among much work is done after a share of each of the others."""
        for name in ("a", "b", "little"):
            self.work(name, 1 if name == "little" else 200)
        self.rest()
        self.assertTrue(self.done.index("little") <= 2 * (TURN / STEP + SHARE / STEP + 2))

    def test_mistake(self) -> None:
        """One that fails ends alone, and is logged."""
        self.round.work(self.wrong())
        self.work("a", 20)
        self.work("b", 20)
        self.rest()
        self.assertEqual(sorted(self.done), ["a"] * 20 + ["b"] * 20 + ["wrong"])
        self.assertEqual(len(self.flushLoggedErrors(ValueError)), 1)


def modification(itemId: int) -> Any:
    """Another queue for an item."""
    found = ua.MonitoredItemModifyRequest()
    found.MonitoredItemId = itemId
    found.RequestedParameters.QueueSize = 7
    found.RequestedParameters.Filter = None
    return found


class ItemsCase(SubscriptionCase):
    """A client whose requests for many items take more than one turn."""

    def setUp(self) -> None:
        self.clock = Passing()
        self.begin(World(clock=self.clock))
        self.subscription = self.subscribe().SubscriptionId
        self.clock.isPassing = True
        self.addCleanup(setattr, self.clock, "isPassing", False)

    def items(self, number: int = 200) -> Any:
        request = ua.CreateMonitoredItemsRequest()
        asked = request.Parameters
        asked.SubscriptionId = self.subscription
        for _ in range(number):
            item = ua.MonitoredItemCreateRequest()
            item.ItemToMonitor = readValueId(NUMBER)
            item.MonitoringMode = ua.MonitoringMode.Reporting
            item.RequestedParameters.Filter = None
            asked.ItemsToCreate.append(item)
        return request

    def rest(self) -> None:
        """All turns are over."""
        for _ in range(50):
            self.clock.advance(0)

    @property
    def count(self) -> int:
        return self.world.core.subscriptions.itemCount


class LargeRequestTests(ItemsCase):
    """Requests that take more than one turn."""

    def test_othersAreServed(self) -> None:
        """While many items are made another client is answered; then all are there."""
        other = self.world.client()
        number = self.client.send(self.items())
        self.assertIsNone(self.client.take(number))
        self.assertTrue(0 < self.count < 200)
        self.assertTrue(other.read(NUMBER).StatusCode.is_good())
        self.rest()
        results = self.client.take(number).Results
        self.assertEqual((len(results), self.count), (200, 200))
        self.assertTrue(all(each.StatusCode.is_good() for each in results))

    def made(self) -> list[int]:
        """Identifiers of as many items, made before."""
        number = self.client.send(self.items())
        self.rest()
        return [each.MonitoredItemId for each in self.client.take(number).Results]

    def test_changes(self) -> None:
        """So it is while many items are modified, given another mode, and deleted."""
        other, itemIds = self.world.client(), self.made()
        for name in ("ModifyMonitoredItems", "SetMonitoringMode", "DeleteMonitoredItems"):
            request = getattr(ua, f"{name}Request")()
            asked = request.Parameters
            asked.SubscriptionId = self.subscription
            if name == "ModifyMonitoredItems":
                asked.ItemsToModify = [modification(each) for each in itemIds]
            else:
                asked.MonitoredItemIds = [*itemIds, 0]
            number = self.client.send(request)
            self.assertIsNone(self.client.take(number), name)
            self.assertTrue(other.read(NUMBER).StatusCode.is_good())
            self.rest()
            answer = self.client.take(number)
            results = getattr(answer, "Results", None) or answer.Parameters.Results
            names = [getattr(each, "StatusCode", each).name for each in results]
            unknown = [] if name == "ModifyMonitoredItems" else ["BadMonitoredItemIdInvalid"]
            self.assertEqual(names, ["Good"] * len(itemIds) + unknown, name)
        self.assertEqual(self.count, 0)

    def test_cancelled(self) -> None:
        """Items that the client does not want any more are gone, those before are not."""
        self.client.ask(self.items(2))
        number = self.client.send(self.items())
        request = ua.CancelRequest()
        request.Parameters.RequestHandle = 1000 + number - 1
        self.client.ask(request)
        self.rest()
        answer = self.client.take(number)
        self.assertEqual(
            answer.ResponseHeader.ServiceResult.value, ua.StatusCodes.BadRequestCancelledByClient
        )
        self.assertEqual(self.count, 2)

    def test_subscriptionEnds(self) -> None:
        """A subscription that is deleted meanwhile gets no items, and nothing is left over."""
        number = self.client.send(self.items())
        self.client.ask(deletion(self.subscription))
        self.rest()
        answer = self.client.take(number)
        self.assertEqual(
            answer.ResponseHeader.ServiceResult.value, ua.StatusCodes.BadSubscriptionIdInvalid
        )
        self.assertEqual((self.count, self.world.core.monitoring.subjects), (0, []))

    def test_resending(self) -> None:
        """Many values are sent again in turns; items that are deleted meanwhile send nothing."""
        self.clock.isPassing = False
        made = self.client.ask(self.items()).Results
        self.assertEqual(len(self.values(self.published(0.2))), 200)
        self.clock.isPassing = True
        (session,) = self.world.core.sessions.all()
        (subscription,) = self.world.core.subscriptions.of(session)
        items = subscription.items
        self.world.core.monitoring.resend(items)
        self.assertTrue(0 < sum(len(each.queue) for each in items.values()) < 200)
        last = items[made[-1].MonitoredItemId]
        self.world.core.subscriptions.removeItem(subscription, last)
        self.rest()
        self.assertEqual([len(each.queue) for each in items.values()], [1] * 199)
        self.assertEqual(len(last.queue), 0)

    def test_browse(self) -> None:
        """Many nodes are browsed in turns, and answered in their order."""
        request = ua.BrowseRequest()
        request.Parameters.NodesToBrowse = [
            browseDescription(nodeId("Toy") if number % 2 else nodeId("Nobody"))
            for number in range(100)
        ]
        number = self.client.send(request)
        self.assertIsNone(self.client.take(number))
        self.rest()
        codes = [each.StatusCode.is_good() for each in self.client.take(number).Results]
        self.assertEqual(codes, [False, True] * 50)

    def test_publishing(self) -> None:
        """More messages than fit into a turn all come, in their order."""
        self.clock.isPassing = False
        self.client.ask(self.items(100))
        limited = self.subscribe(most=1).SubscriptionId
        self.subscription = limited
        self.client.ask(self.items(19))
        self.clock.isPassing = True
        waiting = [self.client.send(ua.PublishRequest()) for _ in range(20)]
        self.world.pass_(0.2)
        self.rest()
        sequences = [
            answer.Parameters.NotificationMessage.SequenceNumber
            for answer in map(self.client.take, waiting)
            if answer is not None and answer.Parameters.SubscriptionId == limited
        ]
        self.assertEqual(sequences, list(range(1, 20)))


def deletion(*identifiers: int) -> Any:
    """A DeleteSubscriptions request."""
    request = ua.DeleteSubscriptionsRequest()
    request.Parameters.SubscriptionIds = list(identifiers)
    return request
