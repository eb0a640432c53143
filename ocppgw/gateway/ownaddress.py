"""
By which address other machines reach this one, as far as one can tell without asking anybody.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

FAMILIES = (
    (socket.AF_INET, "192.0.2.1"),
    (socket.AF_INET6, "2001:db8::1"),
)
"""Documentation addresses: they are routed like any other, and nothing is sent to them."""


def ownAddress(newSocket: Callable[..., Any] = socket.socket) -> str:
    """
    The address of the interface towards everybody else; empty without one.

    A UDP socket that is connected finds its own address in the routing table and sends nothing.
    """
    for family, elsewhere in FAMILIES:
        try:
            with newSocket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((elsewhere, 9))
                return str(probe.getsockname()[0])
        except OSError:
            continue
    return ""
