"""
Numbers as charge points write them: in texts, with blanks, with a comma, with a fraction.

Only functions from text to number, or from texts to what stands for several.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

import msgspec

PADDING = " \t\r\n\0\N{NO-BREAK SPACE}"

_LONGEST = 64
_DIGITS = r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]{1,5})?"
_NUMBER = re.compile(_DIGITS)
_PLAIN = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)

_decodeRow = msgspec.json.Decoder(tuple[float, ...]).decode

_EXACT = 15
"""So many digits are kept by a float: what is no longer needs no rounding."""
_GREATEST_EXPONENT = 18


def plainNumber(text: str) -> float | None:
    """The number in a text that is nothing but a short one, as it should be; else ``None``."""
    if len(text) > _EXACT:
        return None
    # Most are digits alone, which needs no pattern to be seen.
    isPlain = (text.isdigit() and text.isascii()) or _PLAIN.fullmatch(text)
    return float(text) if isPlain else None


def plainRow(texts: Sequence[str]) -> str | None:
    """
    Texts that are nothing but short numbers, in a row, with commas between them; else ``None``.

    `numbersOf` gives them as `readNumber` reads them; nothing is odd about how they are written.
    """
    joined = ",".join(texts)
    if joined.strip(",-.0123456789") or max(map(len, texts), default=0) > _EXACT:
        return None
    try:
        numbers = numbersOf(joined)
    except msgspec.DecodeError:
        return None
    # A text with a comma would be two of them.
    return joined if len(numbers) == len(texts) else None


def numbersOf(row: str) -> tuple[float, ...]:
    """
    The numbers of a `plainRow`; read as JSON, which is sooner than to read each alone.

    But for the sign of a zero, which JSON's readers leave out.
    """
    return _decodeRow(f"[{row}]")


def readNumber(text: str) -> float | None:
    """
    The number in a text, or ``None``.

    Blanks around it are left out, a comma is a decimal sign (S8).  What is longer than 64
    characters, infinite or no number at all is none.
    """
    bare = text.strip(PADDING)
    if len(bare) > _LONGEST or not _NUMBER.fullmatch(bare):
        return None
    value = float(bare.replace(",", "."))
    return value if math.isfinite(value) else None


def readInteger(text: str) -> int | None:
    """
    The integer in a text, rounded half up where it has a fraction (S12), or ``None``.

    None as well where it needs more than 64 bits.
    """
    bare = text.strip(PADDING)
    if len(bare) > _LONGEST or not _NUMBER.fullmatch(bare):
        return None
    number = Decimal(bare.replace(",", "."))
    if number.adjusted() > _GREATEST_EXPONENT:
        return None
    whole = _halfUp(number)
    return whole if -(2**63) <= whole < 2**63 else None


def _halfUp(number: Decimal) -> int:
    """Rounded to the nearest integer; a half goes away from zero."""
    if number.adjusted() < -1:
        return 0
    return int(number.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def readBoolean(text: str) -> bool | None:
    """The truth value in a text (S11), or ``None``."""
    return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(
        text.strip().lower()
    )
