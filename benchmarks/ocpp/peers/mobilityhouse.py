"""
A Central System with ``ocpp`` on ``websockets``, in the way of its own example.

``python mobilityhouse.py validating|trusting`` prints ``ready PORT``.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from datetime import UTC, datetime
from typing import Any

from ocpp.routing import on
from ocpp.v16 import ChargePoint, call_result
from ocpp.v16.enums import RegistrationStatus
from websockets.asyncio.server import serve
from websockets.typing import Subprotocol

TRUSTING = sys.argv[1] == "trusting"
logging.disable(logging.INFO)


def now() -> str:
    """The time, as OCPP writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class Served(ChargePoint):
    """Answers one charge point."""

    @on("BootNotification", skip_schema_validation=TRUSTING)
    def booted(self, **request: Any) -> Any:
        """Accept it."""
        return call_result.BootNotification(now(), 300, RegistrationStatus.accepted)

    @on("MeterValues", skip_schema_validation=TRUSTING)
    def measured(self, **request: Any) -> Any:
        """Take values in."""
        return call_result.MeterValues()

    @on("StatusNotification", skip_schema_validation=TRUSTING)
    def reported(self, **request: Any) -> Any:
        """Take a status in."""
        return call_result.StatusNotification()

    @on("Heartbeat", skip_schema_validation=TRUSTING)
    def beat(self, **request: Any) -> Any:
        """Tell the time."""
        return call_result.Heartbeat(now())


async def connected(socket: Any) -> None:
    """Serve one connection to its end."""
    await Served(socket.request.path.strip("/"), socket).start()


async def main() -> None:
    """Listen."""
    server = await serve(
        connected,
        "127.0.0.1",
        0,
        subprotocols=[Subprotocol("ocpp1.6")],
        compression=None,
        backlog=1000,
    )
    print(f"ready {server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


asyncio.run(main())
