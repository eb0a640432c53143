"""
Taking secrets out of texts that leave the house.

Pure.  Known secrets are replaced wherever they stand; beyond them, whatever looks like one: hashes,
keys, passwords in URLs and headers, values of keys that sound like secrets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ocppgw.access.secretkeys import MASK

SHORTEST = 4
"""Known secrets that are shorter would mask half of every text."""

_KIND = r"authorization_?key|password|passphrase|secret|token|credential|authorization|cookie"

_QUOTE = r"\\?\""

_KEY_AND_VALUE = (
    rf'({_QUOTE}key{_QUOTE}\s*:\s*{_QUOTE}[^"]*(?:{_KIND})[^"]*"\s*,\s*{_QUOTE}value'
    rf'{_QUOTE}\s*:\s*{_QUOTE})[^"\\]*'
)

_PATTERNS = tuple(
    (re.compile(pattern, flags), replacement)
    for pattern, flags, replacement in (
        (
            r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)",
            re.DOTALL,
            MASK,
        ),
        (r"\$(scrypt|sha256|sha1|argon2\w*|2[aby])\$[^\s\"',]+", re.IGNORECASE, MASK),
        (r"(?<=://)[^/\s:@]*:[^/\s@]+(?=@)", 0, MASK),
        (r"\b(Basic|Bearer) +[A-Za-z0-9+/=._~-]{4,}", re.IGNORECASE, rf"\1 {MASK}"),
        (
            # The key and the value of ChangeConfiguration, as JSON, perhaps inside JSON.
            _KEY_AND_VALUE,
            re.IGNORECASE,
            rf"\1{MASK}",
        ),
        (
            rf"(\b\w*(?:{_KIND})\w*[\"']?\s*[=:]\s*[\"']?)(?!{re.escape(MASK)})[^\s\"',;}}]+",
            re.IGNORECASE,
            rf"\1{MASK}",
        ),
    )
)


_ID_TAG = re.compile(rf'({_QUOTE}(?:parentI|i)dTag{_QUOTE}\s*:\s*{_QUOTE})[^"\\]*')


def withoutPersons(text: str) -> str:
    """OCPP's JSON without idTags: who charged is nobody else's business."""
    return _ID_TAG.sub(rf"\1{MASK}", text)


class Masking:
    """
    Masks texts.

    :param secrets: those that are known, found in the state of a gateway.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({one for one in secrets if len(one) >= SHORTEST}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        """The text without secrets."""
        if self._known is not None:
            text = self._known.sub(MASK, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text
