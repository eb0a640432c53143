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
    address = _addressOf(host)
    return address is not None and address.is_loopback


def meansThisMachine(name: str) -> bool:
    """Whether a name or address that somebody listens on, or asks for, is this machine's own."""
    return name == "localhost" or isLoopback(name)


def neighbourhood(host: str) -> str:
    """
    What to count by where an address could be chosen freely: the IPv4 address, or the network that
    one subscriber of IPv6 has (64 bits).  Anything that is not an address stays as it is.
    """
    match _addressOf(host):
        case None:
            return host
        case ipaddress.IPv4Address() as address:
            return str(address)
        case address:
            return str(ipaddress.ip_network((address, 64), strict=False))


def _addressOf(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address in a text, IPv4 also where it is written as IPv6."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
