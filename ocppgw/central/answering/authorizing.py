"""
What a charge point is told about an idTag.

Holds no state: the table is the book's, the running transactions are the registry's.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from ocppgw.central.answering.idtagbook import IdTagBook
from ocppgw.central.terms import Terms
from ocppgw.model.idtags import IdTagAnswer, folded
from ocppgw.model.registry import Registry
from ocppgw.v16.messages import IdTagInfo
from ocppgw.v16.times import writeTime


@attrs.frozen
class Authorizing:
    """Answers for idTags."""

    book: IdTagBook
    registry: Registry
    terms: Terms

    def forAuthorize(self, idTag: str, at: datetime) -> IdTagAnswer:
        """Whether it may charge; other transactions do not matter (errata 3.17)."""
        return self._answer(idTag, at, ())

    def forStart(self, idTag: str, nodeName: str, connectorId: int, at: datetime) -> IdTagAnswer:
        """
        Whether it may charge here, now that a transaction began.

        ConcurrentTx is for idTags that the site knows: of the others nobody can say whether one
        driver carries them.  What runs on the connector itself is over by now.
        """
        if self.book.table.find(idTag) is None:
            return self._answer(idTag, at, ())
        return self._answer(idTag, at, self._active(idTag, nodeName, connectorId))

    def info(self, answer: IdTagAnswer, nodeName: str) -> IdTagInfo:
        """The answer as it is sent; what is too long to be sent is left out."""
        expiry = answer.expiryDate
        parent = answer.parentIdTag
        return IdTagInfo(
            status=answer.status,
            expiryDate=writeTime(expiry, self.terms.of(nodeName).timeFraction) if expiry else None,
            parentIdTag=parent if 0 < len(parent) <= 20 else None,
        )

    def _answer(self, idTag: str, at: datetime, active: tuple[str, ...]) -> IdTagAnswer:
        if folded(idTag) == folded(self.terms.remoteIdTag):
            return IdTagAnswer("Accepted")
        return self.book.table.answer(idTag, at, active)

    def _active(self, idTag: str, nodeName: str, connectorId: int) -> tuple[str, ...]:
        here = (nodeName, connectorId)
        isElsewhere = any(place != here for place in self.registry.running.having(idTag))
        return (idTag,) if isElsewhere else ()
