"""
What the nine words of StatusNotification mean to us.

The same answer for Available, Occupied, Charging and Faulted everywhere: on a connector, in
the counts of the gateway and in the correction of Operative.
"""

from __future__ import annotations

AVAILABLE = "Available"
PREPARING = "Preparing"
CHARGING = "Charging"
SUSPENDED_EVSE = "SuspendedEVSE"
SUSPENDED_EV = "SuspendedEV"
FINISHING = "Finishing"
RESERVED = "Reserved"
UNAVAILABLE = "Unavailable"
FAULTED = "Faulted"

IN_USE = frozenset({CHARGING, SUSPENDED_EVSE, SUSPENDED_EV, FINISHING})
"""A session is under way or just ended; says nothing about a change that is scheduled."""

OCCUPIED = IN_USE | {PREPARING, RESERVED}
"""Nobody else can charge there now, and nothing is wrong with it."""

OPERATIVE = OCCUPIED | {AVAILABLE}
"""OCPP 1.6 section 7.7 less Faulted: a fault says nothing about what was commanded."""

NINE = OPERATIVE | {UNAVAILABLE, FAULTED}
