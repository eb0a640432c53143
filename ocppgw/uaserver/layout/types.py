"""
Our ObjectTypes.

Only the list.
"""

from __future__ import annotations

from ocppgw.uaserver.layout.chargepoint import CHARGE_POINT_TYPE
from ocppgw.uaserver.layout.connectortype import CONNECTOR_TYPE
from ocppgw.uaserver.layout.gateway import GATEWAY_TYPE
from ocppgw.uaserver.layout.live import LIVE_TYPE
from ocppgw.uaserver.layout.transactions import TRANSACTION_TYPE

TYPES = (GATEWAY_TYPE, CHARGE_POINT_TYPE, CONNECTOR_TYPE, LIVE_TYPE, TRANSACTION_TYPE)
