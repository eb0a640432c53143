"""
The experiments of the OPC UA half.
"""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.core.experiment import Experiment, Pace
from benchmarks.opcua.services import services


def experiments(pace: Pace) -> Iterable[Experiment]:
    """All of them."""
    yield services(pace)
