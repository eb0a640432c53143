"""
Charge points that send MeterValues at a rate: ``python -m benchmarks.scale.sending PORT N RATE``.

Each waits for its answer before it sends more, as OCPP has it, so that they send less than they
should where the server cannot keep up.  Prints ``sending`` once all are connected, then ``answered
NUMBER`` twice a second until it is killed.
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
    sent, due, told = count(), loop.time(), loop.time()
    owed = 0.0
    while True:
        if loop.time() >= told:
            print(f"answered {sum(link.answered for link in links)}", flush=True)
            told += 0.5
        due = max(due + TICK, loop.time() - 0.1)
        await asyncio.sleep(due - loop.time())
        owed = min(owed + rate * TICK, number)
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        for _ in range(int(owed)):
            message = next(sent)
            link = links[message % number]
            if link.isWaiting:
                continue
            owed -= 1
            connectorId = message // number % 2 + 1
            link.say("MeterValues", meterValues(connectorId, message % 1000, at))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
