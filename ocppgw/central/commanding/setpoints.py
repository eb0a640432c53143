"""
Commands that set the same thing to the same value: one of them is done, for all (B27).

A SCADA system that writes a setpoint again and again while the charge point is slow would fill its
line.  Only the newest word about a thing counts: after 60, 30 another 60 is a command of its own,
and so is one behind a command that is no setpoint, because nobody knows what that does.

Owns: for each charge point its setpoints that have not ended, and who follows them.  Reactor
thread.  Nothing here fires a Deferred: who asks is told who is to be ended, or to go instead.
"""

from __future__ import annotations

from collections.abc import Hashable

import attrs

from ocppgw.central.commanding.pending import Pending
from ocppgw.model.commands import Action, ChangeAvailability, ChangeConfiguration
from ocppgw.model.outcomes import Outcome, Refusal, Refused

_NOT_THEIRS = (Refusal.timedOut, Refusal.failed)
"""Ends of one command that say nothing about another: its own deadline, its own withdrawal."""


def target(action: Action) -> Hashable | None:
    """What an action sets; ``None`` for one that is no setpoint."""
    match action:
        case ChangeConfiguration():
            return action.key.lower()
        case ChangeAvailability():
            # Of all connectors together: what is said of connector 0 is said of each.
            return ChangeAvailability
    return None


@attrs.define(eq=False)
class _Entry:
    """A command in its place, and those that wait for it."""

    leader: Pending
    followers: list[Pending] = attrs.field(factory=list)

    @property
    def waiting(self) -> list[Pending]:
        return [one for one in self.followers if not one.isOver]


class Setpoints:
    """The commands of all charge points, in their order."""

    def __init__(self) -> None:
        self._entries: dict[str, list[_Entry]] = {}

    def follows(self, pending: Pending) -> bool:
        """
        Take a command in; whether another one does it as well.

        If so it needs no turn: `ended` tells of it.
        """
        entries = self._entries.setdefault(pending.command.nodeName, [])
        same = _same(pending.command.action, entries)
        if same is None:
            entries.append(_Entry(pending))
            return False
        same.followers.append(pending)
        return True

    def waiting(self, nodeName: str) -> int:
        """How many commands follow others."""
        return sum(len(entry.waiting) for entry in self._entries.get(nodeName, ()))

    def ended(self, pending: Pending, outcome: Outcome) -> tuple[list[Pending], Pending | None]:
        """
        A command ended.

        :return: those for whom it was done as well, and are to end like it; and who is to take
            its place in the line, because this end says nothing about the others.
        """
        nodeName = pending.command.nodeName
        entries = self._entries.get(nodeName, [])
        entry = next((one for one in entries if one.leader is pending), None)
        if entry is None:
            return [], None
        waiting = entry.waiting
        if waiting and isinstance(outcome, Refused) and outcome.refusal in _NOT_THEIRS:
            entry.leader, *entry.followers = waiting
            return [], entry.leader
        entries.remove(entry)
        if not entries:
            del self._entries[nodeName]
        return waiting, None


def _same(action: Action, entries: list[_Entry]) -> _Entry | None:
    """The command that does the same, if none that is newer may have undone it."""
    meant = target(action)
    for entry in reversed(entries if meant is not None else []):
        other = entry.leader.command.action
        if target(other) == meant:
            return entry if other == action else None
        if target(other) is None:
            return None
    return None
