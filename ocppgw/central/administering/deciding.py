"""
What a decision about a gateway request may look at, and what it comes to.

Only data.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import attrs

from ocppgw.model.facts import Fact
from ocppgw.model.idtags import IdTagTable
from ocppgw.model.outcomes import Answered, Refusal, Refused
from ocppgw.model.records import Settings
from ocppgw.model.registry import Registry


@attrs.frozen
class Site:
    """
    Everything that a decision may depend on.

    :ivar isConnected: whether a node name has a live link.
    :ivar settingsOf: what the file says of an identity.
    """

    registry: Registry
    idTags: IdTagTable
    isConnected: Callable[[str], bool]
    settingsOf: Callable[[str], Settings]
    now: datetime


@attrs.frozen
class Change:
    """
    What is to be stored, and what is said once it is.

    :ivar nodeName: whose facts these are.
    """

    nodeName: str
    facts: tuple[Fact, ...]
    answer: Answered


Decision = Change | Answered | Refused
"""`Answered` where nothing is to be stored."""


def invalid(argument: str, why: str) -> Refused:
    """An argument that cannot be."""
    return Refused(Refusal.invalidArgument, f"{argument} {why}", argument)


def unknown(nodeName: str) -> Refused:
    """Nobody of this name is known."""
    return Refused(Refusal.unknownTarget, f"no charge point {nodeName!r} is known")
