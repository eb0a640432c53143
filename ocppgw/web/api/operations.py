"""
Everything that the API can do: the declarations of all modules, in one order.
"""

from __future__ import annotations

from ocppgw.web.api import chargepoints, commands, gateway, idtags, opcua, transactions, works
from ocppgw.web.api.declaring import Operation

OPERATIONS: tuple[Operation, ...] = tuple(
    operation
    for module in (gateway, chargepoints, commands, transactions, idtags, opcua, works)
    for operation in module.operation.all
)
