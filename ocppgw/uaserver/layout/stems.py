"""
What variables have in common, so that those which cannot have changed are passed over together.

A *stem* is one attribute of a charge point's or connector's record, such as ``readings``: while
that is the same object, no variable whose part hangs on it has changed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from attrs import frozen
from zope.interface import implementer

from ocppgw.uaserver.nodes import IStem


@implementer(IStem)
@frozen
class Stem:
    """
    One attribute of a holder.

    Equal ones are the same: it is by them that variables are grouped, and few are kept.

    :ivar connectorId: of which connector; ``None``: of the record itself.
    :ivar isAlways: the state of the link has no bearing on what hangs on it.
    """

    connectorId: int | None
    root: str
    isAlways: bool

    def changed(self, old: Any, new: Any) -> bool:
        """Could one of its variables differ between two records?"""
        if old is None or new is None:
            return True
        if not self.isAlways and (old.link is not new.link or old.settings is not new.settings):
            return True
        if self.connectorId is not None:
            old, new = old.connectors.get(self.connectorId), new.connectors.get(self.connectorId)
            if old is None or new is None:
                return old is not new
        return getattr(old, self.root) is not getattr(new, self.root)


#: The shared stem; there are some twenty for each connector.
stemOf = lru_cache(maxsize=8192)(Stem)
