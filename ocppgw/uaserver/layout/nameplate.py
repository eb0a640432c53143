"""
The table of what a charge point is and what the site decides about it.

Only declarations; a part of ChargePointType.
"""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter

from ocppgw.model.commands import SetDescription, SetEnabled, SetName
from ocppgw.model.point import Point
from ocppgw.model.records import ChargePointRecord
from ocppgw.uaserver.layout.datatypes import DataType
from ocppgw.uaserver.layout.declarations import May, VariableDeclaration, Writing
from ocppgw.uaserver.layout.outcomes import ofSetting
from ocppgw.uaserver.layout.settings import locked, text
from ocppgw.uaserver.layout.sources import Source, known, plain

V = VariableDeclaration
T = DataType


def _nameplate(name: str, attribute: str, description: str, display: str = "") -> V:
    return V(name, T.String, description, known("nameplate", attribute, "at"), display)


def _name(record: ChargePointRecord, since: datetime) -> Point:
    """Until somebody gives it a name it is called like its node."""
    return Point(record.settings.name or record.nodeName, since, since)


NAMEPLATE = (
    V(
        "OcppIdentifier",
        T.String,
        "The identity with which the charge point calls in.",
        plain("identity", "knownSince"),
        "OCPP Identifier",
    ),
    _nameplate(
        "SerialNumber",
        "serialNumber",
        "Serial number of the charge point, else that of its charge box.",
    ),
    _nameplate(
        "ChargeBoxSerialNumber",
        "chargeBoxSerialNumber",
        "Serial number of the charge box inside the charge point.",
    ),
    _nameplate("Vendor", "chargePointVendor", "Who made the charge point."),
    _nameplate("Model", "chargePointModel", "The maker's name of the model."),
    _nameplate("FirmwareVersion", "firmwareVersion", "Version of the firmware that runs on it."),
    _nameplate("Iccid", "iccid", "Number of the SIM card in its modem.", "ICCID"),
    _nameplate("Imsi", "imsi", "Subscriber identity on the SIM card in its modem.", "IMSI"),
    _nameplate("MeterSerialNumber", "meterSerialNumber", "Serial number of its main energy meter."),
    _nameplate("MeterType", "meterType", "Type of its main energy meter."),
)
"""What the charge point says of itself when it boots; remembered."""

SETTINGS = (
    V(
        "Name",
        T.String,
        "What people call the charge point; becomes its display name.",
        Source(attrgetter("settings"), _name, root="settings"),
        writing=Writing(May.configure, text(SetName, 255), ofSetting, isLocked=locked("name")),
    ),
    V(
        "Description",
        T.String,
        "Free text about the charge point, such as where it stands.",
        plain("settings.description", "knownSince"),
        writing=Writing(
            May.configure, text(SetDescription, 1000), ofSetting, isLocked=locked("description")
        ),
    ),
    V(
        "Enabled",
        T.Boolean,
        "Whether the charge point may connect. False closes the link and refuses the next one; it "
        "does not stop a charging session.",
        plain("settings.enabled", "knownSince"),
        "Link Enabled",
        writing=Writing(
            May.configure,
            lambda target, value: SetEnabled(target.nodeName, value),
            ofSetting,
            isLocked=locked("enabled"),
        ),
    ),
)
"""What the site decides about it."""
