"""
Answers that are good for a while, so that a page that is asked for every second asks less often.

Owns the answers to the last few questions.  Reactor thread; what it gives fires as the question
does.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from twisted.internet.defer import Deferred, succeed

KEPT = 50
"""Questions whose answers are kept."""

V = TypeVar("V")


class Fresh(Generic[V]):
    """
    Asks sparingly.

    :param seconds: the time.
    :param good: seconds that an answer is good for.
    """

    def __init__(self, seconds: Callable[[], float], good: float) -> None:
        self._seconds = seconds
        self._good = good
        self._kept: OrderedDict[Hashable, tuple[float, V]] = OrderedDict()

    def of(self, question: Hashable, ask: Callable[[], Deferred[V]]) -> Deferred[V]:
        """The answer to a question, which ``ask`` gives where none is fresh."""
        now, known = self._seconds(), self._kept.get(question)
        if known is not None and now - known[0] < self._good:
            return succeed(known[1])
        return ask().addCallback(self._keep, question, now)

    def _keep(self, answer: V, question: Hashable, now: float) -> V:
        self._kept[question] = (now, answer)
        self._kept.move_to_end(question)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return answer
