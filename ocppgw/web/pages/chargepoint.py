"""
One charge point: what it is and does, its commands, its settings.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from types import MappingProxyType
from typing import Any

from twisted.internet.defer import inlineCallbacks

from ocppgw.model import commands as c
from ocppgw.model.quality import Kind, seen
from ocppgw.model.records import ChargePointRecord
from ocppgw.v16.measurands import nodeName as meterName
from ocppgw.web.api.commands import RIGHTS
from ocppgw.web.doing import issue, nameOf, request as ask
from ocppgw.web.pages.courses import Courses
from ocppgw.web.pages.notices import Notice, noticeOf
from ocppgw.web.pages.recent import Recent
from ocppgw.web.pages.visiting import NotThere, Visiting, field, whole
from ocppgw.web.quirks import Quirk, quirksOf
from ocppgw.web.reading import readConfiguration
from ocppgw.web.security.rights import Right
from ocppgw.web.security.visitors import visitorOf
from ocppgw.web.selecting import statusOf
from ocppgw.web.shielding import shielded
from ocppgw.web.texts import segment

CONNECTORS = 4
"""Connectors on a page."""

READINGS = 30
"""Meter values of a connector on a page; the API tells all."""

MESSAGES = 40_000
"""Characters of the messages that show quirks, on a page; the API tells all."""

LIVE = (
    ("power", "Power", "W"),
    ("sessionEnergy", "Session", "Wh"),
    ("energy", "Energy", "Wh"),
    ("currentL1", "Current L1", "A"),
    ("currentL2", "Current L2", "A"),
    ("currentL3", "Current L3", "A"),
    ("voltageL1", "Voltage L1", "V"),
    ("voltageL2", "Voltage L2", "V"),
    ("voltageL3", "Voltage L3", "V"),
    ("frequency", "Frequency", "Hz"),
    ("soC", "State of charge", "%"),
    ("temperature", "Temperature", "\N{DEGREE SIGN}C"),
    ("currentOffered", "Current offered", "A"),
    ("powerOffered", "Power offered", "W"),
)
"""Name in Live, what it is called on the page, unit."""


def addChargePoint(visiting: Visiting) -> None:
    """Put the pages into the application."""
    means = visiting.means
    courses = Courses(means)
    recent = Recent(means)

    @visiting.page("/chargepoints/<string:nodeName>", Right.look)
    @inlineCallbacks
    def chargePoint(request: Any, nodeName: str) -> Any:
        offset = max(0, whole(field(request, "offset")))
        shown = shownOf(recordOf(visiting, nodeName))[offset : offset + CONNECTORS]
        plots = yield courses.of(recordOf(visiting, nodeName), shown)
        done = yield recent.of(recordOf(visiting, nodeName))
        record = recordOf(visiting, nodeName)
        configured = means.configuration().settingsFor(record.identity).configured
        return visiting.render(
            request,
            "chargepoint.html",
            record=record,
            fromFile=configured,
            file=means.configuration().origins.file,
            connectors=[one for key, one in record.connectors.items() if key in shown],
            total=len(shownOf(record)),
            offset=offset,
            limit=CONNECTORS,
            readings=READINGS,
            plots=plots,
            recent=done,
            live=LIVE,
            meterName=meterName,
            seen=lambda point: seen(point, record, Kind.live),
            status=statusOf(record),
            quirks=fitting(quirksOf(record, means.frames)),
        )

    @visiting.page("/chargepoints/<string:nodeName>/command", Right.command, "POST")
    def command(request: Any, nodeName: str) -> Any:
        record, back = recordOf(visiting, nodeName), f"/chargepoints/{segment(nodeName)}"
        action = actionOf(request)
        if action is None or not RIGHTS[type(action)].of(visitorOf(request).role):
            visiting.leave(request, Notice("You may not do that here.", isGood=False))
            return visiting.redirect(request, back)
        if isinstance(action, c.RefreshConfiguration):
            # The page that follows shows how far it is.
            readConfiguration(means, visitorOf(request), record)
            return visiting.redirect(request, f"{back}/configuration")
        done = issue(means, visitorOf(request), record.nodeName, action)
        return visiting.ended(request, nameOf(action), done, back)

    @visiting.page("/chargepoints/<string:nodeName>/settings", Right.configure, "POST")
    @inlineCallbacks
    def settings(request: Any, nodeName: str) -> Any:
        record = recordOf(visiting, nodeName)
        for action in changes(record, request):
            done = shielded(ask(means, visitorOf(request), action))
            visiting.leave(request, noticeOf(type(action).__name__, (yield done)))
        return visiting.redirect(request, f"/chargepoints/{segment(nodeName)}")

    @visiting.page("/chargepoints/<string:nodeName>/close", Right.command, "POST")
    def close(request: Any, nodeName: str) -> Any:
        action = c.ForceClose(nodeName, whole(field(request, "connectorId")))
        done = ask(means, visitorOf(request), action)
        return visiting.ended(request, "Close", done, f"/chargepoints/{segment(nodeName)}")


def shownOf(record: ChargePointRecord) -> list[int]:
    """Its connectors, and the whole charge point where it measures something."""
    return [one for one, each in record.connectors.items() if one or each.readings]


def fitting(quirks: list[Quirk]) -> list[tuple[Quirk, bool]]:
    """Each with whether its message fits the page, too."""
    left, told = MESSAGES, []
    for one in quirks:
        size = len(escape(one.message.pretty)) if one.message is not None else 0
        fits = size <= left
        left -= size if fits else 0
        told.append((one, fits))
    return told


def recordOf(visiting: Visiting, nodeName: str) -> ChargePointRecord:
    """The charge point; raises `NotThere`."""
    record = visiting.means.registry.record(nodeName)
    if record is None:
        raise NotThere(f"There is no charge point {nodeName}.")
    return record


def changes(record: ChargePointRecord, request: Any) -> list[c.GatewayAction]:
    """What a form changes of the settings."""
    settings, node = record.settings, record.nodeName
    name, description = field(request, "name"), field(request, "description")
    enabled = field(request, "enabled") == "yes"
    made: list[c.GatewayAction] = []
    if name != settings.name:
        made.append(c.SetName(node, name))
    if description != settings.description:
        made.append(c.SetDescription(node, description))
    if enabled != settings.enabled:
        made.append(c.SetEnabled(node, enabled))
    return made


def actionOf(request: Any) -> c.Action | None:
    """The command of a form; ``None`` where it is none that stands on the page."""
    made = MAKE.get(field(request, "command"))
    return made(_Fields(request)) if made is not None else None


class _Fields:
    """The fields that commands take."""

    def __init__(self, request: Any) -> None:
        self.connectorId = whole(field(request, "connectorId"))
        self.idTag = field(request, "idTag", 255)
        self.message = field(request, "message", 100)
        self.transactionId = whole(field(request, "transactionId"))


MAKE: Mapping[str, Any] = MappingProxyType(
    {
        "SoftReset": lambda f: c.Reset("Soft"),
        "HardReset": lambda f: c.Reset("Hard"),
        "ClearCache": lambda f: c.ClearCache(),
        "RefreshConfiguration": lambda f: c.RefreshConfiguration(),
        "RefreshStatus": lambda f: c.RefreshStatus(f.connectorId),
        "RefreshMeterValues": lambda f: c.RefreshMeterValues(f.connectorId),
        "RemoteStart": lambda f: c.RemoteStart(f.connectorId or None, f.idTag),
        "RemoteStop": lambda f: c.RemoteStop(connectorId=f.connectorId),
        "Enable": lambda f: c.ChangeAvailability(f.connectorId, "Operative"),
        "Disable": lambda f: c.ChangeAvailability(f.connectorId, "Inoperative"),
        "Unlock": lambda f: c.UnlockConnector(f.connectorId),
        "Trigger": lambda f: c.TriggerMessage(f.message, f.connectorId or None),
    }
)
"""The buttons of the page, and the command that each gives in."""
