"""What the tests of subscriptions share: a client that subscribes and publishes."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.settings import ServerSettings
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import World

NUMBER = nodeId("Toy/Number")
BAD = int(ua.StatusCodes.BadNoCommunication)


def worldWith(**limits: int) -> World:
    """A server with other limits than usual."""
    return World(ServerSettings(limits=evolve(Limits(), **limits)))


def dataChangeFilter(trigger: int = 1, deadband: tuple[int, float] = (0, 0.0)) -> Any:
    """A DataChangeFilter."""
    found = ua.DataChangeFilter()
    found.Trigger = ua.DataChangeTrigger(trigger)
    found.DeadbandType, found.DeadbandValue = deadband
    return found


class SubscriptionCase(TestCase):
    def setUp(self) -> None:
        self.begin(World())

    def begin(self, world: World) -> None:
        """Work with this server."""
        self.world = world
        self.client = world.client()

    def subscribe(self, interval: float = 100.0, **more: Any) -> Any:
        """CreateSubscription; gives the parameters of the response."""
        request = ua.CreateSubscriptionRequest()
        asked = request.Parameters
        asked.RequestedPublishingInterval = interval
        asked.RequestedMaxKeepAliveCount = more.get("keepAlive", 5)
        asked.RequestedLifetimeCount = more.get("lifetime", 15)
        asked.MaxNotificationsPerPublish = more.get("most", 0)
        asked.PublishingEnabled = more.get("enabled", True)
        asked.Priority = more.get("priority", 0)
        return self.client.ask(request).Parameters

    def monitor(self, subscriptionId: int, *nodeIds: Any, **more: Any) -> list[Any]:
        """CreateMonitoredItems; client handles are 1, 2, 3 .."""
        request = ua.CreateMonitoredItemsRequest()
        asked = request.Parameters
        asked.SubscriptionId = subscriptionId
        asked.TimestampsToReturn = ua.TimestampsToReturn(more.get("stamps", 2))
        for handle, each in enumerate(nodeIds, 1):
            item = ua.MonitoredItemCreateRequest()
            item.ItemToMonitor.NodeId = each
            item.ItemToMonitor.AttributeId = more.get("attributeId", 13)
            item.ItemToMonitor.IndexRange = more.get("indexRange")
            item.MonitoringMode = ua.MonitoringMode(more.get("mode", 2))
            item.RequestedParameters = self.parameters(handle, **more)
            asked.ItemsToCreate.append(item)
        found: list[Any] = self.client.ask(request).Results
        return found

    def parameters(self, handle: int, **more: Any) -> Any:
        """MonitoringParameters."""
        found = ua.MonitoringParameters()
        found.ClientHandle = handle
        found.SamplingInterval = more.get("sampling", -1.0)
        found.QueueSize = more.get("queue", 1)
        found.DiscardOldest = more.get("oldest", True)
        found.Filter = more.get("filter")
        return found

    def publish(self, *acknowledged: tuple[int, int]) -> int:
        """Send a Publish request; gives its request id."""
        request = ua.PublishRequest()
        for subscriptionId, sequence in acknowledged:
            each = ua.SubscriptionAcknowledgement()
            each.SubscriptionId, each.SequenceNumber = subscriptionId, sequence
            request.Parameters.SubscriptionAcknowledgements.append(each)
        return self.client.send(request)

    def published(self, seconds: float = 0.1) -> Any:
        """Publish, let time pass, and give the answer."""
        number = self.publish()
        self.world.pass_(seconds)
        answer = self.client.take(number)
        self.assertIsNotNone(answer, "not published")
        return answer.Parameters

    def values(self, parameters: Any) -> list[Any]:
        """(client handle, value) of all notifications."""
        return [(each.ClientHandle, each.Value.Value.Value) for each in items(parameters)]


def items(parameters: Any) -> list[Any]:
    """The MonitoredItemNotifications of a Publish response."""
    data = parameters.NotificationMessage.NotificationData
    return [each for part in data for each in part.MonitoredItems]
