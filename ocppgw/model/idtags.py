"""
The idTags that the site knows.

An entry and the table that answers for it: pure, the time is passed in.
"""

from __future__ import annotations

from datetime import datetime

import attrs


@attrs.frozen
class IdTagEntry:
    """
    One idTag.  It is compared without regard to case (OCPP 1.6 errata 3.73).

    :ivar status: Accepted, Blocked, Expired or Invalid.
    :ivar fromFile: the configuration file names it, so that removing blocks it.
    """

    idTag: str
    status: str = "Accepted"
    expiryDate: datetime | None = None
    parentIdTag: str = ""
    fromFile: bool = False
