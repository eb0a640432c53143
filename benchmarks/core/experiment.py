"""
What is compared, declared as data: an `Experiment` has contenders, figures and goals.

A part of the suite returns its experiments; ``rounds`` runs them, ``records`` keeps the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import attrs

from benchmarks.core.releases import Releases, ofOurs


class Unavailable(Exception):
    """A contender cannot be measured here; the text says why and goes into the result."""


@attrs.frozen
class Pace:
    """How long and how often: what the command line chose.  Times are seconds."""

    rounds: int = 2
    warm: float = 1.5
    seconds: float = 3.0
    isQuick: bool = False
    folder: Path | None = None
    """Where databases and the like are made; None for the system's temporary folder."""


@attrs.frozen
class Contender:
    """
    One who does the work.

    ``measure`` does one round and returns a value for each figure of the experiment; it starts
    and ends its own process.  ``prepare`` runs once before all rounds: an environment is made
    there.  Both may raise `Unavailable`; whatever else goes wrong while it is measured is kept as
    well, and the others are measured.  ``releases`` names what it runs with.
    """

    name: str
    measure: Callable[[], Mapping[str, float]]
    prepare: Callable[[], object] = lambda: None
    releases: Callable[[], Releases] = ofOurs


@attrs.frozen
class Figure:
    """
    What is measured; ``name`` is its key in what ``measure`` returns.

    ``isWorst`` is for what must never happen: the greatest of all rounds counts, not their median.
    """

    name: str
    unit: str
    title: str
    isPlotted: bool = False
    isWorst: bool = False


@attrs.frozen
class Goal:
    """
    What one contender's median should be: a limit, or a multiple of what ``against`` has.

    ``heldBackBy`` says what is in the way while it is missed.
    """

    figure: str
    contender: str
    limit: float
    against: str = ""
    isAtLeast: bool = False
    heldBackBy: str = ""


@attrs.frozen
class Experiment:
    """
    The same work done by several contenders in turns; ``name`` names the files of the result.

    ``rounds`` is for what takes long: so many are enough, whatever the pace says.
    """

    name: str
    title: str
    work: str
    figures: Sequence[Figure]
    contenders: Sequence[Contender]
    goals: Sequence[Goal] = ()
    settings: Mapping[str, float | int | str] = attrs.field(factory=dict)
    rounds: int | None = None
