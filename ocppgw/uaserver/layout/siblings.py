"""
DisplayNames of charge points, which people choose and which have to differ all the same.

Owns the names of the last look, which hold while no charge point came, went or was renamed.
OPC UA thread.
"""

from __future__ import annotations

from collections.abc import Mapping

from ocppgw.model.records import Settings
from ocppgw.uaserver.layout.names import legal, unique
from ocppgw.uaserver.layout.records import Held


class ChargePointNames:
    """The DisplayName of each charge point, by node name."""

    def __init__(self) -> None:
        self._settings: list[Settings] = []
        self._names: dict[str, str] = {}
        self._of: Mapping[str, Held] | None = None

    def among(self, chargePoints: Mapping[str, Held]) -> Mapping[str, str]:
        """The DisplayName of each of these charge points, by node name."""
        settings = [held.record.settings for held in chargePoints.values()]
        if chargePoints is not self._of or not _same(settings, self._settings):
            self._of, self._settings = chargePoints, settings
            self._names = unique(
                (name, legal(each.name or name, "CP"))
                for name, each in zip(chargePoints, settings, strict=True)
            )
        return self._names


def _same(new: list[Settings], old: list[Settings]) -> bool:
    return len(new) == len(old) and all(a is b for a, b in zip(new, old, strict=True))
