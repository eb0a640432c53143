"""
The usual frame, by a short way: one text, masked, in one piece, alone in what was read.

Nearly every message of a charge point comes so.  Whatever is different in any way is left to
Autobahn, which knows all of RFC 6455.  Pure.
"""

from __future__ import annotations

try:
    from websockets.speedups import apply_mask
except ImportError:  # where its part in C could not be built
    from websockets.utils import apply_mask

FINAL_TEXT = 0x81
"""FIN, no reserved bit, opcode 1 (RFC 6455 section 5.2)."""

MASKED = 0x80

_HEADS = tuple(bytes((FINAL_TEXT, size)) for size in range(126))
"""Of short frames of a server."""


def wholeText(data: bytes, most: int) -> bytes | None:
    """
    The text of a frame that is all there is in ``data``; ``None`` for anything else.

    :param most: bytes that a message may have.
    """
    if len(data) < 6 or data[0] != FINAL_TEXT or not data[1] & MASKED:
        return None
    size, start = data[1] & 0x7F, 2
    if size == 126:
        size, start = int.from_bytes(data[2:4], "big"), 4
        if size < 126:
            return None
    begin = start + 4
    if size > most or (size == 127 and start == 2) or len(data) != begin + size:
        return None
    return apply_mask(data[begin:], data[start:begin])


def textFrame(payload: bytes) -> bytes:
    """A frame of a server: final, not masked."""
    size = len(payload)
    if size < 126:
        return _HEADS[size] + payload
    if size < 0x10000:
        return b"\x81\x7e" + size.to_bytes(2, "big") + payload
    return b"\x81\x7f" + size.to_bytes(8, "big") + payload
