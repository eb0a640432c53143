"""
The table of GatewayType: what the gateway says of itself, its counts and its sums.

Only declarations; every value is a point of the gateway's record, found by its browse name.
"""

from __future__ import annotations

from ocppgw.uaserver.layout.datatypes import DataType
from ocppgw.uaserver.layout.declarations import (
    ObjectDeclaration,
    TypeDeclaration,
    VariableDeclaration,
)
from ocppgw.uaserver.layout.gatewaymethods import GATEWAY_METHODS
from ocppgw.uaserver.layout.sources import named
from ocppgw.uaserver.layout.units import AMPERE_SUM, WATT_HOUR_SUM, WATT_SUM, Unit


def _own(
    name: str, dataType: DataType, description: str, display: str = "", unit: Unit | None = None
) -> VariableDeclaration:
    return VariableDeclaration(name, dataType, description, named(name), display, unit=unit)


def _count(name: str, description: str) -> VariableDeclaration:
    return _own(name, DataType.UInt32, description)


SELF = (
    _own("Version", DataType.String, "Version of the gateway."),
    _own("StartTime", DataType.DateTime, "When the gateway was started."),
    _own("OcppUrl", DataType.String, "The address to type into a charge point.", "OCPP URL"),
    _own("StoreStatus", DataType.String, "ok, or what is wrong with the gateway's memory."),
    _own("Heartbeat", DataType.UInt32, "Grows by one each second while the gateway works."),
    _own(
        "CertificateExpiry",
        DataType.DateTime,
        "When the first of the certificates ends that the gateway shows to OPC UA clients, charge "
        "points and browsers.",
    ),
    _own(
        "ConfigurationStatus",
        DataType.String,
        "ok, or what of the configuration file is not in force, and why.",
    ),
    _own("LastRefused", DataType.String, "Who was turned away last, and why."),
    _own("RefusedCount", DataType.UInt32, "How many connections were turned away."),
)

COUNTS = (
    _count("ChargePointsKnown", "Charge points that the gateway knows."),
    _count("ChargePointsConnected", "Charge points that are connected."),
    _count("ChargePointsAlarm", "Charge points whose Alarm is true."),
    _count("ConnectorsTotal", "Connectors of all charge points."),
    _count("ConnectorsAvailable", "Connectors that are free."),
    _count("ConnectorsOccupied", "Connectors where nobody else can charge now."),
    _count("ConnectorsCharging", "Connectors that are charging."),
    _count("ConnectorsFaulted", "Connectors with a fault."),
    _count("ConnectorsUnavailable", "Connectors that are out of service."),
    _count("ConnectorsUnknown", "Connectors whose state is not known."),
    _count("TransactionsActive", "Charging sessions that run."),
)

SUMS = (
    _own("Power", DataType.Double, "Power drawn at all charge points.", unit=WATT_SUM),
    _own(
        "Energy",
        DataType.Double,
        "Sum of the lifetime registers of all connectors.",
        unit=WATT_HOUR_SUM,
    ),
    *(
        _own(
            f"CurrentL{n}",
            DataType.Double,
            f"Current drawn on phase L{n} at all charge points.",
            unit=AMPERE_SUM,
        )
        for n in (1, 2, 3)
    ),
)

GATEWAY_TYPE = TypeDeclaration(
    "GatewayType", "The gateway itself.", (*SELF, *COUNTS, *SUMS, *GATEWAY_METHODS)
)

GATEWAY = ObjectDeclaration(
    "Gateway", "The gateway: its state, and how it is looked after.", GATEWAY_TYPE, notifies=True
)
