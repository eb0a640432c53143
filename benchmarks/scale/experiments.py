"""
The experiments of size.
"""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.core.experiment import Experiment, Pace
from benchmarks.scale.everything import everything
from benchmarks.scale.latency import latency
from benchmarks.scale.loads import loads
from benchmarks.scale.sizes import sizes


def experiments(pace: Pace) -> Iterable[Experiment]:
    """All of them."""
    yield everything(pace)
    yield latency(pace)
    yield loads(pace)
    yield sizes(pace)
