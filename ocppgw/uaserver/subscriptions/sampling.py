"""
Items that want the newest value only: sampled when their subscriptions are about to publish.

A queue of one (OPC 10000-4, 5.12.1.5) holds but the last of what was sampled, so nothing is
computed when a record changes: the outward door *marks* its subject, and each publishing interval
the items of marked subjects look at the newest record.  That is their sampling interval then, and
they are told so.  Their filters compare what they sampled, as the specification has it (7.22.2).

Items of all subscriptions that are sampled as often look together: what changed is found, made
and encoded once for all of them, and what that takes of memory is at hand.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import Any

from twisted.internet.interfaces import IReactorTime

from ocppgw.interfaces import IChanges
from ocppgw.uaserver.subscriptions.watching import Nodes, Watch
from ocppgw.uaserver.turns import Turns

CurrentRecord = Callable[[str], Any]


class Sampler(Watch):
    """
    Samples such items of one interval.

    :ivar interval: in milliseconds.
    :param currentRecord: gives the newest record of a subject.
    """

    def __init__(
        self,
        interval: float,
        nodes: Nodes,
        changes: IChanges,
        currentRecord: CurrentRecord,
        clock: IReactorTime,
    ) -> None:
        super().__init__(nodes, self._follow, self._unfollow)
        self.interval = interval
        self._changes = changes
        self._currentRecord = currentRecord
        self._marks: dict[str, None] = {}
        self._turns = Turns(clock)
        self._isAtWork = False
        self._waiting: list[Callable[[], None]] = []

    def sample(self, done: Callable[[], None] = lambda: None) -> None:
        """
        Have all items look that could see something new, in turns if they are many.

        :param done: called when all have looked.  Where this is under way already all look once
            more, and then it is called.
        """
        self._waiting.append(done)
        if not self._isAtWork:
            self._isAtWork = True
            self._turns.work(self._sampling())

    def unmark(self, name: str) -> None:
        """A subject is about to be told; to be called before its record is looked for."""
        self._marks.pop(name, None)

    def tell(self, name: str, record: Any) -> None:
        """Have the items of a subject look at a record, if there are any."""
        subject = self.subject(name)
        if subject is not None:
            subject.tellNewest(record)

    def _sampling(self) -> Generator[None, None, None]:
        try:
            while self._waiting:
                waiting, self._waiting = self._waiting, []
                # What the reactor thread marks from now on is for next time.  A list is filled in
                # one go; a tuple is not, because making it room may run the garbage collector,
                # and with it Python code, between which the other thread has its turn.
                for name in list(self._marks):
                    # First take the mark, then look: what happens in between is marked again.
                    self.unmark(name)
                    self.tell(name, self._currentRecord(name))
                    yield
                for done in waiting:
                    done()
        finally:
            self._isAtWork = False

    def _follow(self, name: str) -> Any:
        # First follow, then look: what happens in between is looked at twice, never missed.
        self._changes.follow(name, self._marks)
        return self._currentRecord(name)

    def _unfollow(self, name: str) -> None:
        self._changes.unfollow(name, self._marks)
        self._marks.pop(name, None)
