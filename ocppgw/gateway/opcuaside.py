"""
The OPC UA server with its doors and its layout, made of a configuration.

Only wiring: which callable of one part is given to which other part.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.python.threadpool import ThreadPool

import ocppgw
from ocppgw import __version__
from ocppgw.access.roles import Role
from ocppgw.access.throttling import Throttle
from ocppgw.access.userbook import UserBook
from ocppgw.config.addresses import EVERYWHERE, opcUaAddress
from ocppgw.config.configuration import Configuration
from ocppgw.crossing import InwardDoor, OutwardDoor
from ocppgw.gateway.accesstrail import Observer
from ocppgw.gateway.interpreter import grow
from ocppgw.gateway.passwords import PasswordCheck
from ocppgw.gateway.refusedaccess import watcher
from ocppgw.interfaces import IAccessTrail
from ocppgw.model.happenings import happenings
from ocppgw.model.history import Asked, Reply
from ocppgw.model.registry import Observer as Witness, Record, Registry
from ocppgw.uaserver.core import Outside
from ocppgw.uaserver.layout import Layout
from ocppgw.uaserver.security.hosts import ownHosts
from ocppgw.uaserver.security.ownidentity import OwnIdentity, Wanted
from ocppgw.uaserver.security.security import Security
from ocppgw.uaserver.security.trustlist import TrustList
from ocppgw.uaserver.server import OpcUaServer
from ocppgw.uaserver.settings import ServerSettings

PKI = "pki"
"""Folder in STATE with certificates and whom we trust."""


@attrs.frozen
class OpcUaSide:
    """
    What the gateway needs of its OPC UA side.

    :ivar server: started and stopped by the gateway.
    :ivar inward: stopped before the server, so that what waits is answered.
    :ivar refused: has OPC UA clients told of an attempt.
    """

    server: OpcUaServer
    inward: InwardDoor
    refused: Observer


@attrs.frozen
class Guard:
    """
    What decides who may come in.

    :ivar pool: where passwords are checked.
    """

    book: UserBook
    pool: ThreadPool
    security: Security


def opcUaSide(
    configuration: Configuration,
    registry: Registry,
    answer: Callable[[Asked], Deferred[Reply]],
    guard: Guard,
    reactor: Any,
    started: datetime,
) -> OpcUaSide:
    """Put it together; nothing is opened, no thread is started."""
    outward = OutwardDoor(lambda action: server.call(action), lambda: server.arrived())
    inward = InwardDoor(reactor.callFromThread, answer, outward.call)
    registry.observe(_witness(outward))
    outside = Outside(
        Layout(registry, startTime=started, startWait=configuration.opcua.startWait),
        inward,
        outward,
        PasswordCheck(guard.book, guard.pool, outward.call, Throttle(reactor.seconds)),
        _recognition(guard.book),
        outward,
        grow,
        lambda: (guard.book.current.havePasswords, guard.book.current.haveCertificates),
    )
    settings = settingsOf(configuration, started, guard.security)
    server = OpcUaServer(reactor, settings, outside, guard.security)
    guard.book.observe(server.usersChanged)
    return OpcUaSide(server, inward, watcher(outward))


def _witness(outward: OutwardDoor) -> Witness:
    """Tells of each new record; and of what came to pass, while somebody listens."""

    def witness(subject: str, old: Record | None, new: Record | None) -> None:
        outward.changed(subject, new)
        if outward.isListening:
            for each in happenings(old, new):
                outward.happened(each)

    return witness


def trustList(configuration: Configuration) -> TrustList:
    """Whom the OPC UA side trusts."""
    folder = configuration.gateway.state / PKI
    return TrustList(folder, configuration.opcua.requireRevocationLists)


def securityOf(
    configuration: Configuration, own: OwnIdentity, trusted: TrustList, trail: IAccessTrail
) -> Security:
    """The security of the OPC UA side."""
    return Security(own, trusted, configuration.opcua.allowUnencrypted, tell=trail.tell)


def wantedCertificate(configuration: Configuration) -> Wanted:
    """What a certificate of ours has to say.  May ask a name server: for the pool."""
    host, _, _ = _address(configuration)
    needed = configuration.opcua.hostNames + (() if host in EVERYWHERE else (host,))
    uri, name = applicationUri(), configuration.gateway.name
    return Wanted(uri, name, ownHosts(), needed)


def applicationUri() -> str:
    """By which OPC UA clients know this application, where no certificate says otherwise."""
    return f"urn:{socket.gethostname()}:ocppgw"


def _recognition(book: UserBook) -> Callable[[bytes], tuple[str, Role] | None]:
    """Finds the user of a certificate."""

    def recognise(certificate: bytes) -> tuple[str, Role] | None:
        user = book.current.byCertificate(certificate)
        return None if user is None else (user.name, user.role)

    return recognise


def _built() -> datetime | None:
    try:
        seconds = Path(ocppgw.__file__).stat().st_mtime
    except OSError:  # from an archive
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _address(configuration: Configuration) -> tuple[str, int, str]:
    address = opcUaAddress(configuration.opcua.url)
    assert address is not None, "the configuration was checked when it was read"
    return address


def settingsOf(
    configuration: Configuration, started: datetime, security: Security
) -> ServerSettings:
    """What the server is told.  Clients that name no host themselves are never told 0.0.0.0."""
    host, port, path = _address(configuration)
    name = socket.gethostname()
    own = security.own.applicationUri if security.own is not None else ""
    return ServerSettings(
        applicationUri=own or applicationUri(),
        applicationName=configuration.gateway.name,
        softwareVersion=__version__,
        built=_built(),
        host=host,
        hostName=name if host in EVERYWHERE else host,
        port=port,
        path=path,
        anonymousLoopback=configuration.opcua.anonymousLoopback,
        anonymousRemote=configuration.opcua.anonymousRemote,
        writeWait=configuration.opcua.writeWait,
        started=started,
    )
