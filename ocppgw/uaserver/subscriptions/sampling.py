"""
Items that want the newest value only: sampled when their subscription is about to publish.

A queue of one (OPC 10000-4, 5.12.1.5) holds but the last of what was sampled, so nothing is
computed when a record changes: the outward door *marks* its subject, and each publishing interval
the items of marked subjects look at the newest record.  That is their sampling interval then, and
they are told so.  Their filters compare what they sampled, as the specification has it (7.22.2).
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from typing import Any

from ocppgw.interfaces import IChanges
from ocppgw.uaserver.subscriptions.item import MonitoredItem
from ocppgw.uaserver.subscriptions.watching import Nodes, Watch
from ocppgw.uaserver.timer import Timer
from ocppgw.uaserver.turns import Round

CurrentRecord = Callable[[str], Any]


class Sampler(Watch):
    """
    Samples such items of one subscription.

    :param newest: takes the notifications of items that saw something, by item.
    :param told: has the items with longer queues.
    :param currentRecord: gives the newest record of a subject.
    :param tellNow: does so, too, once those items were told all until that one.
    :param beside: has the samplers of all subscriptions work side by side.
    """

    def __init__(
        self,
        nodes: Nodes,
        newest: dict[MonitoredItem, bytes],
        told: Watch,
        changes: IChanges,
        currentRecord: CurrentRecord,
        tellNow: CurrentRecord,
        beside: Round,
    ) -> None:
        super().__init__(nodes, self._follow, self._unfollow)
        self._newest = newest
        self._told = told
        self._changes = changes
        self._currentRecord = currentRecord
        self._tellNow = tellNow
        self._marks: dict[str, None] = {}
        self._beside = beside
        self._isAtWork = False
        self._waiting: list[Callable[[], None]] = []
        self._between = Timer(beside.clock)
        self._promised: dict[float, int] = {}

    def add(self, item: MonitoredItem) -> None:
        super().add(item)
        self._promise(item.samplingInterval, 1)

    def remove(self, item: MonitoredItem) -> None:
        super().remove(item)
        self._promise(item.samplingInterval, -1)

    def repromise(self, before: float, now: float) -> None:
        """The sampling interval of an item is another now, in milliseconds."""
        self._promise(now, 1)
        self._promise(before, -1)

    def _promise(self, interval: float, items: int) -> None:
        """So many more items are to be sampled each so many milliseconds, or more often."""
        left = self._promised.get(interval, 0) + items
        if left > 0:
            self._promised[interval] = left
        else:
            self._promised.pop(interval, None)

    def sample(self, done: Callable[[], None] = lambda: None) -> None:
        """
        Have all items look that could see something new, in turns if they are many.

        :param done: called when all have looked.  Where this is under way already all look once
            more, and then it is called.
        """
        self._waiting.append(done)
        if not self._isAtWork:
            self._isAtWork = True
            self._beside.work(self._sampling())

    def catchUp(self, name: str) -> None:
        """Have all items of a subject see the same record now, the newest, whatever their queue."""
        self._look(name, self._tellNow)

    def align(self, names: Iterable[str]) -> None:
        """Have them do so that otherwise see records at other times than these items."""
        for name in names:
            if self._told.subject(name) is not None:
                self.catchUp(name)

    def keepPace(self, publishingInterval: float) -> None:
        """
        Sample between two publishing cycles, too, where the interval of these was made longer
        than what items were promised.
        """
        interval = min(self._promised, default=publishingInterval)
        if interval < publishingInterval:
            self._between.start(interval / 1000, lambda: self._again(publishingInterval))
        else:
            self._between.stop()

    def close(self) -> None:
        """The subscription is over."""
        self._between.stop()

    def _again(self, publishingInterval: float) -> None:
        self.keepPace(publishingInterval)
        if not self._isAtWork:
            self.sample()

    def _sampling(self) -> Generator[None, None, None]:
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                # What the reactor thread marks from now on is for next time.  A list is filled in
                # one go; a tuple is not, because making it room may run the garbage collector,
                # and with it Python code, between which the other thread has its turn.
                for name in list(self._marks):
                    self._look(name, self._currentRecord)
                    yield
                for done in waiting:
                    done()
        finally:
            self._isAtWork = False

    def _look(self, name: str, recordOf: CurrentRecord) -> None:
        """Have the items of a subject look, if there are any."""
        # First take the mark, then look: what happens in between is marked again.
        self._marks.pop(name, None)
        record = recordOf(name)
        subject = self.subject(name)
        if subject is not None:
            subject.tellNewest(record, self._newest)

    def _follow(self, name: str) -> Any:
        # First follow, then look: what happens in between is looked at twice, never missed.
        self._changes.follow(name, self._marks)
        return self._currentRecord(name)

    def _unfollow(self, name: str) -> None:
        self._changes.unfollow(name, self._marks)
        self._marks.pop(name, None)
