"""
Simulated charge points with everything that can go wrong, and a book of what they were answered.

`Fleet` owns them and one timer.  Its book is what the gateway's database is compared with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, cast

from twisted.internet.defer import Deferred
from twisted.internet.task import LoopingCall

from ocppgw.simulator.chargepoint import ChargePoint
from ocppgw.simulator.outbox import Entry
from ocppgw.simulator.pace import Pace
from ocppgw.simulator.service import SimulatedChargePoints
from ocppgw.v16.messages import (
    Message,
    StartTransactionConfirmation,
    StopTransactionConfirmation,
    StopTransactionRequest,
)

BUSY = Pace(
    first=(0.5, 5.0),
    arrival=(1.0, 6.0),
    presenting=(0.5, 2.0),
    stay=(4.0, 20.0),
    leaving=(0.5, 3.0),
    trouble=(20.0, 60.0),
    repair=(2.0, 8.0),
    look=0.5,
)

TROUBLE = 0.2
"""Seconds between two things that go wrong somewhere."""


class Fleet:
    """
    The charge points.

    :ivar started: ids that were given to their transactions, by identity.
    :ivar stopped: ids of transactions whose end was confirmed.
    :ivar troubles: what went wrong, how often.
    """

    def __init__(self, count: int, url: str, reactor: Any, random: Random) -> None:
        self._random = random
        self._service = SimulatedChargePoints(
            count, url, reactor, random, lambda: datetime.now(UTC), BUSY
        )
        self.started: list[tuple[str, int]] = []
        self.stopped: set[int] = set()
        self.troubles: Counter[str] = Counter()
        self._making = LoopingCall(self._trouble)
        for point in self.points:
            self._keepBook(point)

    @property
    def points(self) -> tuple[ChargePoint, ...]:
        """All of them."""
        return self._service.chargePoints

    @property
    def isQuiet(self) -> bool:
        """Whether each is connected and has delivered all it had to say."""
        return all(point.isOnline and point.outbox.isEmpty for point in self.points)

    def start(self) -> None:
        """Begin, with troubles."""
        self._service.startService()
        self._making.start(TROUBLE, now=False)

    def calm(self) -> None:
        """No more troubles, and no car moves any more."""
        self._making.stop()
        for site in self._service._sites:
            site._troubles.stop()
            for visits in site._visits:
                visits.stop()
        for point in self.points:
            self._soothe(point)

    def stop(self) -> Deferred[Any]:
        """Hang up."""
        return self._service.stopService()

    def _keepBook(self, point: ChargePoint) -> None:
        add: Callable[[Entry], None] = point.outbox.add

        def noted(entry: Entry) -> None:
            delivered = entry.delivered
            entry.delivered = lambda answer: self._delivered(point, entry, answer, delivered)
            add(entry)

        point.outbox.add = noted  # type: ignore[method-assign]

    def _delivered(
        self, point: ChargePoint, entry: Entry, answer: Message, then: Callable[[Message], object]
    ) -> None:
        if isinstance(answer, StartTransactionConfirmation):
            self.started.append((point.identity, answer.transactionId))
        elif isinstance(answer, StopTransactionConfirmation):
            self.stopped.add(cast(StopTransactionRequest, entry.build()).transactionId)
        then(answer)

    # Troubles

    def _trouble(self) -> None:
        point = self._random.choice(self.points)
        trouble = self._random.choice(
            (self._cut, self._cut, self._deaf, self._twice, self._clock, self._late, self._soothe,
             self._soothe, self._restart)
        )  # fmt: skip
        self.troubles[trouble.__name__.lstrip("_")] += 1
        trouble(point)

    def _cut(self, point: ChargePoint) -> None:
        """The cable, for a moment or for longer."""
        point.dropLink(self._random.choice((0.0, 0.2, 3.0, 10.0)))

    def _deaf(self, point: ChargePoint) -> None:
        """It answers nothing that it is asked."""
        point.mischief.silent.add("*")

    def _twice(self, point: ChargePoint) -> None:
        """It repeats each transaction message."""
        point.mischief.duplicating = True

    def _clock(self, point: ChargePoint) -> None:
        """Its clock is beyond all reason."""
        point.mischief.skew = timedelta(days=self._random.choice((40, 4000)))

    def _late(self, point: ChargePoint) -> None:
        """It takes its time."""
        point.mischief.late["*"] = self._random.uniform(0.0, 3.0)

    def _restart(self, point: ChargePoint) -> None:
        """It loses its power."""
        if self._random.random() < 0.2:
            point.reset("Hard")

    def _soothe(self, point: ChargePoint) -> None:
        """All is well again."""
        point.mischief.silent.clear()
        point.mischief.late.clear()
        point.mischief.duplicating = False
        point.mischief.skew = timedelta()
