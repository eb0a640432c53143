"""
Which keys hold secrets, by how they sound, and what is shown in the place of one.

Pure.  Whoever shows, logs, keeps or gives away what a charge point or the site calls by a key asks
here, so that none of them knows a word less than the others.
"""

from __future__ import annotations

WORDS = ("authorizationkey", "password", "passphrase", "secret", "token", "credential")
"""A key in which one of these stands, in whatever case, holds a secret."""

MASK = "***"


def isSecret(key: str) -> bool:
    """Whether a key sounds as if its value should not be read by everybody."""
    folded = key.lower()
    for word in WORDS:  # noqa: SIM110 - takes a quarter of the time, and is asked about each key
        if word in folded:
            return True
    return False
