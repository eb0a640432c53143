"""
Who calls in: from the raw request target of the handshake to the identity.

Pure.  OCPP-J 1.6 section 3.1.1 with what charge points make of it: doubled and trailing slashes
and a query (C5), a whole URL as path (C6), percent-encoding (C7).  What could harm a NodeId, a
file name, a log line or a page is refused here, so that nothing behind has to care.
"""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote_to_bytes

import attrs

from ocppgw.central.entrance.masking import masked

LONGEST = 255
"""Characters of an identity; the specification's own limit is far below."""

EXCERPT = 200
"""Characters of a target that may be shown or logged."""

_WHOLE_URL = re.compile(rb"wss?:/", re.IGNORECASE)

#: Control, format, surrogate, private and unassigned characters, line and paragraph separators.
_HARMFUL = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class NoIdentity(ValueError):
    """The request target names nobody that could be taken in; ``str`` says why."""


@attrs.frozen
class Caller:
    """
    Who calls in.

    :ivar identity: the last segment of the path, decoded, behind the listener's prefix (C9).
    :ivar called: the same without the prefix: what the charge point calls itself.
    :ivar target: the request target as it came, made safe to show and cut to `EXCERPT`.
    :ivar isWholeUrl: somebody typed a whole URL where a path belongs (C6).
    """

    identity: str
    target: str
    called: str = attrs.field()

    @called.default
    def _withoutPrefix(self) -> str:
        return self.identity

    isWholeUrl: bool = False


def callerOf(target: bytes, prefix: str = "") -> Caller:
    """
    Read a request target.

    :param prefix: what the listener puts before each identity.
    :raises NoIdentity: where no usable identity stands in it.
    """
    path = target.split(b"?", 1)[0].split(b"#", 1)[0]
    segments = [segment for segment in path.split(b"/") if segment.strip()]
    if not segments:
        raise NoIdentity("the URL has no identity at its end")
    try:
        identity = unquote_to_bytes(segments[-1]).decode("utf-8").strip()
    except UnicodeDecodeError:
        raise NoIdentity("the identity in the URL is not UTF-8") from None
    why = whyNot(identity) or whyNot(prefix + identity)
    if why:
        raise NoIdentity(why)
    isWholeUrl = _WHOLE_URL.search(path) is not None
    return Caller(prefix + identity, shown(target), identity, isWholeUrl)


def whyNot(identity: str) -> str:
    """Why this cannot be an identity; empty where it can."""
    if not identity:
        return "the identity is empty"
    if len(identity) > LONGEST:
        return f"the identity is longer than {LONGEST} characters"
    if any(unicodedata.category(character) in _HARMFUL for character in identity):
        return "the identity contains control characters"
    if identity.startswith("/") or identity in {".", ".."}:
        return "the identity is a slash or dots"
    return ""


def shown(target: bytes) -> str:
    """A request target that may be logged and shown: no secrets, on one line, not too long."""
    text = masked(target[: 2 * EXCERPT].decode("utf-8", "replace"))[:EXCERPT]
    return "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(one) in _HARMFUL else one
        for one in text
    )
