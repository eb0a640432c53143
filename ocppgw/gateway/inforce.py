"""
Putting what was read again in force, part by part.

Owns nothing but who is told, and in which order.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

import attrs

from ocppgw.central.centralsystem import CentralSystem
from ocppgw.config.configuration import Configuration
from ocppgw.config.log import LogSection
from ocppgw.config.web import WebSection
from ocppgw.gateway.consoletls import ConsoleTls, readTls
from ocppgw.gateway.reloading import Read
from ocppgw.gateway.storedusers import StoredUsers
from ocppgw.gateway.usercertificates import withCertificates
from ocppgw.model.point import Value


def readAgain(read: Callable[[], Configuration], web: WebSection) -> Read:
    """
    Everything that is read again.  Blocks.

    :param read: reads the configuration; fails with ``ConfigurationError``.
    :param web: the section that the console was started with: its files may be new, its keys wait
        for a restart.
    """
    configuration = read()
    return Read(configuration, withCertificates(configuration), readTls(web))


class Telling(Protocol):
    """A part that says something of the gateway as a whole."""

    def values(self) -> Mapping[str, Value]:
        """Values by browse name."""


def told(*parts: Telling | None) -> dict[str, Value]:
    """What the parts say, by browse name; of two times the earlier one."""
    values: dict[str, Value] = {}
    for part in filter(None, parts):
        for name, value in part.values().items():
            known = values.get(name)
            isLater = isinstance(known, datetime) and isinstance(value, datetime) and known < value
            values[name] = known if isLater else value
    return values


@attrs.frozen
class Parts:
    """
    What goes by the configuration in force.

    :ivar useLog: goes by another section ``[log]``; fails with ``OSError``, before anything else.
    :ivar tls: of the console, where it speaks TLS.
    :ivar look: looks at the certificate of the OPC UA side.
    """

    useLog: Callable[[LogSection], None]
    users: StoredUsers
    central: CentralSystem
    tls: ConsoleTls | None
    look: Callable[[], object]

    def use(self, read: Read) -> None:
        """Go by this from now on."""
        self.useLog(read.configuration.log)
        self.users.configure(read.users)
        self.central.reload(read.configuration)
        if self.tls is not None and read.tls is not None:
            self.tls.use(read.tls)
        self.look()
