"""
Which charge points cannot stand pings (C15).

Some hang up or restart when they are pinged.  One that ends its connection shortly after a ping
that it did not answer, three times in a row, is pinged no more; the deviation that is counted
then is what is remembered of it over restarts.  Owns how often it happened lately.  Reactor
thread.
"""

from __future__ import annotations

import enum
from collections.abc import Callable

import attrs

from ocppgw.config.settings import ChargePointSettings
from ocppgw.model.records import ChargePointRecord
from ocppgw.ocppj.deviations import Deviation

TIMES = 3
"""So many ends after a ping are no accident."""

KIND = "C15"


class Pinged(enum.Enum):
    """What a link that the other end closed tells of pings."""

    nothing = "no ping was sent, or the end came long after"
    answered = "it answered a ping"
    fled = "it closed right after a ping that it did not answer"


class Pings:
    """
    The book of those that cannot stand pings.

    :param recordOf: the record of a node name.
    :param deviated: told when one was found.
    """

    def __init__(
        self,
        recordOf: Callable[[str], ChargePointRecord | None],
        deviated: Callable[[str, tuple[Deviation, ...]], None],
    ) -> None:
        self._recordOf = recordOf
        self._deviated = deviated
        self._fled: dict[str, int] = {}

    def fitted(self, nodeName: str, settings: ChargePointSettings) -> ChargePointSettings:
        """The settings, without pings for one that cannot stand them."""
        record = self._recordOf(nodeName)
        if record is None or KIND not in record.deviations.byKind:
            return settings
        return attrs.evolve(settings, pingInterval=0.0)

    def ended(self, nodeName: str, pinged: Pinged) -> None:
        """A link was ended by the other end."""
        if pinged is Pinged.answered:
            self._fled.pop(nodeName, None)
        elif pinged is Pinged.fled:
            self._count(nodeName)

    def _count(self, nodeName: str) -> None:
        times = self._fled.get(nodeName, 0) + 1
        if times < TIMES:
            self._fled[nodeName] = times
            return
        self._fled.pop(nodeName, None)
        text = f"closed {TIMES} times after a ping; it is not pinged any more"
        self._deviated(nodeName, (Deviation(KIND, "", text, "pingInterval = 0"),))
