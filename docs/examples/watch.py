"""
Shows the charge points of a gateway, watches the first one, and starts or stops a session there.

    python watch.py [opc.tcp://HOST:PORT/ocppgw/]

Needs the package asyncua.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from asyncua import Client

URL = "opc.tcp://127.0.0.1:4840/ocppgw/"
SECONDS = 15
WATCHED = ("Status", "Live/Power", "Live/SessionEnergy")


class Changes:
    """Takes what the server tells of changes."""

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        """The library calls this; the time is the charge point's."""
        time = data.monitored_item.Value.SourceTimestamp
        print(f"  {time:%H:%M:%S} {node.nodeid.Identifier} = {value}")


async def connectors(client: Client) -> list[Any]:
    """The first connector of each charge point, after a line about each."""
    found = []
    for chargePoint in await client.get_node("ns=2;s=/ChargePoints").get_children():
        model = await (await chargePoint.get_child("2:Model")).read_value()
        connector = await chargePoint.get_child(["2:Connectors", "2:1"])
        status = await (await connector.get_child("2:Status")).read_value()
        print(f"{chargePoint.nodeid.Identifier} ({model}): connector 1 is {status}")
        found.append(connector)
    return found


async def watch(client: Client, connector: Any, seconds: float) -> None:
    """Show what changes, and give a command meanwhile: stop the session there, or start one."""
    subscription = await client.create_subscription(500, Changes())
    await subscription.subscribe_data_change(
        [await connector.get_child([f"2:{part}" for part in path.split("/")]) for path in WATCHED]
    )
    await asyncio.sleep(seconds)
    isFree = await (await connector.get_child("2:Available")).read_value()
    if isFree:
        answer = (await connector.call_method("2:RemoteStart", ""))[0]
    else:
        answer = await connector.call_method("2:RemoteStop")
    print(f"{'RemoteStart' if isFree else 'RemoteStop'}: {answer}")
    await asyncio.sleep(seconds)


async def main() -> None:
    """Look around, then watch the first charge point."""
    async with Client(sys.argv[1] if len(sys.argv) > 1 else URL) as client:
        found = await connectors(client)
        if found:
            await watch(client, found[0], SECONDS)


if __name__ == "__main__":
    asyncio.run(main())
