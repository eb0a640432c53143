"""
Our own nodes: types, Gateway, charge points, all declared as data and computed from records.

Tables of declarations (``chargepoint``, ``connectortype``, ``live`` ..) say what there is;
``objectnode``, ``variablenode`` and ``methodnode`` make nodes of them when a client asks.
"""

from ocppgw.uaserver.layout.layout import Layout

__all__ = ["Layout"]
