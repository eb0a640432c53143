"""
How many connections a port takes in one turn of the reactor.

Twisted's port takes a hundred, and each time it finds as many waiting, twenty more: when a site
returns, everybody else would wait for all of them.  The others stay in the kernel's backlog until
the next turn, in which those that are in already are served as well.  Reactor thread.
"""

from __future__ import annotations

from typing import Any

AT_ONCE = 16
"""Connections; one costs 0.1 ms before it has said anything, and 0.5 ms until it is a link."""


def bounded(port: Any) -> Any:
    """
    The same open port, which takes `AT_ONCE` connections each time it is ready.

    Whatever made it, an endpoint or systemd: only ``doRead`` of ``IReadDescriptor`` and the public
    attribute ``numberAccepts`` are touched, which a test guards.
    """
    accept = port.doRead

    def doRead() -> Any:
        port.numberAccepts = AT_ONCE
        return accept()

    port.doRead = doRead
    return port
