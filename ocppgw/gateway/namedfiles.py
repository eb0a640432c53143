"""
The certificates, keys and authorities that the configuration names, looked over before the start.

A file that cannot be used is a mistake in the configuration like any other: one line that names
file, key and remedy.  Blocks for the disk; nothing is kept or left open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

from ocppgw.central.entrance.tls.looking import Unusable, lookOver
from ocppgw.config.configuration import Configuration
from ocppgw.config.errors import ConfigurationError, oneLine
from ocppgw.gateway.consoletls import readTls
from ocppgw.gateway.usercertificates import certificateOf

T = TypeVar("T")


def lookOverFiles(configuration: Configuration, file: str, now: datetime) -> tuple[str, ...]:
    """
    What may be stumbled over: lines that name key and file.

    :param file: the configuration, as it is named to people.
    :raises ConfigurationError: where a file cannot be used at all.
    """
    _checkUsers(configuration, file)
    _checkConsole(configuration, file)
    return tuple(oneLine(line) for line in _ofListeners(configuration, file, now))


def _ofListeners(configuration: Configuration, file: str, now: datetime) -> Iterator[str]:
    for place, listener in enumerate(configuration.ocpp.listeners, 1):
        table = f"ocpp.listeners[{place}]"
        try:
            found = lookOver(listener, now)
        except Unusable as error:
            finding = error.finding
            raise ConfigurationError(file, f"{table}.{finding.key}", finding.text) from None
        for finding in found:
            yield f"{file}: {table}.{finding.key}: {finding.text}"


def _checkUsers(configuration: Configuration, file: str) -> None:
    accepted = "accepted is a file with an X.509 certificate, DER or PEM"
    for place, table in enumerate(configuration.users, 1):
        if table.certificate is not None:
            key, path = f"users[{place}].certificate", table.certificate
            _tried(file, key, accepted, lambda path=path: certificateOf(path))  # type: ignore[misc]


def _checkConsole(configuration: Configuration, file: str) -> None:
    section = configuration.web
    if section.certificates:
        accepted = "accepted are PEM files with a certificate and its private key"
        _tried(file, "web.certificates[1]", accepted, lambda: readTls(section))


def _tried(file: str, key: str, accepted: str, reading: Callable[[], T]) -> T:
    try:
        return reading()
    except OSError as error:
        raise ConfigurationError(file, key, f"{error}; {accepted}") from None
