"""
What the configuration says to the parts that act on charge points.

Only the way from a node name to its settings.  The configuration itself is asked for each time,
so that a reload needs no second door.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs

from ocppgw.config.configuration import Configuration
from ocppgw.config.settings import ChargePointSettings
from ocppgw.model.registry import Registry


@attrs.frozen
class Terms:
    """
    The settings in force.

    :ivar configuration: gives the configuration in force.
    """

    registry: Registry
    configuration: Callable[[], Configuration]

    def of(self, nodeName: str) -> ChargePointSettings:
        """What holds for a charge point; for one that nobody knows, what holds for a new one."""
        record = self.registry.record(nodeName)
        return self.configuration().settingsFor(record.identity if record else nodeName)

    @property
    def remoteIdTag(self) -> str:
        """The idTag of a remote start that names none."""
        return self.configuration().gateway.remoteIdTag
