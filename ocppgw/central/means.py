"""
What every part that acts on charge points is given: the registry and its one way of writing,
the one way of calling, the clock and the time.

Only the bundle.  It holds no state of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import attrs
from twisted.internet.interfaces import IReactorTime

from ocppgw.central.linking.calling import ICaller
from ocppgw.central.linkpasswords import LinkPasswords
from ocppgw.central.recording import Recorder
from ocppgw.model.facts import Fact
from ocppgw.model.records import ChargePointRecord
from ocppgw.model.registry import Registry


@attrs.frozen
class Means:
    """
    What acting on charge points takes.

    :ivar clock: timers; the reactor, or a test's ``Clock``.
    :ivar now: the time of day, aware UTC.
    """

    registry: Registry
    recorder: Recorder
    caller: ICaller
    clock: IReactorTime
    now: Callable[[], datetime]
    passwords: LinkPasswords

    def record(self, nodeName: str) -> ChargePointRecord | None:
        """The latest record of a charge point, ``None`` where it is unknown."""
        return self.registry.record(nodeName)

    def note(self, nodeName: str, *facts: Fact) -> None:
        """Note facts of a charge point, unless it was removed meanwhile."""
        if self.registry.record(nodeName) is not None:
            self.recorder.note(nodeName, *facts)
