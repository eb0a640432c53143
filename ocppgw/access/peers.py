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


def neighbourhood(host: str) -> str:
    """
    What to count by where an address could be chosen freely: the IPv4 address, or the network that
    one subscriber of IPv6 has (64 bits).  Anything that is not an address stays as it is.
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))
