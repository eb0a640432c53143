"""
The Connectors folder: one object for each connector of a charge point.

Only declarations.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import attrs

from ocppgw.model.connectors import LIMIT
from ocppgw.model.records import ChargePointRecord
from ocppgw.uaserver.layout.connectortype import CONNECTOR_TYPE
from ocppgw.uaserver.layout.declarations import Members, ObjectDeclaration

_EXAMPLE = ObjectDeclaration(
    "<Connector>", "A connector.", CONNECTOR_TYPE, display="<Connector>", isConnector=True
)


@lru_cache(maxsize=LIMIT + 1)
def declared(number: int) -> ObjectDeclaration:
    """The declaration of one connector."""
    description = "The charge point as a whole." if number == 0 else f"Connector number {number}."
    return attrs.evolve(
        _EXAMPLE, name=str(number), display=f"Connector {number}", description=description
    )


def _browsable(record: ChargePointRecord) -> Iterable[str]:
    return map(str, sorted(record.connectors))


def _resolve(record: ChargePointRecord, name: str) -> ObjectDeclaration | None:
    """Connectors 0 to the number known or configured; the record has one for each."""
    number = int(name) if name.isascii() and name.isdigit() and len(name) <= 2 else -1
    if number not in record.connectors or str(number) != name:
        return None
    return declared(number)


CONNECTORS = ObjectDeclaration(
    "Connectors",
    "The connectors of the charge point; 0 is the charge point as a whole.",
    members=Members("<Connector>", _EXAMPLE, _browsable, _resolve),
)
