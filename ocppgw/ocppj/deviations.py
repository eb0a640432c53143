"""
How something that a charge point sent left the specification.

Only the record.  Whoever reads a text tolerantly returns these beside the result; counting and
showing them is the business of others.
"""

from __future__ import annotations

import reprlib

import msgspec

from ocppgw.ocppj.errorcodes import FORMATION_VIOLATION

EXAMPLE_LENGTH = 120
"""How many characters of what was sent are kept with a deviation."""


class Deviation(msgspec.Struct, frozen=True):
    """
    One departure from the specification.

    :ivar kind: a short, stable key to count by: the row of the quirks table (``S7``), or a word;
        what each means is in `ocppgw.ocppj.deviationkinds`.
    :ivar path: where in the payload: ``meterValue[0].timestamp``; empty for the whole message.
    :ivar text: what was odd, and what was made of it, in words.
    :ivar example: the beginning of what was sent; never longer than `EXAMPLE_LENGTH`.
    :ivar errorCode: what a strict reader answers instead.
    """

    kind: str
    path: str
    text: str
    example: str = ""
    errorCode: str = FORMATION_VIOLATION


def excerpt(sent: object) -> str:
    """The beginning of what was sent, on one line and safe to log; cheap however long that is."""
    text = _beginning(sent)
    if len(text) > EXAMPLE_LENGTH:
        text = text[: EXAMPLE_LENGTH - 1] + "\N{HORIZONTAL ELLIPSIS}"
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def bytesExcerpt(sent: bytes) -> str:
    """
    The same of bytes that nobody could read: as hexadecimal digits where a text would hide some.
    """
    part = sent[: 4 * EXAMPLE_LENGTH].decode("utf-8", "replace")[:EXAMPLE_LENGTH]
    if part.isprintable() and "\N{REPLACEMENT CHARACTER}" not in part:
        return excerpt(sent)
    return excerpt(sent[: EXAMPLE_LENGTH // 2 + 1].hex())


def _beginning(sent: object) -> str:
    if isinstance(sent, bytes):
        return sent[: 4 * EXAMPLE_LENGTH].decode("utf-8", "replace")
    return str(sent[: EXAMPLE_LENGTH + 1]) if isinstance(sent, str) else reprlib.repr(sent)
