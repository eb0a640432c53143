"""
By which names and addresses this machine is known, for the certificate.

May ask a name server: for a thread of a pool.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable

#: Nothing is sent to them: the system only tells which address it would send from.
_ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
_DISCARD_PORT = 9


def ownHosts() -> tuple[str, ...]:
    """Names first, then addresses, the loopback ones included."""
    name = socket.gethostname()
    names = [name, socket.getfqdn(name), "localhost"]
    addresses = [*_resolved(name), *_outgoing(), "127.0.0.1", "::1"]
    return tuple(dict.fromkeys(each for each in (*names, *addresses) if _isPlain(each)))


def _resolved(name: str) -> Iterable[str]:
    try:
        found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    except OSError:
        return []
    return [str(each[4][0]).partition("%")[0] for each in found]


def _outgoing() -> Iterable[str]:
    for family, address in _ELSEWHERE:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect((address, _DISCARD_PORT))
                yield str(probe.getsockname()[0]).partition("%")[0]
        except OSError:
            continue


def _isPlain(host: str) -> bool:
    """Can it stand in a certificate?"""
    return bool(host) and host.isascii() and len(host) <= 253 and " " not in host
