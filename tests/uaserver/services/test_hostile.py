"""
A sample of the fuzz: requests of every kind with some bytes changed.  Each is
answered, none meets a mistake of ours, and another client is served.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings, strategies as st
from opcua import ua
from opcua.ua.ua_binary import struct_to_binary
from twisted.trial.unittest import TestCase

from tests.uaserver.services.test_calling import WORDS, call, callRequest
from tests.uaserver.services.test_writing import writeRequest, writeValue
from tests.uaserver.subscriptions.case import dataChangeFilter
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import World, browseDescription, readValueId

NUMBER = nodeId("Toy/Number")


def read() -> Any:
    request = ua.ReadRequest()
    request.Parameters.NodesToRead = [readValueId(NUMBER), readValueId(NUMBER, 4, "1:2")]
    return request


def browse() -> Any:
    request = ua.BrowseRequest()
    request.Parameters.RequestedMaxReferencesPerNode = 3
    request.Parameters.NodesToBrowse = [browseDescription(nodeId("Toy"), kind=33)]
    return request


def translate() -> Any:
    request = ua.TranslateBrowsePathsToNodeIdsRequest()
    path, element = ua.BrowsePath(), ua.RelativePathElement()
    path.StartingNode, element.TargetName = ua.NodeId(85), ua.QualifiedName("Toy", 2)
    path.RelativePath.Elements = [element]
    request.Parameters.BrowsePaths = [path]
    return request


def createItems() -> Any:
    request = ua.CreateMonitoredItemsRequest()
    request.Parameters.SubscriptionId = 1
    item = ua.MonitoredItemCreateRequest()
    item.ItemToMonitor = readValueId(NUMBER)
    item.RequestedParameters.Filter = dataChangeFilter(deadband=(1, 2.0))
    request.Parameters.ItemsToCreate = [item]
    return request


def history() -> Any:
    request = ua.HistoryReadRequest()
    request.Parameters.HistoryReadDetails = ua.ReadRawModifiedDetails()
    asked = ua.HistoryReadValueId()
    asked.NodeId = NUMBER
    request.Parameters.NodesToRead = [asked]
    return request


def write() -> Any:
    return writeRequest(writeValue("Toy/Name"), writeValue("Toy/Text", indexRange="1"))


def method() -> Any:
    return callRequest(call("Toy/Double", ua.Variant(4, ua.VariantType.Int32), WORDS))


def createSubscription() -> Any:
    request = ua.CreateSubscriptionRequest()
    request.Parameters.RequestedPublishingInterval = 100.0
    return request


KINDS: list[Callable[[], Any]] = [
    read, browse, translate, createItems, history, write, method, createSubscription,
    ua.CreateSessionRequest, ua.GetEndpointsRequest, ua.PublishRequest, ua.BrowseNextRequest,
    ua.ModifyMonitoredItemsRequest, ua.DeleteSubscriptionsRequest, ua.RepublishRequest,
    ua.SetMonitoringModeRequest, ua.ModifySubscriptionRequest,
]  # fmt: skip


class MutatedRequestTests(TestCase):
    @settings(max_examples=150)
    @given(st.data())
    def test_everyRequestIsAnswered(self, data: st.DataObject) -> None:
        """Whatever is changed in a request, it is answered, and never by a mistake of ours."""
        world = World()
        client = world.client()
        request = data.draw(st.sampled_from(KINDS))()
        request.RequestHeader.AuthenticationToken = client.token
        content = bytearray(struct_to_binary(request))
        begin = 4 + len(struct_to_binary(request.RequestHeader)) if len(content) > 120 else 4
        for _ in range(data.draw(st.integers(1, 5))):
            at = data.draw(st.integers(min(begin, len(content) - 1), len(content) - 1))
            content[at] = data.draw(st.sampled_from([0, 1, 2, 3, 127, 128, 255]))
        content = content[: data.draw(st.integers(len(content) // 2, len(content)))]
        client.feed(bytes(client.secure.message_to_binary(bytes(content), request_id=99)))
        answer = client.take(99)
        if answer is None:
            world.pass_(10, step=1.0)
            answer = client.take(99)
        if answer is not None:
            self.assertNotEqual(answer.ResponseHeader.ServiceResult.name, "BadInternalError")
        else:
            self.assertEqual(len(world.requests.posted) + len(world.core.subscriptions), 1)
        self.assertEqual(world.client().read(nodeId("Toy/Text")).Value.Value, "text")
