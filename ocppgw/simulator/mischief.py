"""
How a charge point can be told to misbehave.

Only settings, which a test or a soak run changes at any time; who sends or answers looks here
each time.  Nothing is wrong by default.
"""

from __future__ import annotations

from datetime import timedelta

import attrs

ANY = "*"
"""Stands for every action."""

ID = b"<id>"
"""In a frame that is sent instead: replaced by the message id, quotes included."""


@attrs.define
class Mischief:
    """
    What goes wrong.

    :ivar late: seconds by which the answer to a command comes late, by action or `ANY`.
    :ivar silent: commands that are neither carried out nor answered, by action or `ANY`.
    :ivar instead: raw frames sent instead of the answer to a command, or of a Call, by action.
    :ivar dropOn: actions on which the link breaks: on receipt of the command, or instead of
        sending the Call.
    :ivar duplicating: each transaction message that was answered is sent once more, as after a
        lost answer.
    :ivar skew: how wrong the clock of the charge point is.
    """

    late: dict[str, float] = attrs.field(factory=dict)
    silent: set[str] = attrs.field(factory=set)
    instead: dict[str, bytes] = attrs.field(factory=dict)
    dropOn: set[str] = attrs.field(factory=set)
    duplicating: bool = False
    skew: timedelta = timedelta()

    def lateness(self, action: str) -> float:
        """By how many seconds the answer to this action is late."""
        return self.late.get(action, self.late.get(ANY, 0.0))

    def isSilent(self, action: str) -> bool:
        """Whether this command gets no answer."""
        return action in self.silent or ANY in self.silent

    def drops(self, action: str) -> bool:
        """Whether the link breaks now."""
        return action in self.dropOn or ANY in self.dropOn

    def frame(self, action: str, token: bytes, proper: bytes) -> bytes:
        """What is sent where ``proper`` should be."""
        wrong = self.instead.get(action)
        return proper if wrong is None else wrong.replace(ID, token)
