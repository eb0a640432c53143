"""
What the configuration says to the parts that act on charge points.

Only the way from a node name to its settings.  The configuration itself is asked for each time,
so that a reload needs no second door; settings are remembered while it stays the same, because
every message asks for them.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from ocppgw.config.configuration import Configuration
from ocppgw.config.settings import ChargePointSettings
from ocppgw.model.records import ChargePointRecord
from ocppgw.model.registry import Registry


@attrs.frozen
class Terms:
    """
    The settings in force.

    :ivar configuration: gives the configuration in force.
    """

    registry: Registry
    configuration: Callable[[], Configuration]
    _known: dict[str, tuple[Configuration, ChargePointSettings]] = attrs.field(
        factory=dict, init=False, eq=False, repr=False
    )

    def of(self, nodeName: str) -> ChargePointSettings:
        """What holds for a charge point; for one that nobody knows, what holds for a new one."""
        record = self.registry.record(nodeName)
        if record is None:
            self._known.pop(nodeName, None)
            return self.configuration().settingsFor(nodeName)
        return self.holding(record)

    def holding(self, record: ChargePointRecord) -> ChargePointSettings:
        """What holds for the charge point of a record."""
        configuration, known = self.configuration(), self._known.get(record.nodeName)
        if known is None or known[0] is not configuration or known[1].identity != record.identity:
            known = (configuration, configuration.settingsFor(record.identity))
            self._known[record.nodeName] = known
        return known[1]

    @property
    def remoteIdTag(self) -> str:
        """The idTag of a remote start that names none."""
        return self.configuration().gateway.remoteIdTag
