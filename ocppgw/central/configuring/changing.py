"""
Changing one configuration key, and looking what became of it.

The charge point's own spelling of key and booleans is used (B9).  What it reports after the
change is what counts (B13).  Owns nothing; raises ``CallFailed``.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ocppgw.central.configuring.asking import Asking
from ocppgw.central.configuring.reading import SECRET_KEY, readSome, reported
from ocppgw.central.configuring.values import same, spelledLike
from ocppgw.central.linking.calling import CallFailed
from ocppgw.model.facts import Deviated, Fact, RebootRequested
from ocppgw.model.records import ChargePointRecord
from ocppgw.v16 import messages as m

REBOOT_REQUIRED = "RebootRequired"
DONE = ("Accepted", REBOOT_REQUIRED)


def changeRequest(record: ChargePointRecord, key: str, value: str) -> m.ChangeConfigurationRequest:
    """The message that gives ``key`` a value, as this charge point spells both."""
    point = record.configuration.points.get(key.lower())
    if point is None:
        return m.ChangeConfigurationRequest(key=key, value=value)
    return m.ChangeConfigurationRequest(key=point.key, value=spelledLike(value, point.text))


def changed(key: str, status: str, at: datetime) -> tuple[Fact, ...]:
    """What the answer to a change of a key means for the record."""
    return (RebootRequested(key, at),) if status == REBOOT_REQUIRED else ()


async def readBack(ask: Asking, note: Callable[[Fact], None], key: str, at: datetime) -> str | None:
    """
    The text that the key has now; noted, so that SCADA sees it.

    ``None`` where nobody may know, or the charge point does not say.
    """
    if key.lower() == SECRET_KEY:
        return None
    try:
        report = await readSome(ask, (key,))
    except CallFailed:
        return None
    note(reported(report, at))
    found = [one.value for one in report.keys if one.key.lower() == key.lower()]
    return (found[0] or "") if found else None


def notKept(request: m.ChangeConfigurationRequest, text: str, at: datetime) -> Deviated | None:
    """The deviation of a charge point that accepts a value and keeps another."""
    if same(request.value, text):
        return None
    what = f"ChangeConfiguration of {request.key} was accepted, the value did not change"
    return Deviated("B13", what, text[:100], at)
