"""
What a test shows of the standards: a mark that the tables of conformance are made from.

``docs.tables.conformance`` finds the marks in the sources.  A name that it does not know, and a
name that no test shows, end the building of the documents.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_Test = TypeVar("_Test", bound=Callable[..., object])


def shows(*names: str) -> Callable[[_Test], _Test]:
    """
    Mark a test: it shows that these are done, or refused as they should be.

    :param names: services and conformance units of OPC UA, messages of OCPP, as they are called in
        ``docs/tables/units.py``.  They are read from the source, so each is a literal.
    """

    def mark(test: _Test) -> _Test:
        return test

    return mark
