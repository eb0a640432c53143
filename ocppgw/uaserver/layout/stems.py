"""
What variables have in common, so that those which cannot have changed are passed over together.

A *stem* is one attribute of a charge point's or connector's record, such as ``readings``: while
that is the same object, no variable whose part hangs on it has changed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any


class Stem:
    """
    One attribute of a holder.

    :param connectorId: of which connector; ``None``: of the record itself.
    :param isAlways: the state of the link has no bearing on what hangs on it.
    """

    __slots__ = ("_connectorId", "_isAlways", "_root")

    def __init__(self, connectorId: int | None, root: str, isAlways: bool) -> None:
        self._connectorId = connectorId
        self._root = root
        self._isAlways = isAlways

    def changed(self, old: Any, new: Any) -> bool:
        """Could one of its variables differ between two records?"""
        if old is None or new is None:
            return True
        if not self._isAlways and (old.link is not new.link or old.settings is not new.settings):
            return True
        if self._connectorId is not None:
            old, new = old.connectors.get(self._connectorId), new.connectors.get(self._connectorId)
            if old is None or new is None:
                return old is not new
        return getattr(old, self._root) is not getattr(new, self._root)


#: The shared stem; there are some twenty for each connector.
stemOf = lru_cache(maxsize=8192)(Stem)
