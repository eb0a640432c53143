"""
Where charge points connect, and whether all that stands in the file holds: for page and API.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import attrs

from ocppgw.access.peers import meansThisMachine
from ocppgw.config.addresses import EVERYWHERE, bracketed, interfaceAndPort
from ocppgw.config.listeners import ListenerTable
from ocppgw.web.means import Means


@attrs.frozen
class Listener:
    """
    A port for charge points.

    :ivar url: what is typed into a charge point, up to its identity; ``None`` while the port is
        not open.
    :ivar isLocal: whether only charge points on this machine reach it.
    """

    endpoint: str
    url: str | None
    securityProfile: int
    identityPrefix: str
    isLocal: bool


@attrs.frozen
class Server:
    """
    The side of the charge points.

    :ivar status: ``ok``, or what of the configuration file does not hold, and why.
    """

    listeners: tuple[Listener, ...]
    status: str


def server(means: Means) -> Server:
    """As it stands now."""
    points = means.registry.gateway.points
    said = {name: str(point.value) for name, point in points.items()}
    tables = means.configuration().ocpp.allListeners
    listeners = listenersOf(tables, said.get("OcppUrl", ""), means.address())
    return Server(listeners, said.get("ConfigurationStatus", "ok"))


def listenersOf(tables: Sequence[ListenerTable], urls: str, address: str) -> tuple[Listener, ...]:
    """
    The ports of some tables.

    :param urls: of the open ports in the same order, with commas between them.
    :param address: by which others reach this machine; empty without one.
    """
    known = urls.split(",")
    known = known if len(known) == len(tables) else [""] * len(tables)
    return tuple(_listener(table, url, address) for table, url in zip(tables, known, strict=True))


def _listener(table: ListenerTable, url: str, address: str) -> Listener:
    interface, _ = interfaceAndPort(table.endpoint)
    if url and interface in EVERYWHERE and not table.hostName and address:
        url = _at(url, address)
    return Listener(
        table.endpoint,
        f"{url}/" if url else None,
        table.securityProfile,
        table.identityPrefix,
        meansThisMachine(interface),
    )


def _at(url: str, address: str) -> str:
    """The same port at another address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{bracketed(address)}:{parts.port}"
