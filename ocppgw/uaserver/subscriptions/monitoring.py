"""
From changed records to the monitored items that depend on them.

There are three ways.  What no record tells of is *polled*.  What wants the newest value only is
*sampled* when its subscription is about to publish (`sampling`).  What has a longer queue is told
of each record that the outward door collected, here.  In: records; out: `MonitoredItem.sample`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from twisted.internet.interfaces import IReactorTime

from ocppgw.interfaces import IChanges
from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.events.distribution import Distribution
from ocppgw.uaserver.events.eventitem import EventItem
from ocppgw.uaserver.nodes import Viewer
from ocppgw.uaserver.subscriptions.cycles import Cycles
from ocppgw.uaserver.subscriptions.item import MonitoredItem
from ocppgw.uaserver.subscriptions.polling import Polling
from ocppgw.uaserver.subscriptions.sampling import Sampler
from ocppgw.uaserver.subscriptions.watching import Nodes, Watch
from ocppgw.uaserver.turns import Turns

Read = Callable[[Any, Viewer], Any]


class Monitoring:
    """
    Distributes changes.

    :param read: gives the DataValue that a ReadValueId means for a viewer.
    :param cycles: have what is sampled looked at in time.
    :ivar events: tells the items that are for events.
    """

    def __init__(
        self,
        space: AddressSpace,
        read: Read,
        changes: IChanges,
        distribution: Distribution,
        clock: IReactorTime,
        cycles: Cycles,
    ) -> None:
        self.events = distribution
        self._space = space
        self._read = read
        self._changes = changes
        self._clock = clock
        self._cycles = cycles
        self._samplers: dict[float, Sampler] = {}
        self._nodes = Nodes()
        self._told = Watch(self._nodes, self._watch, self._unwatch)
        self._polling = Polling(clock, self.refresh)
        self._turns = Turns(clock)
        self._pending: dict[str, tuple[Sequence[Any], bool]] = {}
        self._isTelling = False

    @property
    def subjects(self) -> list[str]:
        """The subjects that are monitored."""
        return self._nodes.subjects

    def add(self, item: MonitoredItem) -> None:
        """Begin to tell an item; it is given the present value at once."""
        if isinstance(item, EventItem):
            self.events.add(item)
            return
        if item.isPolled:
            self._polling.add(item)
        else:
            self.catchUp(item)
            self._join(item)
        self.refresh(item)

    def remove(self, item: MonitoredItem) -> None:
        """Tell an item nothing more."""
        if isinstance(item, EventItem):
            self.events.remove(item)
        elif item.isPolled:
            self._polling.remove(item)
        else:
            self._leave(item, self._watchOf(item))

    @contextmanager
    def changing(self, item: MonitoredItem) -> Iterator[None]:
        """While the sampling interval and the queue of an item change."""
        item.settle()
        if item.isEvents:
            yield
        elif item.isPolled:
            self._polling.remove(item)
            yield
            self._polling.add(item)
        else:
            before = self._watchOf(item)
            yield
            if self._watchOf(item) is before:
                before.judgeAgain(item)
            else:
                self._leave(item, before)
                self.catchUp(item)  # lest it be told again what it has seen
                self._join(item)
                self.refresh(item)

    def catchUp(self, item: MonitoredItem) -> None:
        """
        Have others look at what is the newest of an item's subject, before it is refreshed.

        Else it could be given what is older than what its client was told already.
        """
        if not item.isEvents and not item.isPolled:
            self._catchUp(item.node.subject)

    def align(self, name: str) -> None:
        """Have those see the newest of a subject that see its records at different times."""
        if self._nodes.isShared(name):
            self._catchUp(name)

    def _catchUp(self, name: str) -> None:
        samplers = [each for each in self._samplers.values() if each.subject(name) is not None]
        for each in samplers:
            each.unmark(name)
        record = self._tellNow(name)
        for each in samplers:
            each.tell(name, record)

    def refresh(self, item: MonitoredItem) -> None:
        """Give an item the present value; events have none."""
        if item.isEvents:
            return
        if item.owner.viewer is not None or not item.isPolled:
            item.sample(self._present(item))

    def resend(self, items: Mapping[int, MonitoredItem]) -> None:
        """
        Have reporting items report their present value again, in turns if they are many.

        :param items: those that their subscription has, by identifier.
        """
        self._turns.work(self._resending(items))

    def _resending(self, items: Mapping[int, MonitoredItem]) -> Generator[None, None, None]:
        for itemId, item in list(items.items()):
            if not item.isEvents and items.get(itemId) is item:
                self.catchUp(item)
                item.resend(self._present(item))
            yield

    def arrived(self) -> None:
        """There is something at the outward door: tell the items, in turns if it is much."""
        if not self._isTelling:
            self._isTelling = True
            self._turns.work(self._telling())

    def _telling(self) -> Generator[None, None, None]:
        try:
            while drained := self._changes.drain():
                self._pending = {name: (records, lost) for name, records, lost in drained}
                while self._pending:
                    name = next(iter(self._pending))
                    self._changed(name, *self._pending.pop(name))
                    yield
        finally:
            self._isTelling = False

    def _changed(self, name: str, records: Sequence[Any], overflowed: bool) -> None:
        """
        A subject changed.

        :param records: the oldest first.
        :param overflowed: records before them were left out.
        """
        subject = self._told.subject(name)
        if subject is None:
            return
        for record in _after(subject.record, records):
            subject.tell(record, overflowed)
            overflowed = False

    def _tellNow(self, name: str) -> Any:
        """
        Tell what there is of a subject before its turn; others keep theirs.

        :return: the newest record, which is what was told last.
        """
        subject = self._told.subject(name)
        if subject is not None:
            if name in self._pending:
                self._changed(name, *self._pending.pop(name))
            self._changed(name, *self._changes.drainOne(name))
        record = self._space.currentRecord(name)
        if subject is not None:
            subject.tell(record)  # it may be in place, and not at the door yet
        return record

    def _present(self, item: MonitoredItem) -> Any:
        if item.isPolled:
            return self._read(item.asked, item.owner.viewer)
        return self._watchOf(item).present(item)

    def _watchOf(self, item: MonitoredItem) -> Watch:
        """Where an item is, or belongs, that records tell of."""
        return self.sampler(item.samplingInterval) if item.wantsNewest else self._told

    def sampler(self, interval: float) -> Sampler:
        """What samples items that want the newest value only, so many milliseconds apart."""
        found = self._samplers.get(interval)
        if found is None:
            found = self._samplers[interval] = Sampler(
                interval, self._nodes, self._changes, self._space.currentRecord, self._clock
            )
            self._cycles.of(interval).have(found)
        return found

    def _join(self, item: MonitoredItem) -> None:
        """Put an item where it belongs."""
        watch, owner = self._watchOf(item), item.owner
        watch.add(item)
        if isinstance(watch, Sampler):
            owner.align = self.align
            owner.samplers[watch] = owner.samplers.get(watch, 0) + 1

    def _leave(self, item: MonitoredItem, watch: Watch) -> None:
        """Take an item away from where it is."""
        watch.remove(item)
        if not isinstance(watch, Sampler):
            return
        samplers = item.owner.samplers
        samplers[watch] = samplers.get(watch, 0) - 1
        if samplers[watch] <= 0:
            del samplers[watch]
        if watch.isEmpty:
            del self._samplers[watch.interval]
            self._cycles.of(watch.interval).have(None)

    def _watch(self, name: str) -> Any:
        # First watch, then look: what happens in between is told twice, never missed.
        self._changes.watch(name)
        return self._space.currentRecord(name)

    def _unwatch(self, name: str) -> None:
        self._changes.unwatch(name)
        # Should it be watched again at once, these are older than what it then begins with.
        self._pending.pop(name, None)


def _after(known: Any, records: Sequence[Any]) -> Sequence[Any]:
    """The records behind the one that was already told, if that is among them."""
    listed = list(records)
    for index in range(len(listed) - 1, -1, -1):
        if listed[index] is known:
            return listed[index + 1 :]
    return listed
