"""
The OPC UA server with its doors and its layout, made of a configuration.

Only wiring: which callable of one part is given to which other part.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.python.threadpool import ThreadPool

from ocppgw import __version__
from ocppgw.access.throttling import Throttle
from ocppgw.access.users import Users
from ocppgw.config.addresses import opcUaAddress
from ocppgw.config.configuration import Configuration
from ocppgw.crossing import InwardDoor, OutwardDoor
from ocppgw.gateway.passwords import PasswordCheck
from ocppgw.model.commands import Request
from ocppgw.model.outcomes import Outcome
from ocppgw.model.registry import Registry
from ocppgw.uaserver.layout import Layout
from ocppgw.uaserver.server import OpcUaServer
from ocppgw.uaserver.settings import ServerSettings

EVERYWHERE = ("0.0.0.0", "::")
"""Hosts that no client can connect to: the machine's name stands for them."""


@attrs.frozen
class OpcUaSide:
    """
    What the gateway needs of its OPC UA side.

    :ivar server: started and stopped by the gateway.
    :ivar inward: stopped before the server, so that what waits is answered.
    """

    server: OpcUaServer
    inward: InwardDoor


def opcUaSide(
    configuration: Configuration,
    registry: Registry,
    answer: Callable[[Request], Deferred[Outcome]],
    users: Users,
    pool: ThreadPool,
    reactor: Any,
    started: datetime,
) -> OpcUaSide:
    """Put it together; nothing is opened, no thread is started."""
    outward = OutwardDoor(lambda action: server.call(action), lambda: server.arrived())
    inward = InwardDoor(reactor.callFromThread, answer, outward.call)
    registry.observe(lambda subject, old, new: outward.changed(subject, new))
    server = OpcUaServer(
        reactor,
        _settings(configuration, started),
        Layout(registry, startTime=started, startWait=configuration.opcua.startWait),
        inward,
        outward,
        PasswordCheck(users, pool, outward.call, Throttle(reactor.seconds)),
    )
    return OpcUaSide(server, inward)


def _settings(configuration: Configuration, started: datetime) -> ServerSettings:
    address = opcUaAddress(configuration.opcua.url)
    assert address is not None, "the configuration was checked when it was read"
    host, port, path = address
    name = socket.gethostname()
    return ServerSettings(
        applicationUri=f"urn:{name}:ocppgw",
        applicationName=configuration.gateway.name,
        softwareVersion=__version__,
        host=host,
        hostName=name if host in EVERYWHERE else host,
        port=port,
        path=path,
        anonymousLoopback=configuration.opcua.anonymousLoopback,
        anonymousRemote=configuration.opcua.anonymousRemote,
        writeWait=configuration.opcua.writeWait,
        started=started,
    )
