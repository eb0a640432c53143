"""Monitored items for events, over the wire."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from opcua import ua

from ocppgw.access.roles import Role
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.settings import ServerSettings
from tests.conformance import shows
from tests.uaserver.events.case import EVENT_NOTIFIER, EventCase, eventFilter, literal, operand
from tests.uaserver.subscriptions.case import NUMBER, worldWith
from tests.uaserver.toy import DEVICE_FAILURE, SERVER, ToyRecord
from tests.uaserver.wire import World

GREATER, OF_TYPE = 2, 14
OVERFLOW = ua.NodeId(3035)


class EventItemTests(EventCase):
    @shows("Monitor Events")
    def test_selectedFields(self) -> None:
        """An event has the fields that the client selected, in its order, null where none is."""
        self.listen("Message", "Severity", "Nothing", operand("SourceName", indexRange="0:1"))
        self.world.happen(7)
        [[message, severity, nothing, part]] = self.told()
        self.assertEqual((message.Text, severity), ("number 7", 7))
        self.assertEqual((nothing, part), (None, "To"))

    def test_eventIds(self) -> None:
        """Each event has its own EventId, the same for everybody."""
        self.listen("EventId")
        self.monitor(
            self.subscriptionId, SERVER, attributeId=EVENT_NOTIFIER, filter=eventFilter("EventId")
        )
        self.world.happen(1, 2)
        told = [fields[0] for fields in self.told()]
        self.assertEqual((len(told), len(set(told))), (4, 2))

    def test_typeOfOperand(self) -> None:
        """A field of a type that the event is not of is null."""
        self.listen(
            operand("Severity", typeId=DEVICE_FAILURE), operand("Severity", typeId=OVERFLOW)
        )
        self.world.happen(5)
        self.assertEqual(self.told(), [[5, None]])

    def test_where(self) -> None:
        """Only what the where clause lets pass is told."""
        self.listen(where=((GREATER, (operand("Severity"), literal(10))),))
        self.world.happen(9, 10, 11, 500)
        self.assertEqual(self.severities(), [11, 500])

    def test_personalFields(self) -> None:
        """Who may not see persons gets null for fields about them."""
        for role, expected in ((Role.observer, None), (Role.operator, "a person")):
            self.begin(World(ServerSettings(anonymousLoopback=role)))
            self.listen(operand("IdTag", namespace=2))
            self.world.happen(1)
            self.assertEqual(self.told(), [[expected]])

    def test_userMaySeeLess(self) -> None:
        """
        What waits when another user takes the session over, who may not see persons, is told as
        lost; one who may gets it.
        """
        for role, expected in ((Role.observer, [None]), (Role.operator, ["a person"])):
            asked: list[Any] = []
            settings = ServerSettings(anonymousLoopback=Role.operator)
            self.begin(World(settings, authenticate=lambda *args: asked.append(args)))  # noqa: B023
            self.listen(operand("IdTag", namespace=2))
            self.world.happen(1)
            request = ua.ActivateSessionRequest()
            request.Parameters.UserIdentityToken = self.client.password("anna", b"secret")
            self.client.send(request)
            asked.pop()[3](role)
            self.assertEqual(self.told(), [expected])

    def test_valuesAndEventsTogether(self) -> None:
        """One subscription reports values and events."""
        self.listen()
        self.monitor(self.subscriptionId, NUMBER)
        self.published()
        self.world.tell(ToyRecord(8.0))
        self.world.happen(3)
        kinds = [type(part) for part in self.published().NotificationMessage.NotificationData]
        self.assertEqual(kinds, [ua.DataChangeNotification, ua.EventNotificationList])

    def test_moreNotifications(self) -> None:
        """A message has no more events than agreed; the rest follows at once."""
        self.subscriptionId = self.subscribe(most=2).SubscriptionId
        self.monitor(
            self.subscriptionId, SERVER, attributeId=EVENT_NOTIFIER, filter=eventFilter("Severity")
        )
        self.world.happen(1, 2, 3)
        first = self.published()
        self.assertTrue(first.MoreNotifications)
        self.assertEqual(self.severities(), [3])

    def test_modes(self) -> None:
        """A disabled item misses events, a sampling one keeps them until it reports."""
        made = self.listen(mode=0)
        self.world.happen(1)
        for mode in (1, 2):
            request = ua.SetMonitoringModeRequest()
            request.Parameters.SubscriptionId = self.subscriptionId
            request.Parameters.MonitoringMode = ua.MonitoringMode(mode)
            request.Parameters.MonitoredItemIds = [made.MonitoredItemId]
            self.client.ask(request)
            self.world.happen(10 + mode)
        self.assertEqual(self.severities(), [11, 12])

    def test_modify(self) -> None:
        """Another filter holds from now on."""
        made = self.listen()
        change = ua.MonitoredItemModifyRequest()
        change.MonitoredItemId = made.MonitoredItemId
        change.RequestedParameters = self.parameters(1, filter=eventFilter("SourceName"))
        request = ua.ModifyMonitoredItemsRequest()
        request.Parameters.SubscriptionId = self.subscriptionId
        request.Parameters.TimestampsToReturn = ua.TimestampsToReturn(2)
        request.Parameters.ItemsToModify = [change]
        [result] = self.client.ask(request).Results
        self.assertEqual(result.StatusCode.name, "Good")
        self.world.happen(1)
        self.assertEqual(self.told(), [["Toy"]])

    @shows("DeleteSubscriptions")
    def test_listensOnlyWhileNeeded(self) -> None:
        """Nothing is collected before the first item and after the last."""
        self.assertFalse(self.world.happenings.isListening)
        self.listen()
        self.assertTrue(self.world.happenings.isListening)
        request = ua.DeleteSubscriptionsRequest()
        request.Parameters.SubscriptionIds = [self.subscriptionId]
        self.client.ask(request)
        self.assertFalse(self.world.happenings.isListening)
        self.assertEqual(len(self.world.core.events), 0)


class OverflowTests(EventCase):
    def overflowing(self, oldest: bool) -> list[object]:
        self.begin(worldWith(eventQueueMin=2))
        self.listen("Severity", "EventType", oldest=oldest)
        self.world.happen(1, 2, 3)
        return ["lost" if kind == OVERFLOW else number for number, kind in self.told()]

    @shows("Base Info EventQueueOverflow EventType")
    def test_discardOldest(self) -> None:
        """The oldest gave way; that some are lost is told before those that are left."""
        self.assertEqual(self.overflowing(oldest=True), ["lost", 2, 3])

    def test_discardNewest(self) -> None:
        """The newest was left out; that is told behind those that came before."""
        self.assertEqual(self.overflowing(oldest=False), [1, 2, "lost"])

    def test_lostElsewhere(self) -> None:
        """Events that were lost on their way are told as lost, too, past any where clause."""
        self.listen(
            "EventType", "Severity", where=((GREATER, (operand("Severity"), literal(999))),)
        )
        self.world.happen(1, lost=5)
        self.assertEqual(self.told(), [[OVERFLOW, 600]])

    def test_queueSizes(self) -> None:
        """A queue is never so short that one event drives out the other."""
        limits = Limits()
        bounds = {1: limits.eventQueueMin, 500: 500, 2**32 - 1: limits.eventQueueMax}
        for asked, given in bounds.items():
            self.assertEqual(self.listen(queue=asked).RevisedQueueSize, given)


class RefusalTests(EventCase):
    def refusal(self, asked: object, on: object = SERVER) -> str:
        self.subscriptionId = self.subscribe().SubscriptionId
        [self.result] = self.monitor(
            self.subscriptionId, on, attributeId=EVENT_NOTIFIER, filter=asked
        )
        return str(self.result.StatusCode.name)

    def test_noNotifier(self) -> None:
        """A node without events says so."""
        self.assertEqual(self.refusal(eventFilter(), ua.NodeId(85)), "BadNotSupported")

    def test_otherFilters(self) -> None:
        """Events need an EventFilter."""
        self.assertEqual(self.refusal(None), "BadEventFilterInvalid")
        self.assertEqual(self.refusal(ua.DataChangeFilter()), "BadFilterNotAllowed")

    def test_wrongClauses(self) -> None:
        """The filter result names each clause that makes no sense."""
        wrongType = operand("Severity", typeId=ua.NodeId(58))
        nameless = operand("")
        asked = eventFilter("Severity", wrongType, nameless, operand("Time", indexRange="x"))
        asked.WhereClause = eventFilter(where=((OF_TYPE, (literal(1),)),)).WhereClause
        self.assertEqual(self.refusal(asked), "BadEventFilterInvalid")
        found = self.result.FilterResult
        self.assertEqual(
            [each.name for each in found.SelectClauseResults],
            ["Good", "BadTypeDefinitionInvalid", "BadBrowseNameInvalid", "BadIndexRangeInvalid"],
        )
        [where] = found.WhereClauseResult.ElementResults
        self.assertEqual(where.StatusCode.name, "BadFilterOperandInvalid")

    def test_tooMany(self) -> None:
        """Clauses, elements and items are bounded."""
        limits = evolve(Limits(), selectClauses=2, filterElements=2, eventItems=1)
        self.begin(World(ServerSettings(limits=limits)))
        self.assertEqual(self.refusal(eventFilter("A", "B", "C")), "BadEventFilterInvalid")
        isNull = (1, (operand("Time"),))
        asked = eventFilter(where=(isNull, isNull, isNull))
        self.assertEqual(self.refusal(asked), "BadEventFilterInvalid")
        self.assertEqual(self.refusal(eventFilter()), "Good")
        self.assertEqual(self.refusal(eventFilter()), "BadTooManyMonitoredItems")
