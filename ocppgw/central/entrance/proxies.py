"""
Who calls through a reverse proxy: what it says in X-Forwarded-For, believed where it is trusted.

Pure.  Anybody can send the header, and a proxy appends to it: so it is read from its end, and only
as far as the addresses in it are proxies of the site.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from ocppgw.config.addresses import Network

_WITH_PORT = re.compile(r"\[([^\]]*)\](?::(\d{1,5}))?|([^:]*):(\d{1,5})")

Caller = tuple[str, int]
"""Address and port; the port is 0 where nobody told it."""


def isTrusted(host: str, proxies: Sequence[Network]) -> bool:
    """Whether an address is one of the site's proxies."""
    if not proxies:
        return False
    address = _address(host)
    return address is not None and any(address in network for network in proxies)


def callerOf(peer: Caller, forwarded: str, proxies: Sequence[Network]) -> Caller:
    """
    Who stands behind a connection.

    :param peer: the other end of the connection.
    :param forwarded: the values of X-Forwarded-For, joined by commas.
    """
    caller = peer
    if not forwarded:
        return caller
    for text in reversed(forwarded.split(",")):
        if not isTrusted(caller[0], proxies):
            break
        said = _read(text.strip())
        if said is None:
            break
        caller = said
    return caller


def _read(text: str) -> Caller | None:
    found = _WITH_PORT.fullmatch(text)
    host, port = (found[1] or found[3], found[2] or found[4] or "0") if found else (text, "0")
    address = _address(host)
    return None if address is None else (str(address), int(port))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address
