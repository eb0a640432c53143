"""
What was found while a payload was read: deviations, or that it cannot be read at all.

Only the list and the error; `shapes` finds, `decoding` reports.
"""

from __future__ import annotations

from ocppgw.ocppj.deviations import Deviation, excerpt
from ocppgw.ocppj.errorcodes import PROTOCOL_ERROR

MOST = 32
"""How many deviations of one message are kept; a broken message may have thousands."""


class Invalid(Exception):
    """
    A payload that cannot be made sense of, or in strict mode one that is not to the letter.

    :ivar errorCode: what to answer with.
    :ivar description: what is wrong, in words; short enough to be sent.
    :ivar path: where: ``meterValue[0].timestamp``.
    """

    def __init__(self, errorCode: str, description: str, path: str = "") -> None:
        super().__init__(f"{path}: {description}" if path else description)
        self.errorCode = errorCode
        self.description = description
        self.path = path


class Findings:
    """
    The deviations of one message, in the order found.

    :ivar strict: the first one is the end, as `Invalid`.
    """

    def __init__(self, strict: bool) -> None:
        self.strict = strict
        self._found: list[Deviation] = []

    def add(
        self, kind: str, path: str, text: str, sent: object, errorCode: str = PROTOCOL_ERROR
    ) -> None:
        """Note one."""
        if self.strict:
            raise Invalid(errorCode, text, path)
        if len(self._found) < MOST:
            self._found.append(Deviation(kind, path, text, excerpt(sent), errorCode))

    def all(self) -> tuple[Deviation, ...]:
        """What was found."""
        return tuple(self._found)
