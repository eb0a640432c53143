"""
What Browse tells of children, made once for each declaration.

Owns a bounded number of relations; OPC UA thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ocppgw.uaserver.nodes import Relation

KEPT = 8192
"""Relations kept; then all are made anew.  Vendors' own readings have one each."""


class Relations:
    """The relations of parents to children, by the child's declaration."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, bool], Relation] = {}

    def of(self, declaration: Any, isTyped: bool, made: Callable[[Any], Any]) -> Relation:
        """
        The relation to a child.

        :param isTyped: is the parent no folder?
        :param made: makes the child, where that has to be asked.
        """
        key = (declaration, isTyped)
        found = self._kept.get(key)
        if found is None:
            child = made(declaration)
            if len(self._kept) >= KEPT:
                self._kept.clear()
            found = self._kept[key] = child.relation(child.referenceTypeId)
        return found
