"""
Which configuration keys hold something that the console must not show.

Pure.
"""

from __future__ import annotations

_WORDS = ("authorizationkey", "password", "passphrase", "secret", "token", "credential")


def isSecret(key: str) -> bool:
    """Whether a key sounds as if its value should not be read by everybody."""
    return any(word in key.lower() for word in _WORDS)
