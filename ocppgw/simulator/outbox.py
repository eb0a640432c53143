"""
The transaction messages that wait to be delivered, in the order in which they came about.

Owns the queue, which outlives links and restarts and is bounded, and the alarm of the next
attempt.  Flow: `add` in, one at a time out through ``send``, whose Deferred ends by itself.  An
attempt that the link cut short does not count.  Source: OCPP 1.6 section 3.7.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from ocppgw.simulator.alarm import Alarm
from ocppgw.simulator.conversation import AskFailed, Disconnected
from ocppgw.simulator.mischief import Mischief
from ocppgw.simulator.settings import Settings
from ocppgw.v16.messages import Message

log = Logger()

CAPACITY = 2000
"""How many messages wait at most; beyond, readings are dropped, the oldest first."""


@attrs.define(eq=False)
class Entry:
    """
    One message.

    :ivar build: makes the message, when the number of its transaction is known.
    :ivar delivered: told of the confirmation.
    :ivar isReading: it can be done without when there is no room.
    """

    build: Callable[[], Message]
    delivered: Callable[[Message], object] = attrs.field(default=lambda confirmation: None)
    isReading: bool = False
    tries: int = 0


class Outbox:
    """
    The queue of one charge point.

    :param send: asks the Central System; ``None`` where that is not possible now.
    """

    def __init__(
        self,
        clock: IReactorTime,
        settings: Settings,
        mischief: Mischief,
        send: Callable[[Message], Deferred[Message] | None],
    ) -> None:
        self._settings = settings
        self._mischief = mischief
        self._send = send
        self._entries: deque[Entry] = deque()
        self._busy = False
        self._retry = Alarm(clock, self.pump)

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def isEmpty(self) -> bool:
        """Whether all was delivered."""
        return not self._entries

    def add(self, entry: Entry) -> None:
        """Take a message in; it goes out when its turn comes."""
        if len(self._entries) >= CAPACITY:
            self._makeRoom()
        self._entries.append(entry)
        self.pump()

    def _makeRoom(self) -> None:
        """Drop the oldest reading that is not on its way, else the oldest message."""
        first = 1 if self._busy else 0
        waiting = list(self._entries)[first:]
        dropped = next((entry for entry in waiting if entry.isReading), waiting[0])
        self._entries.remove(dropped)
        log.warn("No room for a transaction message: the oldest is dropped")

    def pump(self) -> None:
        """Send the next one, if there is one and nothing stands against it."""
        if self._busy or self._retry.isSet or not self._entries:
            return
        entry = self._entries[0]
        asked = self._send(entry.build())
        if asked is None:
            return
        self._busy = True
        asked.addCallbacks(
            self._answered, self._failed, callbackArgs=(entry,), errbackArgs=(entry,)
        )
        asked.addErrback(lambda failure: log.failure("An answer could not be used", failure))

    def _answered(self, confirmation: Message, entry: Entry) -> None:
        self._finish(entry)
        entry.delivered(confirmation)
        again = self._send(entry.build()) if self._mischief.duplicating else None
        if again is not None:
            again.addErrback(lambda failure: failure.trap(AskFailed) and None)
        self.pump()

    def _failed(self, failure: Failure, entry: Entry) -> None:
        if failure.trap(Disconnected, AskFailed) is Disconnected:
            self._busy = False
            return
        entry.tries += 1
        if entry.tries >= self._settings.number("TransactionMessageAttempts"):
            log.warn("A transaction message is given up after {tries} tries", tries=entry.tries)
            self._finish(entry)
        else:
            self._busy = False
            interval = self._settings.number("TransactionMessageRetryInterval")
            self._retry.set(interval * entry.tries)
        self.pump()

    def _finish(self, entry: Entry) -> None:
        self._busy = False
        self._entries.remove(entry)

    def linked(self) -> None:
        """There is a link again; waiting makes no sense any more."""
        self._retry.cancel()
        self.pump()

    def stop(self) -> None:
        """End the alarm; what waits stays."""
        self._retry.cancel()
