"""How busy simulated charge points are.  Only data; all times in seconds, as ranges."""

from __future__ import annotations

from random import Random

import attrs

Range = tuple[float, float]


@attrs.frozen
class Pace:
    """
    The rhythm of a site.

    :ivar first: until the first car comes.
    :ivar arrival: between two cars at one connector.
    :ivar presenting: from plugging in to showing the tag.
    :ivar stay: how long a car charges.
    :ivar leaving: from the end of a transaction to driving away.
    :ivar trouble: between two faults of a charge point.
    :ivar repair: how long a fault lasts.
    :ivar look: how often a driver looks at the connector.
    """

    first: Range = (1.0, 4.0)
    arrival: Range = (10.0, 40.0)
    presenting: Range = (1.0, 3.0)
    stay: Range = (60.0, 180.0)
    leaving: Range = (4.0, 10.0)
    trouble: Range = (150.0, 400.0)
    repair: Range = (10.0, 25.0)
    look: float = 1.0


DEMO = Pace()
"""Several sessions within minutes."""


def pick(random: Random, range: Range) -> float:
    """A time out of a range."""
    return random.uniform(*range)
