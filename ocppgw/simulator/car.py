"""
An electric car, as far as a charge point notices it.

Pure: numbers in, numbers out.
"""

from __future__ import annotations

from random import Random

import attrs

TAPER = 0.9
"""State of charge from which on a car takes less and less."""

LEAST = 0.3
"""The part of its greatest current that a car takes just before it is full."""

FULL = 0.9999


@attrs.define
class Car:
    """
    One car.

    :ivar capacity: of its battery, in Wh.
    :ivar level: its state of charge, 0 to 1.
    :ivar phases: on how many it charges, 1 or 3.
    :ivar current: the most it takes, in amperes for each phase.
    """

    capacity: float = 60_000.0
    level: float = 0.4
    phases: int = 3
    current: float = 16.0

    @property
    def isFull(self) -> bool:
        """Whether it takes nothing more."""
        return self.level >= FULL

    def demand(self) -> float:
        """What it would take now, in amperes for each phase."""
        if self.isFull:
            return 0.0
        beyond = max(0.0, self.level - TAPER) / (1 - TAPER)
        return self.current * (1 - (1 - LEAST) * beyond)

    def take(self, energy: float) -> None:
        """Fill in so many Wh."""
        self.level = min(1.0, self.level + energy / self.capacity)


def someCar(random: Random) -> Car:
    """A car off the street; some are nearly full."""
    nearlyFull = random.random() < 0.2
    return Car(
        capacity=random.choice((40_000.0, 52_000.0, 60_000.0, 77_000.0)),
        level=random.uniform(0.996, 0.999) if nearlyFull else random.uniform(0.15, 0.8),
        phases=random.choice((1, 3, 3, 3)),
        current=random.choice((16.0, 16.0, 32.0)),
    )
