"""
The head of an HTTP request as it came, before Autobahn has read it.

Pure.  Autobahn loses what it cannot parse as a URL (``//CP1`` leaves it with an empty path), so
the request target is taken from the raw request line here, and Autobahn is given a neutral one.
"""

from __future__ import annotations

import re
from http import HTTPStatus

import attrs

from ocppgw.central.entrance.masking import maskedHead

LONGEST = 16 * 1024
"""Bytes of a request head; nobody needs more."""

END = b"\r\n\r\n"

_UPGRADE = re.compile(rb"^upgrade[ \t]*:", re.IGNORECASE | re.MULTILINE)
_WEBSOCKET = re.compile(rb"^upgrade[ \t]*:[ \t]*websocket[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_KEY = re.compile(rb"^sec-websocket-key[ \t]*:", re.IGNORECASE | re.MULTILINE)
_CONNECTION = re.compile(rb"^connection[ \t]*:", re.IGNORECASE | re.MULTILINE)
_FORWARDED = re.compile(rb"^x-forwarded-for[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_HOST = re.compile(rb"^host[ \t]*:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)


@attrs.frozen
class Head:
    """
    A complete request head.

    :ivar target: the request target, as it came.
    :ivar host: the Host header, as it came.
    :ivar isPlain: whether it asks for a page, not for a WebSocket.
    :ivar lacksConnection: it asks for a WebSocket and forgets ``Connection: Upgrade`` (C4).
    :ivar forwardedFor: the values of X-Forwarded-For, joined by commas, as they came.
    :ivar raw: the whole head, with its secrets.
    """

    method: bytes
    target: bytes
    host: str
    isPlain: bool
    lacksConnection: bool = False
    forwardedFor: str = ""
    raw: bytes = attrs.field(default=b"", repr=False)

    @property
    def shown(self) -> str:
        """The whole head, as a log may hold it."""
        return maskedHead(self.raw)


def read(data: bytes) -> tuple[Head, bytes] | None:
    """
    Take a request head apart.

    :returns: the head, and the same data with a target that any parser can read and with the
        header that it lacks; ``None`` where the request line is none.
    """
    line, _, rest = data.partition(b"\r\n")
    method, _, remainder = line.partition(b" ")
    target, _, version = remainder.strip().rpartition(b" ")
    if not (method and target.strip() and version.startswith(b"HTTP/")):
        return None
    fields = rest.partition(END)[0] if not rest.startswith(b"\r\n") else b""
    host = _HOST.search(fields)
    head = Head(
        method,
        target.strip(),
        host[1].strip().decode("ascii", "replace") if host else "",
        method in (b"GET", b"HEAD") and _UPGRADE.search(fields) is None,
        _lacksConnection(fields),
        b",".join(_FORWARDED.findall(fields)).decode("ascii", "replace"),
        data.partition(END)[0],
    )
    missing = b"Connection: Upgrade\r\n" if head.lacksConnection else b""
    return head, b"%b / %b\r\n%b%b" % (method, version, missing, rest)


def _lacksConnection(fields: bytes) -> bool:
    isWanted = _WEBSOCKET.search(fields) is not None and _KEY.search(fields) is not None
    return isWanted and _CONNECTION.search(fields) is None


def printable(text: str) -> str:
    """A peer's words, safe for a log line or a screen: on one line and not too long."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text[:200])


def refusal(code: int, reason: str, headers: dict[str, str] | None = None) -> bytes:
    """An HTTP response that says why there is no WebSocket; ``reason`` may hold anything."""
    try:
        phrase = HTTPStatus(code).phrase
    except ValueError:
        phrase = "Refused"
    body = (reason[:500] + "\n").encode("utf-8", "replace")
    lines = [
        f"HTTP/1.1 {code} {phrase}",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
        "Content-Type: text/plain; charset=utf-8",
        f"Content-Length: {len(body)}",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    ]
    return "\r\n".join(lines).encode() + END + body
