"""
What recurs: all that has the same interval has its turn at the same time.

So what changed is looked for once for all subscriptions of an interval, while it is at hand:
first their items look (`sampling`), then each of them publishes, in turns if they are many.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from functools import partial
from typing import TYPE_CHECKING

from twisted.internet.interfaces import IReactorTime

from ocppgw.uaserver.timer import Timer
from ocppgw.uaserver.turns import Turns

if TYPE_CHECKING:
    from ocppgw.uaserver.subscriptions.sampling import Sampler
    from ocppgw.uaserver.subscriptions.subscription import Subscription


class Cycle:
    """
    One interval, which begins when somebody first joins.

    :param ended: called once nobody is left.
    """

    def __init__(self, clock: IReactorTime, interval: float, ended: Callable[[], None]) -> None:
        self._interval = interval
        self._ended = ended
        self._timer = Timer(clock)
        self._turns = Turns(clock)
        self._sampler: Sampler | None = None
        self._subscriptions: dict[Subscription, None] = {}
        self._wait()

    def join(self, subscription: Subscription) -> None:
        """It publishes from now on."""
        self._subscriptions[subscription] = None

    def leave(self, subscription: Subscription) -> None:
        """It does so no more."""
        del self._subscriptions[subscription]
        self._endIfLeft()

    def have(self, sampler: Sampler | None) -> None:
        """This one samples from now on, or none does."""
        self._sampler = sampler
        self._endIfLeft()

    def _endIfLeft(self) -> None:
        if not self._subscriptions and self._sampler is None:
            self._timer.stop()
            self._ended()

    def _wait(self) -> None:
        self._timer.start(self._interval / 1000, self._passed)

    def _passed(self) -> None:
        self._wait()
        every = list(self._subscriptions)
        # Who has nothing that is sampled need not wait for others who have very much.
        self._publish([each for each in every if not each.samplers])
        sampled = [each for each in every if each.samplers]
        # Of some the items were promised to be sampled at another interval than they publish now.
        samplers = {sampler: None for each in sampled for sampler in each.samplers}
        if self._sampler is not None:
            samplers[self._sampler] = None
        busy = set(samplers)

        def looked(sampler: Sampler) -> None:
            busy.discard(sampler)
            if not busy:
                self._publish(sampled)

        for each in samplers:
            each.sample(partial(looked, each))

    def _publish(self, subscriptions: Iterable[Subscription]) -> None:
        self._turns.work(self._publishing(subscriptions))

    def _publishing(self, subscriptions: Iterable[Subscription]) -> Generator[None, None, None]:
        for each in subscriptions:
            if each in self._subscriptions:
                each.cycle()
            yield


class Cycles:
    """The cycles that somebody has joined."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._byInterval: dict[float, Cycle] = {}

    def of(self, interval: float) -> Cycle:
        """That of so many milliseconds; who asks is to join it."""
        found = self._byInterval.get(interval)
        if found is None:
            found = Cycle(self._clock, interval, partial(self._forget, interval))
            self._byInterval[interval] = found
        return found

    def _forget(self, interval: float) -> None:
        del self._byInterval[interval]
