"""
What pages and operations need of the gateway, as one value.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs

from ocppgw.config.configuration import Configuration
from ocppgw.interfaces import (
    IAdministration,
    IArchive,
    ICommands,
    IFrames,
    IHistory,
    IOpcUaStatus,
    ITrust,
)
from ocppgw.model.registry import Registry
from ocppgw.web.live.works import Works


@attrs.frozen
class Means:
    """
    The seams of the gateway that the console uses.  Reactor thread.

    :ivar configuration: gives the one in force.
    :ivar clock: the reactor, or a test's clock.
    :ivar now: the time of day, aware UTC.
    :ivar address: the address of this machine by which others reach it; empty where none is known.
    :ivar works: what takes long; the console's own.
    """

    registry: Registry
    commands: ICommands
    administration: IAdministration
    history: IHistory
    archive: IArchive
    opcua: IOpcUaStatus
    frames: IFrames
    trust: ITrust
    configuration: Callable[[], Configuration]
    clock: Any
    now: Callable[[], datetime]
    address: Callable[[], str]
    works: Works = attrs.field()

    @works.default
    def _works(self) -> Works:
        return Works(self.clock.seconds)
