"""
``ocppgw-admin check``: can a gateway start here, and will it go on?

One line for each thing that was looked at: ``ok``, ``warn`` or ``bad``, what it is, and what to
do.  The exit status is 1 where anything is bad.  Nothing is changed.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from twisted.python import usage

from ocppgw.admin.places import Place, placeOf
from ocppgw.admin.ports import FORBIDDEN, whoListens, whyNot
from ocppgw.admin.terminal import Terminal
from ocppgw.config.addresses import interfaceAndPort, opcUaAddress
from ocppgw.config.errors import ConfigurationError, oneLine
from ocppgw.gateway.firststart import FILE_NAME
from ocppgw.gateway.namedfiles import lookOverFiles
from ocppgw.gateway.opcuaside import PKI
from ocppgw.gateway.service import DATABASE
from ocppgw.interfaces import StoreFailed
from ocppgw.store import copying
from ocppgw.store.schema import VERSION
from ocppgw.uaserver.security.ownidentity import CERTIFICATE, KEY

OK, WARN, BAD = "ok", "warn", "bad"

SOON = timedelta(days=30)
ROOM_WARN, ROOM_BAD = 500 * 1024**2, 50 * 1024**2
"""Bytes of free room below which the state folder is told of."""

LEAP = timedelta(minutes=1)
"""How far the clock may stand before what was stored last."""


class Options(usage.Options):
    """What may stand behind ``check``."""

    synopsis = ""


@attrs.frozen
class Finding:
    """What was seen of one thing."""

    level: str
    what: str
    text: str

    def __str__(self) -> str:
        """The line."""
        return oneLine(f"{self.level:4} {self.what}: {self.text}")


def run(options: Any, place: Place, terminal: Terminal) -> int:
    """Do it; gives the exit status."""
    found = tuple(look(place, datetime.now(UTC)))
    terminal.say(*map(str, found))
    return 1 if any(one.level == BAD for one in found) else 0


def runWithout(options: Any, error: ConfigurationError, terminal: Terminal) -> int:
    """The same, where the configuration cannot be read: what can be seen all the same."""
    terminal.say(str(Finding(BAD, "configuration", f"{error}; mend the file")))
    if options["state"]:
        options["config"] = None
        run(options, placeOf(options), terminal)
    return 1


def look(place: Place, now: datetime) -> Iterator[Finding]:
    """Everything that can be looked at."""
    isRunning = place.database.exists() and copying.isInUse(place.database)
    yield Finding(OK, "gateway", "is running" if isRunning else "is not running")
    yield from _configuration(place, now)
    yield from _state(place)
    yield from _database(place, now)
    yield from _certificate(place.state / PKI / "own", now)
    yield from _named(place, now)
    yield from _ports(place, isRunning)


def _configuration(place: Place, now: datetime) -> Iterator[Finding]:
    name = str(place.file or "built-in defaults")
    try:
        doubts = lookOverFiles(place.configuration, name, now)
    except ConfigurationError as error:
        yield Finding(BAD, "configuration", str(error))
        return
    for doubt in doubts:
        yield Finding(WARN, "configuration", doubt)
    yield Finding(OK, "configuration", f"{name} can be used")


def _state(place: Place) -> Iterator[Finding]:
    state = place.state
    if not state.is_dir():
        yield Finding(WARN, "state", f"{state} is not there: the first start makes it")
        return
    owner = state.stat().st_uid
    if owner != os.geteuid() and os.geteuid() != 0:
        yield Finding(BAD, "state", f"{state} belongs to {_userName(owner)}: run as that user")
        return
    for path in (state, *state.rglob("*")):
        status = path.lstat()
        if status.st_uid != owner:
            text = f"{path} belongs to {_userName(status.st_uid)} and not to {_userName(owner)}"
            yield Finding(BAD, "state", f"{text}: chown it, or the gateway cannot write it")
        elif status.st_mode & 0o077 and path.name in _PRIVATE:
            yield Finding(BAD, "state", f"{path} can be read by other users: chmod 600 it")
        elif not status.st_mode & 0o200:
            yield Finding(BAD, "state", f"{path} cannot be written by its owner: chmod u+w it")
    yield _room(state)


_PRIVATE = (KEY, FILE_NAME, DATABASE)


def _userName(uid: int) -> str:
    try:
        return Path("/proc/self").owner() if uid == os.geteuid() else f"user {uid}"
    except (KeyError, OSError):
        return f"user {uid}"


def _room(state: Path) -> Finding:
    free = shutil.disk_usage(state).free
    text = f"{free // 1024**2} MB are free for {state}"
    if free < ROOM_BAD:
        return Finding(BAD, "disk", f"{text}: make room, or transactions will not be kept")
    if free < ROOM_WARN:
        return Finding(WARN, "disk", f"{text}: make room soon, or keep less ([store])")
    return Finding(OK, "disk", text)


def _database(place: Place, now: datetime) -> Iterator[Finding]:
    path = place.database
    if not path.exists():
        yield Finding(WARN, "database", f"{path} is not there: the first start makes it")
        return
    try:
        faults = copying.faultsOf(path)
        schema, newest = copying.schemaOf(path), copying.newestOf(path)
    except StoreFailed as error:
        yield Finding(BAD, "database", str(error))
        return
    if faults:
        text = f"{faults[0]}: stop the gateway, then ocppgw-admin restore a backup"
        yield Finding(BAD, "database", text)
        return
    upgrade = "" if schema == VERSION else f", the next start upgrades it to {VERSION}"
    yield Finding(OK, "database", f"{path} is whole, schema {schema}{upgrade}")
    if newest is not None and newest - now > LEAP:
        text = f"the clock ({now:%Y-%m-%d %H:%M}Z) stands before what was stored last"
        remedy = "set it, and see that it stays so (NTP)"
        yield Finding(BAD, "clock", f"{text} ({newest:%Y-%m-%d %H:%M}Z): {remedy}")
    else:
        yield Finding(OK, "clock", f"{now:%Y-%m-%d %H:%M:%S}Z")


def _certificate(folder: Path, now: datetime) -> Iterator[Finding]:
    path, keyPath = folder / CERTIFICATE, folder / KEY
    if not path.exists():
        yield Finding(OK, "certificate", f"{path} is made at the next start")
        return
    try:
        certificate = x509.load_der_x509_certificate(path.read_bytes())
        key = load_pem_private_key(keyPath.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        text = f"{path} with {keyPath.name} cannot be used ({error})"
        yield Finding(BAD, "certificate", f"{text}: put both back, or move both away for new ones")
        return
    if _public(certificate.public_key()) != _public(key.public_key()):
        text = f"{path} is not the certificate of {keyPath.name}"
        yield Finding(BAD, "certificate", f"{text}: put both back, or move both away for new ones")
        return
    yield _ending("certificate", path, certificate, now, "a new one, or move it away")


def _named(place: Place, now: datetime) -> Iterator[Finding]:
    configuration = place.configuration
    listeners = configuration.ocpp.listeners
    ofListeners = (path for listener in listeners for path in listener.certificates)
    for path in (*configuration.web.certificates, *ofListeners):
        try:
            certificate = x509.load_pem_x509_certificates(path.read_bytes())[0]
        except (OSError, ValueError):
            # Told as a fault of the configuration.
            continue
        yield _ending("certificate", path, certificate, now, "a new one")


def _ending(
    what: str, path: Path, certificate: x509.Certificate, now: datetime, remedy: str
) -> Finding:
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if end <= now:
        text = f"{path} has ended at {end:%Y-%m-%d %H:%M}Z: put {remedy} in its place"
        return Finding(BAD, what, text)
    if begin > now:
        return Finding(BAD, what, f"{path} begins at {begin:%Y-%m-%d %H:%M}Z: set the clock")
    if end - now < SOON:
        return Finding(WARN, what, f"{path} ends at {end:%Y-%m-%d %H:%M}Z: prepare {remedy}")
    return Finding(OK, what, f"{path} fits its key and ends at {end:%Y-%m-%d}")


def _public(key: Any) -> bytes:
    data: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return data


def _ports(place: Place, isRunning: bool) -> Iterator[Finding]:
    configuration = place.configuration
    for listener in configuration.ocpp.allListeners:
        yield _port("charge points", listener.endpoint, *_parts(listener.endpoint), isRunning)
    address = opcUaAddress(configuration.opcua.url)
    if address is not None:
        yield _port("OPC UA", configuration.opcua.url, address[0], address[1], isRunning)
    web = configuration.web.listen
    if web != "none":
        yield _port("console", web, *_parts(web), isRunning)


def _parts(endpoint: str) -> tuple[str, int]:
    """Host and port of an endpoint; port 0 where it takes a free one."""
    host, port = interfaceAndPort(endpoint)
    everywhere = "::" if endpoint.startswith("tcp6:") else ""
    return host or everywhere, int(port)


def _port(what: str, name: str, host: str, port: int, isRunning: bool) -> Finding:
    title = f"port for {what}"
    if not port:
        return Finding(OK, title, f"{name} is not looked at")
    reason = whyNot(host, port)
    if not reason:
        if isRunning:
            text = f"{port} is free, although the gateway runs: has it another configuration?"
            return Finding(WARN, title, text)
        return Finding(OK, title, f"{port} is free")
    return _taken(title, port, reason, isRunning)


def _taken(title: str, port: int, reason: int, isRunning: bool) -> Finding:
    if reason == errno.EADDRINUSE:
        who = whoListens(port)
        if isRunning and ("ocppgw" in who.command or not who.pid):
            return Finding(OK, title, f"{port} is taken by the gateway, {who}")
        return Finding(BAD, title, f"{port} is taken by {who}: stop it, or name another port")
    if reason in FORBIDDEN:
        # A service may have a right that whoever looks has not.
        remedy = "choose one from 1024 on, or give the service CAP_NET_BIND_SERVICE"
        return Finding(WARN, title, f"{port} may not be opened by this user: {remedy}")
    if reason == errno.EADDRNOTAVAIL:
        remedy = "compare the interface in the configuration with those of the machine"
        return Finding(BAD, title, f"{port} is on an address that this machine has not: {remedy}")
    return Finding(BAD, title, f"{port} cannot be opened: {os.strerror(reason)}; name another one")
