"""
Charge points that send MeterValues at a rate: ``python -m benchmarks.scale.sending PORT N RATE``.

Prints ``sending`` once all are connected, and goes on until it is killed.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import UTC, datetime
from itertools import count

from benchmarks.scale.links import connected, meterValues

TICK = 0.01


async def main(port: int, number: int, rate: float) -> None:
    """Send."""
    links = await connected(port, number, first=1)
    print("sending", flush=True)
    loop = asyncio.get_running_loop()
    sent, due = count(), loop.time()
    owed = 0.0
    while True:
        due = max(due + TICK, loop.time() - 0.1)
        await asyncio.sleep(due - loop.time())
        owed += rate * TICK
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        while owed >= 1:
            owed -= 1
            message = next(sent)
            connectorId = message // number % 2 + 1
            links[message % number].say("MeterValues", meterValues(connectorId, message % 1000, at))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
