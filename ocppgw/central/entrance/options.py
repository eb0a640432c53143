"""
The options of all connections of one factory, held by their class.

Autobahn copies each option into each connection and words all of them for a log line that nobody
writes, which took more time than all else about accepting one.  It leaves alone what a connection
has already; that goes below its documented interface (``CONFIG_ATTRS``), and a test guards it.
"""

from __future__ import annotations

from typing import Any

from autobahn.twisted.websocket import WebSocketServerFactory


def withOptions(protocol: type[Any], factory: WebSocketServerFactory) -> type[Any]:
    """A class of connections that have the options which the factory has now."""
    options = {name: getattr(factory, name) for name in protocol.CONFIG_ATTRS}
    # A function among the members of a class would become a method.
    members = {name: staticmethod(it) if callable(it) else it for name, it in options.items()}
    return type(protocol.__name__, (protocol,), {**members, "CONFIG_ATTRS": ()})
