"""
Addresses of peers, as a transport names them: ``host:port``, or the host alone.
"""

from __future__ import annotations

import ipaddress


def hostOf(peer: str) -> str:
    """The address of a ``host:port``, without the brackets of IPv6."""
    return peer.rpartition(":")[0].strip("[]")


def isLoopback(host: str) -> bool:
    """
    Whether an address, as a transport names its peer, is of this machine.

    Anything that is not an address is not, so that a doubt never gives a right.
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
