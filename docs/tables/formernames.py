"""
The names of the driver that a site may come from, and the NodeIds that take their place.

The names are those that a user of it meets; the NodeIds are what ``ocppgw-repoint`` makes of them.
"""

from __future__ import annotations

from docs.tables.writing import literal, table
from ocppgw.admin.itempaths import Left, nodeIdOf

NODE = "BGS_5338"

ITEMS = (
    "OCPP Identifier",
    "Serial Number",
    "Vendor",
    "Model",
    "Firmware Version",
    "ICCID",
    "IMSI",
    "Meter Serial Number",
    "Meter Type",
    "ConfigurationPoints/HeartbeatInterval",
    "Connectors/0/Status",
    "Connectors/1/Status",
    "Connectors/1/Error Code",
    "Connectors/1/Info",
    "Connectors/1/Energy.Active.Import.Register",
    "Connectors/1/Current.Import.L1",
)

METHODS = (
    "Clear Cache",
    "Hard Reset",
    "Soft Reset",
    "Connectors/1/Disable Connector",
    "Connectors/1/Enable Connector",
    "Connectors/1/Unlock Connector",
)


def formerItems() -> str:
    """Variables by their former names."""
    rows = ((literal(name), _nodeId(name)) for name in ITEMS)
    return table((45, 55), (f"Below the device {NODE}", "NodeId"), rows)


def _nodeId(name: str) -> str:
    found = nodeIdOf(NODE, name)
    if isinstance(found, Left):
        raise ValueError(f"{name}: {found.reason}")
    return literal(found)


def formerMethods() -> str:
    """Methods by their former names, as a client calls them."""
    rows = ((literal(name), *_method(name)) for name in METHODS)
    return table((34, 30, 36), (f"Below the device {NODE}", "ObjectId", "MethodId"), rows)


def _method(name: str) -> tuple[str, str]:
    owner, _, method = name.rpartition("/")
    objectId = f"ns=2;s={NODE}/{owner}".rstrip("/")
    return literal(objectId), literal(f"{objectId}/{method.replace(' ', '')}")
