"""
Where the latest record of a charge point is found; and meter values that wait to be looked at.

Most meter values are replaced by the next ones before anybody looked, and a record is made of parts
all over the memory.  So those that do no more than replace what the ones before them said are kept
as they came, and become a record when somebody asks: that record is the same as if they had been
applied one by one.  Which ones may wait is for `measuring` to say.

A slot is written on the reactor thread, and read on any: what it holds is replaced in one step, and
never changes.
"""

from __future__ import annotations

from collections.abc import Mapping

from ocppgw.model.facts import Measured
from ocppgw.model.later import Later
from ocppgw.model.measuring import mayWait, measuredTogether
from ocppgw.model.records import ChargePointRecord

LONGEST = 16
"""Facts of one connector that wait for a look."""


class Waiting(Later[ChargePointRecord]):
    """
    A record, and the meter values that came since.

    :ivar base: the record without them.
    :ivar facts: by connector, those that count, oldest first.
    :ivar isFirst: whether but one fact came since.
    """

    __slots__ = ("base", "facts", "isFirst")

    def __init__(
        self, base: ChargePointRecord, facts: Mapping[int, tuple[Measured, ...]], *, isFirst: bool
    ) -> None:
        self.base = base
        self.facts = facts
        self.isFirst = isFirst

    def _make(self) -> ChargePointRecord:
        record = self.base
        for facts in self.facts.values():
            record = measuredTogether(record, facts, isFirst=self.isFirst)
        return record


class Slot:
    """
    The record of one charge point.

    :ivar held: the record, or how it will be found out.
    """

    __slots__ = ("held",)

    def __init__(self, record: ChargePointRecord) -> None:
        self.held: ChargePointRecord | Waiting = record

    @property
    def record(self) -> ChargePointRecord:
        """The latest record; the same object until there is another one.  Any thread."""
        held = self.held
        return held.get() if isinstance(held, Waiting) else held

    @property
    def standing(self) -> ChargePointRecord:
        """The same, perhaps without the latest readings and what follows from them."""
        held = self.held
        return held.base if isinstance(held, Waiting) else held

    def wait(self, fact: Measured) -> bool:
        """Keep meter values until somebody looks; whether they can be."""
        held, connectorId = self.held, fact.connectorId
        facts: Mapping[int, tuple[Measured, ...]] = {}
        if not isinstance(held, Waiting):
            base = held
        elif held.made is not None:  # somebody looked
            base = held.made
        else:
            base, facts = held.base, held.facts
        before = facts.get(connectorId, ())
        one = base.connectors.get(connectorId)
        if one is None or len(before) >= LONGEST or not mayWait(one, before, fact):
            return False
        running = one.transaction
        kept = (*before, fact) if running is not None and running.active else (fact,)
        self.held = Waiting(base, {**facts, connectorId: kept}, isFirst=not facts)
        return True
