"""
Shows the charge points of a gateway, starts a charging session and watches it.

    python watch.py [opc.tcp://HOST:PORT/ocppgw/]

Needs the package asyncua.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from asyncua import Client

URL = "opc.tcp://127.0.0.1:4840/ocppgw/"
SECONDS = 20


class Changes:
    """What the server tells of changes; the library calls this."""

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        """Show one change, with the charge point's time of it."""
        seen = data.monitored_item.Value
        print(f"{seen.SourceTimestamp:%H:%M:%S}  {node.nodeid.Identifier} = {value}")


async def overview(client: Client) -> list[str]:
    """Print a line for each charge point, and give back their node names."""
    folder = client.get_node("ns=2;s=/ChargePoints")
    names = [(await each.read_browse_name()).Name for each in await folder.get_children()]
    for name in names:
        model = await client.get_node(f"ns=2;s={name}/Model").read_value()
        status = await client.get_node(f"ns=2;s={name}/Connectors/1/Status").read_value()
        print(f"{name}: {model}, connector 1 is {status}")
    return names


async def session(client: Client, connector: str) -> None:
    """Start a session, watch it for a while, and stop it."""
    watched = ("Status", "Live/Power", "Live/SessionEnergy")
    subscription = await client.create_subscription(500, Changes())
    await subscription.subscribe_data_change(
        [client.get_node(f"{connector}/{each}") for each in watched]
    )
    status, _ = await client.get_node(connector).call_method("2:RemoteStart", "")
    print(f"RemoteStart: {status}")
    await asyncio.sleep(SECONDS)
    print(f"RemoteStop: {await client.get_node(connector).call_method('2:RemoteStop')}")
    await asyncio.sleep(3)


async def main() -> None:
    """Do it all."""
    async with Client(sys.argv[1] if len(sys.argv) > 1 else URL) as client:
        names = await overview(client)
        if names:
            await session(client, f"ns=2;s={names[0]}/Connectors/1")


asyncio.run(main())
