"""
Attempts: somebody wanted in, or wanted something done that not everybody may do.

Only the value that every entrance makes of it; the gateway writes it into the audit trail.
"""

from __future__ import annotations

import attrs

LOG_IN = "LogIn"
"""``what`` of somebody who says who they are."""

ACCEPTED = "Accepted"
REFUSED = "Refused"


@attrs.frozen
class Attempt:
    """
    One attempt and how it ended.  No secret may be in it.

    :ivar what: `LOG_IN`, or the name of what was asked for.
    :ivar status: `ACCEPTED`, `REFUSED`, or the name of the StatusCode that was answered.
    :ivar host: the address that it came from, without the port.
    :ivar user: the name as it was given, right or not.
    :ivar why: for people.
    :ivar origin: which entrance: ``opcua``, ``console`` ..
    """

    what: str
    status: str
    host: str
    user: str
    why: str = ""
    origin: str = "opcua"
