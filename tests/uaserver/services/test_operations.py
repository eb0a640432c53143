"""No service takes more operations than the limit; nobody else notices who asks for more."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.settings import ServerSettings
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import FaultReceived, World, browseDescription, readValueId

LIMIT = 3
TEXT = nodeId("Toy/Text")

LISTS: tuple[tuple[str, str, Any], ...] = (
    ("Read", "NodesToRead", readValueId(TEXT)),
    ("Write", "NodesToWrite", ua.WriteValue()),
    ("Call", "MethodsToCall", ua.CallMethodRequest()),
    ("Browse", "NodesToBrowse", browseDescription(TEXT)),
    ("BrowseNext", "ContinuationPoints", b"x"),
    ("TranslateBrowsePathsToNodeIds", "BrowsePaths", ua.BrowsePath()),
    ("RegisterNodes", "NodesToRegister", TEXT),
    ("UnregisterNodes", "NodesToUnregister", TEXT),
    ("HistoryRead", "NodesToRead", ua.HistoryReadValueId()),
    ("CreateMonitoredItems", "ItemsToCreate", ua.MonitoredItemCreateRequest()),
    ("ModifyMonitoredItems", "ItemsToModify", ua.MonitoredItemModifyRequest()),
    ("SetMonitoringMode", "MonitoredItemIds", 1),
    ("DeleteMonitoredItems", "MonitoredItemIds", 1),
    ("SetTriggering", "LinksToAdd", 1),
    ("SetPublishingMode", "SubscriptionIds", 1),
    ("DeleteSubscriptions", "SubscriptionIds", 1),
    ("TransferSubscriptions", "SubscriptionIds", 1),
)
"""Service, its list, and an element of it."""


class OperationTests(TestCase):
    def setUp(self) -> None:
        self.world = World(ServerSettings(limits=evolve(Limits(), operations=LIMIT)))
        self.client = self.world.client()
        created = self.client.ask(ua.CreateSubscriptionRequest()).Parameters
        self.subscriptionId = created.SubscriptionId

    def outcome(self, name: str, field: str, element: Any, count: int) -> str:
        """What a request with so many operations is answered as a whole."""
        request = getattr(ua, f"{name}Request")()
        holder = request.Parameters if hasattr(request, "Parameters") else request
        if hasattr(holder, "SubscriptionId"):
            holder.SubscriptionId = self.subscriptionId
        if name == "HistoryRead":
            holder.HistoryReadDetails = ua.ReadRawModifiedDetails()
        setattr(holder, field, [element] * count)
        try:
            self.client.ask(request)
        except FaultReceived as fault:
            return str(ua.StatusCode(fault.code).name)
        return "Good"

    def test_tooMany(self) -> None:
        """One more than the limit is BadTooManyOperations, whatever the service; others go on."""
        other = self.world.client()
        for name, field, element in LISTS:
            found = self.outcome(name, field, element, LIMIT + 1)
            self.assertEqual(found, "BadTooManyOperations", name)
        self.assertEqual(other.read(TEXT).Value.Value, "text")

    def test_justEnough(self) -> None:
        """As many as the limit are taken."""
        for name, field, element in LISTS:
            found = self.outcome(name, field, element, LIMIT)
            self.assertNotEqual(found, "BadTooManyOperations", name)
