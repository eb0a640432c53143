"""
Reads, subscribes, writes and calls with the package opcua, which needs no asyncio.

    python sync.py [opc.tcp://HOST:PORT/ocppgw/] [NODE]
"""

from __future__ import annotations

import sys
import time
from typing import Any

from opcua import Client, ua

URL = "opc.tcp://127.0.0.1:4840/ocppgw/"


class Changes:
    """Takes what the server tells of changes."""

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        """The library calls this."""
        print(f"  {node.nodeid.Identifier} = {value}")


def main() -> None:
    """Look at one charge point and command it."""
    client = Client(sys.argv[1] if len(sys.argv) > 1 else URL)
    name = sys.argv[2] if len(sys.argv) > 2 else "DEMO_1"
    client.connect()
    try:
        base = f"ns=2;s={name}"
        print("status", client.get_node(f"{base}/Connectors/1/Status").get_value())

        subscription = client.create_subscription(500, Changes())
        subscription.subscribe_data_change(client.get_node(f"{base}/Connectors/1/Live/Power"))
        time.sleep(3)

        # A value alone, without a timestamp: the server keeps the times of what it is told.
        interval = client.get_node(f"{base}/ConfigurationPoints/MeterValueSampleInterval")
        value = ua.DataValue(ua.Variant(30, ua.VariantType.Int32))
        interval.set_attribute(ua.AttributeIds.Value, value)
        print("interval", interval.get_value())

        method = ua.NodeId.from_string(f"{base}/ClearCache")
        print("ClearCache", client.get_node(base).call_method(method))
    finally:
        client.disconnect()


if __name__ == "__main__":
    main()
