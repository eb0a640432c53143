"""
What variables have in common, so that those which cannot have changed are passed over together.

A *stem* is one attribute of a charge point's or connector's record, such as ``readings``: while
that is the same object, no variable whose part hangs on it has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from attrs import frozen
from zope.interface import implementer

from ocppgw.uaserver.layout.node import connectorOf
from ocppgw.uaserver.layout.sources import NEVER
from ocppgw.uaserver.nodes import IStem


@implementer(IStem)
@frozen
class Stem:
    """
    One attribute of a holder.

    Equal ones are the same: it is by them that variables are grouped, and few are kept.

    :ivar connectorId: of which connector; ``None``: of the record itself.
    :ivar root: the name of the attribute, or `NEVER`.
    :ivar isAlways: the state of the link has no bearing on what hangs on it.
    """

    connectorId: int | None
    root: str
    isAlways: bool

    def changed(self, old: Any, new: Any, watched: Sequence[Any]) -> Sequence[Any]:
        """
        Those of ``watched`` whose variables could differ between two records.

        What is the same for all of them is looked at once.
        """
        if old is None or new is None:
            return watched
        if not self.isAlways and (old.link is not new.link or old.settings is not new.settings):
            return watched
        if self.root == NEVER:
            return ()
        if self.connectorId is not None:
            old, new = connectorOf(old, self.connectorId), connectorOf(new, self.connectorId)
        if getattr(old, self.root) is getattr(new, self.root):
            return ()
        return [each for each in watched if each.node.declaration.source.changed(old, new)]


#: The shared stem; there are some twenty for each connector.
stemOf = lru_cache(maxsize=8192)(Stem)
