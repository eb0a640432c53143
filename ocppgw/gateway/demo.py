"""
Simulated charge points beside the gateway, for those who have none at hand.

They call in over the gateway's own port, like any other charge point.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from random import Random
from typing import Any

from ocppgw.simulator.service import SimulatedChargePoints


def demonstration(
    count: int, urls: Sequence[str], reactor: Any, now: Callable[[], datetime], random: Random
) -> SimulatedChargePoints | None:
    """The service, not yet started; ``None`` without a port that is open to anybody."""
    plain = [url for url in urls if url.startswith("ws:")]
    if not plain:
        return None
    # A port on all interfaces is named by an address that nobody can call.
    url = plain[0].replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:")
    return SimulatedChargePoints(count, url, reactor, random, now)
