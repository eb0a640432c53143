"""
A site and its administration, without sockets.
"""

from __future__ import annotations

from typing import Any

from ocppgw.central.administering.administration import Administration
from ocppgw.central.answering.idtagbook import IdTagBook
from ocppgw.model import commands as c, facts as f
from ocppgw.model.idtags import IdTagEntry, IdTagTable
from ocppgw.model.outcomes import Outcome, Refusal, Refused
from ocppgw.model.records import Settings
from tests.central.support_outgoing import NODE, Site

FILE = (IdTagEntry("FILETAG"), IdTagEntry("OTHER", "Blocked"))


class Office:
    """A site and its administration."""

    def __init__(self, **settings: Any) -> None:
        self.site = Site()
        self.book = IdTagBook(IdTagTable.of("Invalid", FILE))
        self.administration = Administration(
            self.site.means,
            self.book,
            lambda identity: self.site.configuration.settingsFor(identity).recorded(),
        )
        if settings:
            fact = f.SettingsChanged(Settings(**settings), self.site.now())
            self.site.recorder.note(NODE, fact)

    def perform(self, action: c.GatewayAction, name: str = "Request") -> list[Outcome]:
        """Give a request in; its outcome appears in the list."""
        outcomes: list[Outcome] = []
        request = c.GatewayRequest(name, action, "engineer")
        self.administration.perform(request).addCallback(outcomes.append)
        return outcomes

    def record(self, nodeName: str) -> Any:
        """A record."""
        return self.site.registry.record(nodeName)


def refused(outcomes: list[Outcome]) -> tuple[Refusal, str]:
    """Why, and which argument."""
    (outcome,) = outcomes
    assert isinstance(outcome, Refused), outcome
    return outcome.refusal, outcome.argument
