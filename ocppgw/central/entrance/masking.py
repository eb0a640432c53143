"""
What a caller sent, as a log may hold it: without its secrets.

Pure.  Passwords travel in the Authorization header, and people type them into URLs; neither may
be read by whoever reads the log.
"""

from __future__ import annotations

import re

from ocppgw.access.secretkeys import MASK

LONGEST = 2000
"""Characters of a request head that are shown; a usual one has 300."""

_SECRET = r"auth|cookie|token|secret|pass|pwd|credential|signature|api-?key|session"
_HEADER = re.compile(rf"[^:\s]*(?:{_SECRET})", re.IGNORECASE)
_QUERY = re.compile(rf"([?&;][^=&;\s]*(?:{_SECRET}|key)[^=&;\s]*=)[^&;\s]*", re.IGNORECASE)
_SCHEME = re.compile(r"\b(basic|bearer|digest|negotiate)(\s+|%20|\+)[^\s]+", re.IGNORECASE)
_USER = re.compile(r"(//)[^/@:\s]*:[^/@\s]*@")


def masked(text: str) -> str:
    """A line, a request target say, whose secrets are stars."""
    text = _USER.sub(rf"\g<1>{MASK}@", text)
    return _SCHEME.sub(rf"\g<1>\g<2>{MASK}", _QUERY.sub(rf"\g<1>{MASK}", text))


def maskedHead(data: bytes) -> str:
    """
    The head of a request, its line breaks kept, secrets masked and the end cut.

    Whatever a line begins with: where that sounds like a secret, the rest of it and the lines
    that continue it are masked.
    """
    lines: list[str] = []
    isSecret = False
    for line in re.split(r"\r\n|\r|\n", data[: 4 * LONGEST].decode("utf-8", "replace")):
        isContinued = line[:1] in (" ", "\t") and bool(lines)
        if not isContinued:
            found = _HEADER.match(line)
            isSecret = found is not None and bool(lines)
        lines.append(_withoutValue(line, isContinued) if isSecret else masked(line))
    text = "\n".join(lines).rstrip("\n")
    return text if len(text) <= LONGEST else text[:LONGEST] + "\N{HORIZONTAL ELLIPSIS}"


def _withoutValue(line: str, isContinued: bool) -> str:
    if isContinued:
        return f" {MASK}"
    name = re.match(r"[^:\s]*", line)
    return f"{name[0] if name else ''}: {MASK}"
