"""
Whether the Central System has taken the charge point in, and how it gets there.

Owns the registration and the alarm of the next BootNotification.  What is asked ends by the
answer, a time-out or the loss of the link; the next attempt follows by itself.  A registration
outlives a link, not a restart.  Source: OCPP 1.6 section 4.2, OCPP-J 1.6 section 5.4.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from ocppgw.simulator.alarm import Alarm
from ocppgw.simulator.conversation import AskFailed, Disconnected
from ocppgw.v16.messages import BootNotificationConfirmation, BootNotificationRequest, Message

log = Logger()

ACCEPTED = "Accepted"
REJECTED = "Rejected"

OWN_INTERVAL = 30.0
"""Seconds until the next BootNotification where the Central System names none, or is silent."""


class Registration:
    """
    The registration of one charge point.

    :ivar status: the latest answer; empty before there was one since the start.
    :param ask: asks the Central System; ``None`` without a link.
    :param accepted: told of each acceptance, with the interval for heartbeats.
    """

    def __init__(
        self,
        clock: IReactorTime,
        request: BootNotificationRequest,
        ask: Callable[[Message], Deferred[Message] | None],
        accepted: Callable[[int], object],
    ) -> None:
        self.status = ""
        self._clock = clock
        self._request = request
        self._ask = ask
        self._accepted = accepted
        self._isAsking = False
        self._notBefore = 0.0
        self._next = Alarm(clock, self.boot)

    @property
    def isAccepted(self) -> bool:
        """Whether the charge point may send what it likes."""
        return self.status == ACCEPTED

    def restart(self) -> None:
        """The charge point starts anew."""
        self._next.cancel()
        self.status, self._notBefore = "", 0.0

    def linked(self) -> None:
        """There is a link; without registration, boot when the wait is over."""
        if not self.isAccepted:
            wait = self._notBefore - self._clock.seconds()
            if wait > 0:
                self._next.set(wait)
            else:
                self.boot()

    def unlinked(self) -> None:
        """The link is gone."""
        self._next.cancel()

    def boot(self) -> None:
        """Send a BootNotification, unless one is out."""
        if self._isAsking:
            return
        self._next.cancel()
        asked = self._ask(self._request)
        if asked is None:
            return
        self._isAsking = True
        asked.addBoth(self._asked)
        asked.addCallbacks(self._answered, self._failed)
        asked.addErrback(lambda failure: log.failure("A boot went wrong", failure))

    def _asked(self, result: Message | Failure) -> Message | Failure:
        self._isAsking = False
        return result

    def _answered(self, message: Message) -> None:
        answer = cast(BootNotificationConfirmation, message)
        self.status = answer.status
        if self.isAccepted:
            self._accepted(answer.interval)
        else:
            self._again(float(answer.interval) if answer.interval > 0 else OWN_INTERVAL)

    def _failed(self, failure: Failure) -> None:
        # After a lost link the next one boots at once; a silent peer is left in peace a while.
        if failure.trap(Disconnected, AskFailed) is not Disconnected and not self.isAccepted:
            self._again(OWN_INTERVAL)

    def _again(self, seconds: float) -> None:
        self._notBefore = self._clock.seconds() + seconds
        self._next.set(seconds)
