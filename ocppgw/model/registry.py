"""
The registry: who is known, and the latest record of each.

Owns the records.  `Registry.apply` is the only write, and the reactor thread its only caller;
facts flow in, new records flow out to observers.  Any thread may read: the mapping
``chargePoints`` is immutable and is replaced when a node name comes or goes, a record is frozen,
and a slot always holds the latest one.  A test needs nothing but facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from ocppgw.model.applying import apply, begin
from ocppgw.model.facts import (
    ChargePointAdded,
    ChargePointRemoved,
    Fact,
    IdentityReplaced,
    Measured,
)
from ocppgw.model.point import Value
from ocppgw.model.records import ChargePointRecord, GatewayRecord
from ocppgw.model.running import Running
from ocppgw.model.sums import withSums
from ocppgw.model.totals import Totals

GATEWAY = "/Gateway"
"""The subject of the gateway's own record; no node name begins with a slash."""

Record = ChargePointRecord | GatewayRecord
Observer = Callable[[str, Record | None, Record | None], None]


class Slot:
    """Where the latest record of one charge point is found."""

    __slots__ = ("record",)

    def __init__(self, record: ChargePointRecord) -> None:
        self.record = record


class Registry:
    """
    All charge points and the gateway's own record.

    :param failed: told of an exception that an observer let escape.  Every observer is told of
        every change all the same.  Without ``failed`` the first one is raised again once all
        observers were told; the record is already in place by then.
    :ivar chargePoints: by node name; replaced, never changed.
    :ivar gateway: as of the last `sumUp`.
    :ivar running: which transactions run with which idTag.
    """

    def __init__(self, failed: Callable[[Exception], None] | None = None) -> None:
        self.chargePoints: Mapping[str, Slot] = MappingProxyType({})
        self.gateway = GatewayRecord()
        self.running = Running()
        self._slots: dict[str, Slot] = {}
        self._failed = failed
        self._observers: tuple[Observer, ...] = ()
        self._ofMeasured: tuple[Observer, ...] = ()
        self._nodeNames: dict[str, str] = {}
        self._folded: dict[str, list[str]] = {}
        self._totals = Totals()

    def record(self, nodeName: str) -> ChargePointRecord | None:
        """The latest record of a charge point.  Any thread."""
        slot = self.chargePoints.get(nodeName)
        return None if slot is None else slot.record

    def nodeNameOf(self, identity: str) -> str | None:
        """
        Under which node name an identity is known.

        Found exactly, else without regard to case where that is unique (C8).
        """
        exact = self._nodeNames.get(identity)
        if exact is not None:
            return exact
        alike = self._folded.get(identity.casefold(), ())
        return self._nodeNames[alike[0]] if len(alike) == 1 else None

    def observe(self, observer: Observer, *, isOfMeasured: bool = True) -> None:
        """
        Have ``observer(subject, old, new)`` called after each change, on the reactor thread.

        The subject is a node name or `GATEWAY`; ``old`` is ``None`` for what just became known,
        ``new`` for what was removed.

        :param isOfMeasured: also after those by `Measured` alone, which are nearly all: values are
            other ones then, and nothing begins, ends or breaks.
        """
        self._observers = (*self._observers, observer)
        if isOfMeasured:
            self._ofMeasured = (*self._ofMeasured, observer)

    def restore(self, records: Iterable[ChargePointRecord]) -> None:
        """
        Take in what the store kept, at the start, before anybody observes.

        Derived values are computed again; the time of that is the record's ``link.at``.
        """
        for record in records:
            at = record.link.at or record.knownSince
            self._slots[record.nodeName] = Slot(withSums(record, at))
            self._know(record)
            self.running.replaced(None, record)
        self._publish()

    def apply(self, nodeName: str, fact: Fact) -> ChargePointRecord | None:
        """
        Let a fact become the next record; the only write.

        :return: the record after it (for ChargePointRemoved the last one), or ``None`` for a
            node name that is not known: it was removed while something of it was under way.
        """
        slot = self.chargePoints.get(nodeName)
        if slot is None:
            return self._add(nodeName, fact)
        if isinstance(fact, ChargePointRemoved):
            return self._remove(nodeName, slot)
        old, new = slot.record, apply(slot.record, fact)
        if new is not old:
            slot.record = new
            if isinstance(fact, Measured):  # which begins and ends nothing
                self._tell(nodeName, old, new, self._ofMeasured)
                return new
            self.running.replaced(old, new)
            if isinstance(fact, IdentityReplaced):
                self._knowAnew()
            self._tell(nodeName, old, new, self._observers)
        return new

    def contributions(self) -> Iterator[None]:
        """
        Have ready what each charge point that changed adds to the gateway's sums, step by step.

        `sumUp` adds them up then, which is quick.
        """
        for slot in tuple(self.chargePoints.values()):
            if self._totals.look(slot.record):
                yield

    def sumUp(self, at: datetime, own: Mapping[str, Value]) -> None:
        """
        Count and sum over all charge points, as they were when `contributions` looked at them.

        :param own: what only the gateway's parts know (Version, Heartbeat ..), by browse name.
        """
        old = self.gateway
        records = [slot.record for slot in self.chargePoints.values()]
        new = self._totals.refreshed(old, records, own, at)
        if new is not old:
            self.gateway = new
            self._tell(GATEWAY, old, new, self._observers)

    def _add(self, nodeName: str, fact: Fact) -> ChargePointRecord | None:
        if not isinstance(fact, ChargePointAdded):
            return None
        record = begin(fact)
        self._slots[nodeName] = Slot(record)
        self._know(record)
        self._publish()
        self._tell(nodeName, None, record, self._observers)
        return record

    def _remove(self, nodeName: str, slot: Slot) -> ChargePointRecord:
        del self._slots[nodeName]
        self._knowAnew()
        self.running.replaced(slot.record, None)
        self._publish()
        self._tell(nodeName, slot.record, None, self._observers)
        return slot.record

    def _publish(self) -> None:
        # A copy, because readers hold on to the mapping; it is made in C, and quick.
        self.chargePoints = MappingProxyType(self._slots.copy())

    def _know(self, record: ChargePointRecord) -> None:
        self._nodeNames[record.identity] = record.nodeName
        alike = self._folded.setdefault(record.identity.casefold(), [])
        if record.identity not in alike:
            alike.append(record.identity)

    def _knowAnew(self) -> None:
        """An identity is gone, and another record may have had the same one."""
        self._nodeNames.clear()
        self._folded.clear()
        for slot in self._slots.values():
            self._know(slot.record)

    def _tell(
        self,
        subject: str,
        old: Record | None,
        new: Record | None,
        observers: tuple[Observer, ...],
    ) -> None:
        first: Exception | None = None
        for observer in observers:
            try:
                observer(subject, old, new)
            except Exception as error:  # noqa: BLE001 - one observer must not stop the others
                first = first or error
                if self._failed is not None:
                    self._failed(error)
        if first is not None and self._failed is None:
            raise first
