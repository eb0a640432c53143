"""
What passed over links, as it is kept for people who look for a fault.

Only data.
"""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct


class RecordedFrame(Struct, frozen=True, gc=False):
    """
    One message of OCPP-J.

    :ivar number: grows by one with each; never used twice by one process.
    :ivar isOurs: whether the gateway sent it.
    :ivar text: as it passed, secrets masked, cut where it is too long.
    :ivar length: its bytes before that.
    """

    number: int
    at: datetime
    isOurs: bool
    text: str
    length: int
