"""
The first page: how many are in which state, the power of the last hour, what happened, health.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from twisted.internet.defer import inlineCallbacks

from ocppgw.interfaces import OpcUaFacts
from ocppgw.web.live.memory import Memory
from ocppgw.web.pages.plots import plot
from ocppgw.web.pages.visiting import Visiting
from ocppgw.web.security.rights import Right

HOUR = timedelta(hours=1)

SOON = timedelta(days=30)
"""How long before its end a certificate is worth a warning."""


def addOverview(visiting: Visiting, memory: Memory) -> None:
    """Put the page into the application."""
    means = visiting.means

    @visiting.page("/", Right.look)
    @inlineCallbacks
    def overview(request: Any) -> Any:
        opcua: OpcUaFacts = yield means.opcua.describe()
        points = means.registry.gateway.points
        values = {name: point.value for name, point in points.items()}
        curve = plot("Total", "kW", {"": kilowatts(memory)}, means.now(), HOUR)
        return visiting.render(
            request,
            "overview.html",
            values=values,
            opcua=opcua,
            plot=curve,
            happenings=tuple(memory.happenings)[:20],
            certificate=certificate(values.get("CertificateExpiry"), means.now()),
        )


def kilowatts(memory: Memory) -> list[tuple[datetime, float]]:
    """The samples in the unit that people read."""
    return [(at, watts / 1000.0) for at, watts in memory.samples]


def certificate(end: object, now: datetime) -> tuple[str, bool]:
    """What to say of our certificate, and whether it is well."""
    if not isinstance(end, datetime):
        return "none", True
    days = (end - now).days
    return f"ends {end:%Y-%m-%d} (in {days} days)", end - now > SOON
