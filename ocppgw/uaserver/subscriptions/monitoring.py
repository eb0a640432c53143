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
from ocppgw.uaserver.subscriptions.item import MonitoredItem
from ocppgw.uaserver.subscriptions.polling import Polling
from ocppgw.uaserver.subscriptions.sampling import Sampler
from ocppgw.uaserver.subscriptions.watching import Nodes, Watch
from ocppgw.uaserver.turns import Round, Turns

Read = Callable[[Any, Viewer], Any]


class Monitoring:
    """
    Distributes changes.

    :param read: gives the DataValue that a ReadValueId means for a viewer.
    :ivar events: tells the items that are for events.
    """

    def __init__(
        self,
        space: AddressSpace,
        read: Read,
        changes: IChanges,
        distribution: Distribution,
        clock: IReactorTime,
    ) -> None:
        self.events = distribution
        self._space = space
        self._read = read
        self._changes = changes
        self._clock = clock
        self._nodes = Nodes()
        self._told = Watch(self._nodes, self._watch, self._unwatch)
        self._polling = Polling(clock, self.refresh)
        self._turns = Turns(clock)
        self._beside = Round(clock)
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
            self._watchOf(item).add(item)
        self.refresh(item)

    def remove(self, item: MonitoredItem) -> None:
        """Tell an item nothing more."""
        if isinstance(item, EventItem):
            self.events.remove(item)
        elif item.isPolled:
            self._polling.remove(item)
        else:
            self._watchOf(item).remove(item)

    @contextmanager
    def changing(self, item: MonitoredItem) -> Iterator[None]:
        """While the sampling interval, the queue and the filter of an item change."""
        item.settle()
        if item.isEvents:
            yield
        elif item.isPolled:
            self._polling.remove(item)
            yield
            self._polling.add(item)
        else:
            before, interval, filter = self._watchOf(item), item.samplingInterval, item.filter
            yield
            after = self._watchOf(item)
            if before is not self._told:
                item.owner.sampler.repromise(interval, item.samplingInterval)
            if after is before:
                if item.filter != filter:
                    after.judgeAgain(item)
                    self.catchUp(item)
                    self.refresh(item)  # nobody may ever tell it again what it passed over so far
            else:
                before.remove(item)
                self.catchUp(item)  # lest it be told again what it has seen
                after.add(item)
                self.refresh(item)

    def catchUp(self, item: MonitoredItem) -> None:
        """
        Have others look at what is the newest of an item's subject, before it is refreshed.

        Else it could be given what is older than what its client was told already.
        """
        if item.isEvents or item.isPolled:
            return
        if item.owner.sampler is None:
            self._tellNow(item.node.subject)
        else:
            item.owner.sampler.catchUp(item.node.subject)

    def refresh(self, item: MonitoredItem) -> None:
        """Give an item the present value; events have none."""
        if item.isEvents:
            return
        if item.wantsNewest:
            item.sampleAtOnce(self._present(item))
        elif item.owner.viewer is not None or not item.isPolled:
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
        if not item.wantsNewest:
            return self._told
        owner = item.owner
        if owner.sampler is None:
            owner.sampler = Sampler(
                self._nodes,
                owner.newest,
                self._told,
                self._changes,
                self._space.currentRecord,
                self._tellNow,
                self._beside,
            )
        return owner.sampler

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
