"""
Writes of what the site decides about a charge point.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ocppgw.model.commands import GatewayAction
from ocppgw.model.records import ChargePointRecord
from ocppgw.uaserver.layout.datatypes import OUT_OF_RANGE
from ocppgw.uaserver.layout.declarations import Target


def text(action: Callable[[str, str], GatewayAction], longest: int) -> Callable[[Target, str], Any]:
    """The request of a text setting; one that is too long, or not printable, is refused."""

    def request(target: Target, value: str) -> Any:
        if len(value) > longest or not value.isprintable():
            return OUT_OF_RANGE
        return action(target.nodeName, value)

    return request


def locked(setting: str) -> Callable[[ChargePointRecord], bool]:
    """Does the configuration file forbid that this setting changes at runtime?"""
    return lambda record: setting in record.settings.locked
