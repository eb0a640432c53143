"""
The experiments of the OCPP side, declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from benchmarks.core.experiment import Contender, Experiment, Figure, Goal, Pace
from benchmarks.ocpp.loading import gateway

RATE = Figure("rate", "messages per second", "throughput", isPlotted=True)
CPU = Figure("cpu", "µs per message", "processor time", isPlotted=True)
ON, OFF = "ocppgw, store on", "ocppgw, store off"


def experiments(pace: Pace) -> Iterator[Experiment]:
    """All of them, at a pace."""
    yield store(pace, links=50 if pace.isQuick else 500)


def store(pace: Pace, links: int) -> Experiment:
    """What the promise of the store costs."""
    return Experiment(
        name="store",
        title="Store on and off",
        work=f"{links} charge points go through sessions without pause: a start, ten MeterValues of"
        " four values each, two statuses, a heartbeat and a stop; one outstanding Call each.",
        figures=(RATE, CPU),
        contenders=(
            Contender(OFF, partial(gateway, "off", links, pace)),
            Contender(ON, partial(gateway, "on", links, pace)),
        ),
        goals=(Goal("rate", ON, 0.7, against=OFF, isAtLeast=True),),
        settings={"links": links, "seconds": pace.seconds},
    )
