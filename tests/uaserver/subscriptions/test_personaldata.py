"""Tests of monitored items that not everybody may see."""

from __future__ import annotations

from typing import Any

from opcua import ua

from ocppgw.access.roles import Role
from ocppgw.uaserver.settings import ServerSettings
from tests.uaserver.subscriptions.case import NUMBER, SubscriptionCase, items
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import FaultReceived, WireClient, World


class PersonalDataTests(SubscriptionCase):
    def setUp(self) -> None:
        self.asked: list[Any] = []
        world = World(
            ServerSettings(anonymousRemote=Role.observer),
            authenticate=lambda *args: self.asked.append(args),
        )
        self.world = world

    def observed(self, client: WireClient) -> Any:
        self.client = client
        self.monitor(self.subscribe().SubscriptionId, nodeId("Toy/Secret"))
        return items(self.published())[0].Value

    def takeOver(self, client: WireClient) -> None:
        """An observer takes the session over."""
        request = ua.ActivateSessionRequest()
        request.Parameters.UserIdentityToken = client.password("anna", b"secret")
        client.send(request)
        self.asked.pop()[3](Role.observer)

    def test_observer(self) -> None:
        """An item on personal data is made for an observer, and tells that it may not be seen."""
        value = self.observed(self.world.client("192.0.2.1"))
        self.assertEqual(value.StatusCode.name, "BadUserAccessDenied")
        self.assertIsNone(value.Value.Value)
        self.world.tell(self.world.space.change(number=2.0))
        number = self.publish()
        self.world.pass_(0.3)
        self.assertIsNone(self.client.take(number))

    def test_userChanges(self) -> None:
        """When another user takes the session over, items tell what that one may see."""
        client = self.world.client()
        self.assertEqual(self.observed(client).Value.Value, "secret")
        self.takeOver(client)
        value = items(self.published())[0].Value
        self.assertEqual(value.StatusCode.name, "BadUserAccessDenied")

    def test_userChangesBeforeItIsTold(self) -> None:
        """What was not told yet when the user changed is told to nobody who may not see it."""
        secret: Any = self.world.space.find(nodeId("Toy/Secret"))
        secret.valueFrom = self.world.space.find(nodeId("Toy/Text")).valueFrom
        self.client = self.world.client()
        for queue in (1, 5):
            subscription = self.subscribe().SubscriptionId
            self.monitor(subscription, NUMBER, nodeId("Toy/Secret"), queue=queue)
            self.published()
        self.world.core.monitoring.arrived = lambda: None  # type: ignore[method-assign]
        self.world.tell(self.world.space.change(number=2.0, text="personal"))
        self.takeOver(self.client)
        for _ in range(2):
            told = {each.Value.Value.Value for each in items(self.published())}
            self.assertEqual(told, {2.0, None})

    def changed(self) -> None:
        """The secret becomes that of a person, and items have looked."""
        self.world.tell(self.world.space.change(text="a person"))
        self.world.pass_(0.3)

    def revealed(self) -> Any:
        """A secret that changes with the text."""
        secret: Any = self.world.space.find(nodeId("Toy/Secret"))
        secret.valueFrom = self.world.space.find(nodeId("Toy/Text")).valueFrom
        return secret.nodeId

    def test_userChangesAfterItWasSampled(self) -> None:
        """What waits in a queue when the user changes is told to nobody who may not see it."""
        secret = self.revealed()
        for queue in (1, 5):
            self.client = self.world.client()
            self.monitor(self.subscribe().SubscriptionId, secret, queue=queue)
            self.published()
            self.changed()
            self.takeOver(self.client)
            told = [each.Value.StatusCode.name for each in items(self.published(0.3))]
            self.assertEqual(told, ["BadUserAccessDenied"])
            self.world.tell(self.world.space.change(text="nobody"))

    def test_userChangesAfterItWasSent(self) -> None:
        """What was told to one user is not told again to another who may not see it."""
        self.client = self.world.client()
        subscriptionId = self.subscribe().SubscriptionId
        self.monitor(subscriptionId, nodeId("Toy/Secret"))
        sequence = self.published().NotificationMessage.SequenceNumber
        self.takeOver(self.client)
        request = ua.RepublishRequest()
        request.Parameters.SubscriptionId = subscriptionId
        request.Parameters.RetransmitSequenceNumber = sequence
        refused = self.assertRaises(FaultReceived, self.client.ask, request)
        self.assertEqual(str(refused), "BadMessageNotAvailable")

    def loggedIn(self, role: Role) -> WireClient:
        """A client whose user has this role by now."""
        client = self.world.dial()
        client.hello()
        client.open()
        client.createSession()
        request = ua.ActivateSessionRequest()
        request.Parameters.UserIdentityToken = client.password("anna", b"secret")
        number = client.send(request)
        self.asked.pop()[3](role)
        client.nonce = client.take(number).Parameters.ServerNonce
        return client

    def test_userMaySeeLessInTheNextSession(self) -> None:
        """What waits in a subscription is judged anew before another session gets any of it."""
        self.client = self.loggedIn(Role.operator)
        subscriptionId = self.subscribe().SubscriptionId
        self.monitor(subscriptionId, self.revealed())
        self.published()
        self.changed()
        closing = ua.CloseSessionRequest()
        closing.DeleteSubscriptions = False
        self.client.ask(closing)
        self.client = self.loggedIn(Role.observer)
        self.subscribe(keepAlive=100)
        self.published()  # the first message of the subscription that keeps requests waiting
        number = self.publish()
        request = ua.TransferSubscriptionsRequest()
        request.Parameters.SubscriptionIds = [subscriptionId]
        [result] = self.client.ask(request).Parameters.Results
        self.assertEqual(result.StatusCode.name, "Good")
        self.world.pass_(0.3)
        told = [each.Value.StatusCode.name for each in items(self.client.take(number).Parameters)]
        self.assertEqual(told, ["BadUserAccessDenied"])

    def test_writeOnly(self) -> None:
        """What nobody may read is monitored by nobody."""
        self.client = self.world.client()
        self.monitor(self.subscribe().SubscriptionId, nodeId("Toy/Hidden"))
        value = items(self.published())[0].Value
        self.assertEqual(value.StatusCode.name, "BadNotReadable")
