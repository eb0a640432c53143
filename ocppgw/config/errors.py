"""
What is wrong with a configuration, in one line that a person can act on.
"""

from __future__ import annotations


class ConfigurationError(Exception):
    """
    The configuration cannot be used; ``str`` is exactly one line.

    :ivar file: the file as it was named, or ``command line``.
    :ivar key: the full path of the key (``chargePoints[2].connectors``, tables counted from 1),
        or the place (``line 3``).
    :ivar message: what is wrong and what is accepted.
    """

    def __init__(self, file: str, key: str, message: str) -> None:
        super().__init__(file, key, message)
        self.file = file
        self.key = key
        self.message = message

    def __str__(self) -> str:
        return oneLine(f"{self.file}: {self.key}: {self.message}")


class Unacceptable(Exception):
    """
    A value that a kind refuses; the reader adds file and key.

    :ivar accepted: what this place accepts, where the kind's own words do not fit.
    :ivar shown: the value as the person may see it; empty for a secret.
    :ivar where: what to append to the key, like ``[2]``.
    """

    def __init__(self, shown: str = "", accepted: str = "", where: str = "") -> None:
        super().__init__(shown, accepted, where)
        self.shown = shown
        self.accepted = accepted
        self.where = where


def oneLine(text: str) -> str:
    """``text`` with everything escaped that could break a line or a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
