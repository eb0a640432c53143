"""
Calls that no user waits for: those of the start-up and of polling.

Each waits for its own turn behind all commands, so that a person waits for one such Call at
most.  Owns nothing beyond the turn.  Reactor thread.  The Deferred ends as the caller ends the
Call; cancelled, it leaves the line or forgets the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, fail, maybeDeferred

from ocppgw.central.commanding.lines import Lines, Turn
from ocppgw.central.configuring.asking import Asking
from ocppgw.central.linking.calling import CallErrorReceived
from ocppgw.central.means import Means
from ocppgw.v16.messages import Message


class Background:
    """
    Sends Calls when nothing else is to be sent.

    :param cannot: whether a charge point is known not to be able to do what is asked.
    """

    def __init__(self, means: Means, lines: Lines, cannot: Callable[[str, Message], bool]) -> None:
        self._means = means
        self._lines = lines
        self._cannot = cannot

    def asking(self, nodeName: str, timeout: float) -> Asking:
        """A way to ask one charge point; ``timeout`` (seconds) is that of each Call."""

        def ask(request: Message) -> Deferred[Any]:
            return self.call(nodeName, request, timeout)

        return ask

    def call(self, nodeName: str, request: Message, timeout: float) -> Deferred[Any]:
        """Ask once; fails with ``CallFailed``, at once where the answer is known to be no (B11)."""
        if self._cannot(nodeName, request):
            return fail(CallErrorReceived("NotImplemented", "as it said before", {}))
        sent: list[Deferred[Any]] = []

        def begin() -> None:
            calling = maybeDeferred(self._means.caller.call, nodeName, request, timeout)
            sent.append(calling)
            calling.addBoth(answered.callback)
            answered.addBoth(over)

        def over(result: Any) -> Any:
            self._lines.done(nodeName, turn)
            return result

        def withdraw(_: Deferred[Any]) -> None:
            if sent:
                sent[0].cancel()
            else:
                self._lines.leave(nodeName, turn)

        turn = Turn(begin, urgent=False)
        answered: Deferred[Any] = Deferred(withdraw)
        self._lines.join(nodeName, turn)
        return answered
