"""
Questions about one identity each, asked of the database together.

Each visit to a reader's thread costs more than the answer.  So there is one at a time, and it asks
for all that came up during the last one: when a whole site connects, hundreds are let in together.
Owns who waits; reactor thread.  Every Deferred ends with its visit, which begins when the one
before it is over, and never reads what was there before the question.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

MOST = 16
"""Questions of one visit: all who get its answers go on in one turn of the reactor."""


class Lookups:
    """
    Asks for many at once.

    :param read: finds, elsewhere, what is kept of each of some identities.
    """

    def __init__(self, read: Callable[[Sequence[str]], Deferred[Mapping[str, Any]]]) -> None:
        self._read = read
        self._waiting: list[tuple[str, Deferred[Any]]] = []
        self._isUnderWay = False
        self._isBeginning = False

    def find(self, identity: str) -> Deferred[Any]:
        """What is kept of an identity; fails as the reading does."""
        answer: Deferred[Any] = Deferred()
        self._waiting.append((identity, answer))
        self._next()
        return answer

    def _next(self) -> None:
        """Begin visits until one is under way: a store that is closed fails each at once."""
        if self._isBeginning:
            return
        self._isBeginning = True
        while self._waiting and not self._isUnderWay:
            asking, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            self._isUnderWay = True
            identities = tuple({identity for identity, _ in asking})
            self._read(identities).addBoth(self._found, asking)
        self._isBeginning = False

    def _found(
        self, found: Mapping[str, Any] | Failure, asking: Sequence[tuple[str, Deferred[Any]]]
    ) -> None:
        self._isUnderWay = False
        self._next()
        for identity, answer in asking:
            if isinstance(found, Failure):
                answer.errback(Failure(found.value))
            else:
                answer.callback(found[identity])
