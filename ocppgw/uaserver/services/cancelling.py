"""
Cancel of the Session Service Set (OPC 10000-4, 5.6.5).

What was cancelled is answered at once; what a charge point was already asked
to do goes on all the same, because nobody can take it back.
"""

from __future__ import annotations

from typing import Any

from opcua import ua

from ocppgw.uaserver.exchange import Exchange
from ocppgw.uaserver.services.subscriptionset import sessionOf


def cancel(exchange: Exchange, request: Any) -> Any:
    """Cancel: every request of this session with that handle."""
    handle = request.Parameters.RequestHandle
    waiting = [each for each in sessionOf(exchange).waiting if each.handle == handle]
    for each in waiting:
        each.fault(ua.StatusCodes.BadRequestCancelledByClient)
    response = ua.CancelResponse()
    response.Parameters.CancelCount = len(waiting)
    return response
