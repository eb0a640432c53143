"""
What the layout needs of the registry: the latest record of each charge point.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ocppgw.model.records import ChargePointRecord, GatewayRecord


class Held(Protocol):
    """Where the latest record of one charge point is found."""

    @property
    def record(self) -> ChargePointRecord:
        """The record, by now perhaps another."""


class Records(Protocol):
    """The registry, read only; any thread."""

    @property
    def chargePoints(self) -> Mapping[str, Held]:
        """By node name; replaced when a node name comes or goes, never changed."""

    @property
    def gateway(self) -> GatewayRecord:
        """The gateway's own record."""
