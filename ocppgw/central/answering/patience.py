"""
Who waits for a store that fails: at most one Call of each charge point.

A charge point waits for an answer for some time and then goes on.  As long as it says nothing
new, its Call is kept and tried again once the store works: a late answer is better than none.
When its next Call comes it has given up, and the older one is dropped unanswered; it keeps what
it was about and repeats it.  Owns those who wait.  Reactor thread.  Each wait ends when the store
works, with the charge point's next Call, or when the gateway stops.  When it works, they go on a
few in each turn of the reactor: thousands at once would hold up everybody else.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from twisted.internet.defer import Deferred, succeed

from ocppgw.interfaces import IStore

WORKING = "ok"

EACH = 100
"""Those who go on in one turn of the reactor: a few milliseconds of work."""


class Patience:
    """
    Those who wait, by node name.

    :param hasGivenUp: whether a newer Call of this charge point waits already.
    :param pause: fires in a later turn of the reactor.
    """

    def __init__(
        self,
        store: IStore,
        hasGivenUp: Callable[[str], bool],
        pause: Callable[[], Deferred[None]],
    ) -> None:
        self._store = store
        self._pause = pause
        self._hasGivenUp = hasGivenUp
        self._waiting: dict[str, Deferred[bool]] = {}
        self._isStopped = False
        store.watchStatus(self._changed)

    def __len__(self) -> int:
        return len(self._waiting)

    def wait(self, nodeName: str) -> Deferred[bool]:
        """Fires with whether it is worth another try."""
        isHopeless = (
            self._store.status == WORKING
        )  # It works, and failed for this one all the same.
        if isHopeless or self._isStopped or self._hasGivenUp(nodeName):
            return succeed(False)
        waiting = self._waiting[nodeName] = Deferred()
        return waiting

    def giveUp(self, nodeName: str) -> None:
        """The charge point went on: nobody waits for it any more."""
        waiting = self._waiting.pop(nodeName, None)
        if waiting is not None:
            waiting.callback(False)

    def stop(self) -> None:
        """Nobody waits any more, now or later."""
        self._isStopped = True
        for nodeName in tuple(self._waiting):
            self.giveUp(nodeName)

    def _changed(self, status: str) -> None:
        if status == WORKING:
            Deferred.fromCoroutine(self._goOn())

    async def _goOn(self) -> None:
        """Have everybody try again, for as long as it is worth it."""
        while self._waiting and self._store.status == WORKING:
            for nodeName in tuple(islice(self._waiting, EACH)):
                self._waiting.pop(nodeName).callback(True)
            await self._pause()
