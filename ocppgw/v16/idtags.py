"""
The text of an idTag: how it is read, compared, and what may be sent.

Only functions on texts; who may charge is not decided here.  Source: OCPP 1.6 section 7.28,
errata 3.73.
"""

from __future__ import annotations

SENT_LENGTH = 20
"""The longest idTag that may be sent (CiString20Type)."""

KEPT_LENGTH = 255
"""The longest idTag that is taken in."""

PADDING = " \t\r\n\0"


def trimIdTag(text: str) -> str:
    """Without the blanks and NULs that some readers pad it with, and not longer than is kept."""
    return text.strip(PADDING)[:KEPT_LENGTH]


def sameIdTag(one: str, other: str) -> bool:
    """Whether two texts name the same idTag: case does not matter."""
    return trimIdTag(one).lower() == trimIdTag(other).lower()


def maySend(text: str, limit: int = SENT_LENGTH) -> bool:
    """Whether a text can go out as an idTag; some charge points take fewer characters."""
    return 0 < len(text) <= min(limit, SENT_LENGTH) and text.isprintable()
