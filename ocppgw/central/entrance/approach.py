"""
Somebody at the door: what is known of a caller before it is let in.

Only data.
"""

from __future__ import annotations

import attrs

from ocppgw.central.entrance.tls.clientcertificates import Subject
from ocppgw.config.listeners import ListenerTable


@attrs.frozen
class Approach:
    """
    A request for a WebSocket.

    :ivar listener: where it came in, with what is asked of callers there.
    :ivar host: its address, without the port.
    :ivar target: the request target, as it came.
    :ivar offered: WebSocket subprotocols.
    :ivar authorization: the Authorization header, as it came; empty where there is none.
    :ivar certificate: whom its TLS certificate is about, where it had to show one.
    :ivar lacksConnection: it forgot the header ``Connection: Upgrade``.
    :ivar head: its request, as a log may hold it, where it lacks something.
    """

    listener: ListenerTable
    host: str
    target: bytes
    offered: tuple[str, ...] = ()
    authorization: str = attrs.field(default="", repr=False)
    certificate: Subject | None = None
    lacksConnection: bool = False
    head: str = ""
