"""
By which names the console may be asked, and from which pages.

Pure.  A web site elsewhere can give its own name the address of this machine and so make its
visitors' browsers ask us (DNS rebinding).  The Host header then shows its name, and never a bare
address: addresses and known names are accepted, others not.  What changes something must also
come from a page of ours (Origin, Sec-Fetch-Site).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

LOCAL = frozenset({"localhost"})


class Hosts:
    """
    The names in use.

    :param names: by which browsers may ask, beside addresses and ``localhost``.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names = LOCAL | {name.lower() for name in names}

    def accepts(self, host: str) -> bool:
        """Whether a Host header names us."""
        name = nameOf(host)
        return isAddress(name) or name in self._names

    def isOurs(self, origin: str, site: str, host: str) -> bool:
        """
        Whether a request that changes something comes from a page of ours, or from no page.

        :param origin: the Origin header; empty without one, as programs send.
        :param site: the Sec-Fetch-Site header; empty in old browsers and in programs.
        """
        if site not in ("", "same-origin", "none"):
            return False
        return isOfPage(origin, host)


def isOfPage(page: str, host: str) -> bool:
    """
    Whether a page, as Origin or Referer names it, is one of the Host asked for; or none is named.
    """
    if not page:
        return True
    scheme, separator, rest = page.partition("://")
    return bool(separator) and scheme in ("http", "https") and _same(rest.partition("/")[0], host)


def nameOf(host: str) -> str:
    """The name in a Host header, in lower case, without port and brackets."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0].rstrip(".")


def isAddress(name: str) -> bool:
    """Whether a name is an IP address."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _same(one: str, other: str) -> bool:
    return one.strip().lower() == other.strip().lower()
