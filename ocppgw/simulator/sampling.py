"""
What was measured, as sampled values of the specification.

Pure.  One table says how each measurand is written: on which phases, in which unit, with how many
digits.  An item of a list like MeterValuesSampledData is a measurand, which gives the overall
value and those of the phases, or a measurand and a phase.  Source: OCPP 1.6 sections 7.31 to 7.45.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import attrs

from ocppgw.simulator.meter import NOMINAL, PHASES, POWER_FACTOR, Measured
from ocppgw.v16.measurands import splitPhase
from ocppgw.v16.messages import SampledValue

_LINES = ("L1", "L2", "L3")
_TO_NEUTRAL = ("L1-N", "L2-N", "L3-N")


@attrs.frozen
class _Way:
    """How one measurand is written; ``total`` may give ``None`` where there is nothing to say."""

    unit: str | None
    digits: int
    total: Callable[[Measured], float | None] | None = None
    phases: Callable[[Measured], tuple[float, ...]] | None = None
    names: tuple[str, ...] = _LINES


_WAYS: Mapping[str, _Way] = {
    "Energy.Active.Import.Register": _Way("Wh", 1, lambda m: m.energy),
    "Power.Active.Import": _Way("W", 1, lambda m: m.power, lambda m: m.powers),
    "Power.Offered": _Way("W", 0, lambda m: m.offered * NOMINAL * PHASES),
    "Power.Factor": _Way(None, 2, lambda m: POWER_FACTOR),
    "Current.Import": _Way("A", 2, None, lambda m: m.currents),
    "Current.Offered": _Way("A", 1, lambda m: m.offered),
    "Voltage": _Way("V", 1, None, lambda m: m.voltages, _TO_NEUTRAL),
    "Frequency": _Way(None, 2, lambda m: m.frequency),
    "Temperature": _Way("Celsius", 1, lambda m: m.temperature),
    "SoC": _Way("Percent", 1, lambda m: m.level),
}


def isMeasured(item: str) -> bool:
    """Whether an item of a list of measurands can be measured."""
    measurand, phase = splitPhase(item)
    way = _WAYS.get(measurand)
    if way is None:
        return False
    return not phase or (way.phases is not None and phase in (*_LINES, *_TO_NEUTRAL))


def sample(items: tuple[str, ...], measured: Measured, context: str) -> tuple[SampledValue, ...]:
    """The values of a list of measurands, each once, in the order of the list."""
    values = (value for item in items for value in _values(item, measured, context))
    return tuple(dict.fromkeys(values))


def _values(item: str, measured: Measured, context: str) -> Iterator[SampledValue]:
    measurand, wanted = splitPhase(item)
    way = _WAYS.get(measurand)
    if way is None:
        return
    total = way.total(measured) if way.total and not wanted else None
    numbers: list[tuple[str | None, float]] = [] if total is None else [(None, total)]
    for name, number in zip(way.names, way.phases(measured) if way.phases else (), strict=False):
        if not wanted or wanted[:2] == name[:2]:
            numbers.append((wanted or name, number))
    for phase, number in numbers:
        yield SampledValue(
            value=f"{number:.{way.digits}f}",
            context=context,
            measurand=measurand,
            phase=phase,
            unit=way.unit,
        )
