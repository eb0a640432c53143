"""A subscription goes on in another session, and its data can be had again."""

from __future__ import annotations

from typing import Any

from opcua import ua

from tests.conformance import shows
from tests.uaserver.subscriptions.case import NUMBER, SubscriptionCase, worldWith
from tests.uaserver.toy import ToyRecord, nodeId
from tests.uaserver.wire import FaultReceived, WireClient

RESEND_DATA, GET_MONITORED_ITEMS, SERVER = 12873, 11492, 2253


class TransferCase(SubscriptionCase):
    def transfer(self, client: WireClient, *subscriptionIds: int, initial: bool = False) -> Any:
        """TransferSubscriptions; gives the results."""
        request = ua.TransferSubscriptionsRequest()
        request.Parameters.SubscriptionIds = list(subscriptionIds)
        request.Parameters.SendInitialValues = initial
        return client.ask(request).Parameters.Results

    def codes(self, results: Any) -> list[str]:
        return [each.StatusCode.name for each in results]

    def prepared(self) -> int:
        """A subscription that has told its first value."""
        subscriptionId: int = self.subscribe().SubscriptionId
        self.monitor(subscriptionId, NUMBER, queue=10)
        self.published()
        return subscriptionId


class TransferTests(TransferCase):
    @shows("TransferSubscriptions")
    def test_goesOn(self) -> None:
        """What was not acknowledged can be asked for, and what changes comes to the new one."""
        subscriptionId = self.prepared()
        other = self.world.client()
        [result] = self.transfer(other, subscriptionId)
        self.assertEqual(result.StatusCode.name, "Good")
        self.assertEqual(result.AvailableSequenceNumbers, [1])
        self.client = other
        self.world.tell(ToyRecord(9.5))
        self.assertEqual(self.values(self.published()), [(1, 9.5)])

    def test_oldSessionIsTold(self) -> None:
        """The session that loses it hears GoodSubscriptionTransferred, then has none left."""
        subscriptionId = self.prepared()
        waiting = [self.publish(), self.publish()]
        self.transfer(self.world.client(), subscriptionId)
        [told] = self.client.take(waiting[0]).Parameters.NotificationMessage.NotificationData
        self.assertEqual(told.Status.name, "GoodSubscriptionTransferred")
        refused = self.client.take(waiting[1]).ResponseHeader.ServiceResult
        self.assertEqual(refused.name, "BadNoSubscription")

    @shows("Subscription Transfer")
    def test_initialValues(self) -> None:
        """SendInitialValues has the present values sent again, without it nothing is repeated."""
        subscriptionId = self.prepared()
        self.client = self.world.client()
        self.transfer(self.client, subscriptionId, initial=True)
        self.assertEqual(self.values(self.published()), [(1, 1.5)])

    @shows("CloseSession")
    def test_afterItsSessionClosed(self) -> None:
        """It survives CloseSession(DeleteSubscriptions=false) and is taken over by its owner."""
        subscriptionId = self.prepared()
        request = ua.CloseSessionRequest()
        request.DeleteSubscriptions = False
        self.client.ask(request)
        self.world.tell(ToyRecord(7.0))
        self.client = self.world.client()
        self.assertEqual(self.codes(self.transfer(self.client, subscriptionId)), ["Good"])
        self.assertEqual(self.values(self.published()), [(1, 7.0)])

    def test_nobodyElses(self) -> None:
        """Another user's subscription is refused, an unknown one is unknown."""
        subscriptionId = self.prepared()
        stranger = self.world.client(host="127.0.0.2")
        results = self.transfer(stranger, subscriptionId, subscriptionId + 1)
        self.assertEqual(self.codes(results), ["BadUserAccessDenied", "BadSubscriptionIdInvalid"])

    def test_toItself(self) -> None:
        """Who has it already keeps it, and hears no goodbye."""
        subscriptionId = self.prepared()
        self.assertEqual(self.codes(self.transfer(self.client, subscriptionId)), ["Good"])
        self.world.tell(ToyRecord(3.0))
        self.assertEqual(self.values(self.published()), [(1, 3.0)])

    def test_limit(self) -> None:
        """A session gets no more subscriptions by transfer than it could make."""
        self.begin(worldWith(subscriptionsPerSession=1))
        subscriptionId = self.prepared()
        self.client = self.world.client()
        self.subscribe()
        results = self.transfer(self.client, subscriptionId)
        self.assertEqual(self.codes(results), ["BadTooManySubscriptions"])

    def test_nothingToDo(self) -> None:
        """A request without subscriptions is refused."""
        fault = self.assertRaises(FaultReceived, self.transfer, self.client)
        self.assertEqual(fault.code, ua.StatusCodes.BadNothingToDo)


class ServerMethodTests(TransferCase):
    def call(self, method: int, subscriptionId: int, client: Any = None) -> Any:
        """Call a method of the Server object."""
        asked = ua.CallMethodRequest()
        asked.ObjectId, asked.MethodId = ua.NodeId(SERVER), ua.NodeId(method)
        asked.InputArguments = [ua.Variant(subscriptionId, ua.VariantType.UInt32)]
        request = ua.CallRequest()
        request.Parameters.MethodsToCall = [asked]
        return (client or self.client).ask(request).Results[0]

    @shows("Base Info GetMonitoredItems Method")
    def test_getMonitoredItems(self) -> None:
        """GetMonitoredItems tells the handles of both sides."""
        subscriptionId = self.subscribe().SubscriptionId
        made = self.monitor(subscriptionId, NUMBER, nodeId("Toy/Text"))
        found = self.call(GET_MONITORED_ITEMS, subscriptionId)
        handles = [each.Value for each in found.OutputArguments]
        self.assertEqual(handles, [[each.MonitoredItemId for each in made], [1, 2]])

    @shows("Base Info ResendData Method")
    def test_resendData(self) -> None:
        """ResendData has every reporting item tell its present value again."""
        subscriptionId = self.prepared()
        self.monitor(subscriptionId, nodeId("Toy/Text"), mode=1)
        self.assertEqual(self.call(RESEND_DATA, subscriptionId).StatusCode.name, "Good")
        self.assertEqual(self.values(self.published()), [(1, 1.5)])

    def test_foreignSubscriptions(self) -> None:
        """Neither works on another session's subscription, or on none."""
        subscriptionId = self.prepared()
        other = self.world.client()
        for method in (GET_MONITORED_ITEMS, RESEND_DATA):
            found = self.call(method, subscriptionId, other)
            self.assertEqual(found.StatusCode.name, "BadUserAccessDenied")
            found = self.call(method, subscriptionId + 1)
            self.assertEqual(found.StatusCode.name, "BadSubscriptionIdInvalid")

    def test_executable(self) -> None:
        """Both say that they can be called."""
        for method in (GET_MONITORED_ITEMS, RESEND_DATA):
            for attribute in (21, 22):
                value = self.client.read(ua.NodeId(method), attribute).Value.Value
                self.assertIs(value, True)
