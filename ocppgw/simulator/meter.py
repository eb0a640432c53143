"""
The meter of one connector: what is measured, made up plausibly.

Pure: elapsed seconds and randomness come in.  Owns the energy register, which only grows and is
never set back, and the values that were measured last; those hold until the next step, so that
all questions of one moment get the same answer.
"""

from __future__ import annotations

from random import Random

import attrs

from ocppgw.simulator.car import Car

RAMP = 4.0
"""How fast the current may rise, in amperes a second."""

POWER_FACTOR = 0.99
NOMINAL = 230.0
PHASES = 3


@attrs.frozen
class Measured:
    """
    All values of one moment.

    :ivar energy: the register, in Wh.
    :ivar voltages: of each phase against the neutral.
    :ivar currents: in amperes, of each phase.
    :ivar powers: in watts, of each phase.
    :ivar offered: the most that the car may take, in amperes for each phase.
    :ivar level: the car's state of charge in percent; ``None`` without a car.
    """

    energy: float
    voltages: tuple[float, ...] = (NOMINAL,) * PHASES
    currents: tuple[float, ...] = (0.0,) * PHASES
    powers: tuple[float, ...] = (0.0,) * PHASES
    frequency: float = 50.0
    temperature: float = 25.0
    offered: float = 32.0
    level: float | None = None

    @property
    def power(self) -> float:
        """The sum of the phases."""
        return sum(self.powers)


class Meter:
    """
    Measures one connector.

    :ivar last: what was measured last.
    """

    def __init__(self, random: Random, offered: float = 32.0) -> None:
        self._random = random
        self._current = 0.0
        energy = float(random.randrange(50_000, 9_000_000))
        self.last = Measured(energy, offered=offered)

    def step(self, seconds: float, car: Car | None, isCharging: bool) -> Measured:
        """
        Let time pass.

        What flowed until now is added to the register and to the car.
        """
        if seconds > 0:
            energy = self.last.power * seconds / 3600
            if car is not None:
                car.take(energy)
            self._current = self._ramped(seconds, car if isCharging else None)
            self.last = self._measure(self.last.energy + energy, car)
        return self.last

    def cut(self) -> None:
        """The contactor opens: nothing flows any more."""
        self._current = 0.0
        nothing = (0.0,) * PHASES
        self.last = attrs.evolve(self.last, currents=nothing, powers=nothing)

    def _ramped(self, seconds: float, car: Car | None) -> float:
        """The current after some time: up in a ramp, down at once."""
        target = min(self.last.offered, car.demand()) if car else 0.0
        return min(target, self._current + RAMP * seconds)

    def _measure(self, energy: float, car: Car | None) -> Measured:
        vary = self._random.uniform
        voltages = tuple(vary(228.5, 232.5) for _ in range(PHASES))
        used = car.phases if car else 0
        currents = tuple(
            self._current * vary(0.99, 1.0) if phase < used else 0.0 for phase in range(PHASES)
        )
        powers = tuple(v * i * POWER_FACTOR for v, i in zip(voltages, currents, strict=True))
        return Measured(
            energy=energy,
            voltages=voltages,
            currents=currents,
            powers=powers,
            frequency=vary(49.97, 50.03),
            temperature=25.0 + 0.5 * self._current + vary(-0.5, 0.5),
            offered=self.last.offered,
            level=100 * car.level if car else None,
        )
