"""
What was probably meant by a text that is not JSON (row S14 of the quirks).

Only mistakes that real charge points make and that have one meaning: a byte order mark, NUL
characters, a lone backslash, a raw control character in a text, a comma before a closing bracket,
several messages in one.  Anything else stays broken.  Linear in the length of the text.
"""

from __future__ import annotations

import re

import msgspec

from ocppgw.ocppj.deviations import Deviation, excerpt
from ocppgw.ocppj.frames import Frame
from ocppgw.ocppj.parsing import FramingError, parse

LONGEST = 64 * 1024
"""Bytes of a text that is worth the trouble."""

MOST = 16
"""Messages in one text."""

_MARK = b"\xef\xbb\xbf"
# A text that never ends is one as well: were it none, it would be looked for again at every quote.
_STRING = rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)'
_PIECES = re.compile(_STRING + rb"|,(?=\s*[\]}])", re.DOTALL)
_ESCAPE = re.compile(rb'\\(["\\/bfnrt]|u[0-9a-fA-F]{4})?')
_CONTROL = re.compile(rb"[\x00-\x1f]")
_BRACKETS = re.compile(_STRING + rb"|[\[\]{}]", re.DOTALL)


def read(raw: bytes, lenient: bool = True) -> tuple[Frame, ...]:
    """
    The frames of a text: one, or where several were written into one, these.

    :raises FramingError: for what is no frame, and cannot be made one.
    """
    try:
        return (parse(raw, lenient),)
    except FramingError:
        frames = _mended(raw) if lenient and len(raw) <= LONGEST else ()
        if not frames:
            raise
        return frames


def _mended(raw: bytes) -> tuple[Frame, ...]:
    pieces = repaired(raw)
    if pieces == (raw,):
        return ()
    odd = Deviation("S14", "", "not JSON; repaired", excerpt(raw))
    try:
        return tuple(_marked(parse(piece), odd) for piece in pieces)
    except FramingError:
        return ()


def _marked(frame: Frame, odd: Deviation) -> Frame:
    return msgspec.structs.replace(frame, deviations=(odd, *frame.deviations))


def repaired(raw: bytes) -> tuple[bytes, ...]:
    """The texts that were probably meant; they may still be no JSON."""
    bare = raw.removeprefix(_MARK).replace(b"\0", b"").strip()
    return _apart(_PIECES.sub(_piece, bare))


def _piece(found: re.Match[bytes]) -> bytes:
    """A text with its escapes in order; of a comma too many, nothing."""
    text = found[0]
    if text == b",":
        return b""
    return _CONTROL.sub(_escaped, _ESCAPE.sub(_escape, text))


def _escape(found: re.Match[bytes]) -> bytes:
    return found[0] if found[1] else rb"\\"


def _escaped(found: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % found[0][0]


def _apart(text: bytes) -> tuple[bytes, ...]:
    """Several arrays one after another as single texts."""
    pieces: list[bytes] = []
    depth = begin = 0
    for found in _BRACKETS.finditer(text):
        if found[0] in b"[{":
            depth += 1
        elif found[0] in b"]}":
            depth -= 1
            if depth == 0:
                pieces.append(text[begin : found.end()].strip())
                begin = found.end()
    rest = text[begin:].strip()
    return (*pieces, rest)[:MOST] if rest else tuple(pieces[:MOST])
