"""
A client that subscribes to every value of all charge points, and takes what comes.

``python -m benchmarks.ocpp.subscriber URL NUMBER`` prints ``subscribed ITEMS`` and goes on until
it is killed: one subscription, published each second, queues of one.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from asyncua import Client, ua

AT_ONCE = 1000


async def variables(client: Client, node: Any) -> list[str]:
    """The identifiers of all variables below a node."""
    found = []
    for child in await node.get_children_descriptions():
        identifier = child.NodeId.Identifier
        if child.NodeClass == ua.NodeClass.Variable:
            found.append(identifier)
        if isinstance(identifier, str) and child.NodeClass != ua.NodeClass.Method:
            found += await variables(client, client.get_node(child.NodeId))
    return found


async def places(client: Client, number: int) -> list[ua.NodeId]:
    """All variables of all charge points, which are alike."""
    folders = await client.nodes.objects.get_children_descriptions()
    [folder] = [each for each in folders if each.BrowseName.Name == "ChargePoints"]
    children = await client.get_node(folder.NodeId).get_children_descriptions()
    first = next(each.NodeId for each in children if each.BrowseName.Name == "B0")
    paths = await variables(client, client.get_node(first))
    names = [f"B{index}" for index in range(number)]
    space = first.NamespaceIndex
    return [ua.NodeId(name + path.removeprefix("B0"), space) for name in names for path in paths]


def item(handle: int, nodeId: ua.NodeId) -> ua.MonitoredItemCreateRequest:
    """A request to monitor the newest value of a node."""
    parameters = ua.MonitoringParameters(
        ClientHandle=handle, SamplingInterval=0.0, QueueSize=1, DiscardOldest=True
    )
    wanted = ua.ReadValueId(NodeId=nodeId, AttributeId=ua.AttributeIds.Value)
    return ua.MonitoredItemCreateRequest(wanted, ua.MonitoringMode.Reporting, parameters)


async def main(url: str, number: int) -> None:
    """Subscribe."""
    client = Client(url, timeout=60, watchdog_intervall=30.0)
    await client.connect()
    nodeIds = await places(client, number)
    wanted = ua.CreateSubscriptionParameters(
        RequestedPublishingInterval=1000.0,
        RequestedLifetimeCount=1000,
        RequestedMaxKeepAliveCount=100,
        PublishingEnabled=True,
    )
    made = await client.uaclient.create_subscription(wanted, lambda published: None)
    for first in range(0, len(nodeIds), AT_ONCE):
        chunk = nodeIds[first : first + AT_ONCE]
        items = [item(first + index, nodeId) for index, nodeId in enumerate(chunk)]
        request = ua.CreateMonitoredItemsParameters(made.SubscriptionId, ItemsToCreate=items)
        for result in await client.uaclient.create_monitored_items(request):
            result.StatusCode.check()
    print(f"subscribed {len(nodeIds)}", flush=True)
    while True:
        await asyncio.sleep(3600)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
