"""
Tokens that a form has to send back, so that no page of another site can send it (CSRF).

A token is made of a browser's cookie and a key that only this process has: there is nothing to
keep.  Pure but for the key, which is given in.
"""

from __future__ import annotations

import hashlib
import hmac

LENGTH = 32
"""Bytes of the key."""

FIELD = "csrf"
"""Field of a form."""

HEADER = "x-csrf-token"
"""Header of a request of a script."""


class Tokens:
    """Makes and checks tokens."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, cookie: str) -> str:
        """The token that goes with a cookie."""
        text = cookie.encode("utf-8", "surrogatepass")
        return hmac.new(self._key, text, hashlib.sha256).hexdigest()

    def fits(self, cookie: str, token: str) -> bool:
        """Whether a token goes with a cookie; compares in constant time."""
        if not cookie:
            return False
        return hmac.compare_digest(self.of(cookie).encode(), token.encode("utf-8", "replace"))
