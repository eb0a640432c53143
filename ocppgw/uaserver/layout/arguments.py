"""
Arguments that several methods share, and OCPP's limits on what may stand in them.

A value outside the limits is refused before anything is sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ocppgw.uaserver.layout.datatypes import DataType
from ocppgw.uaserver.layout.declarations import ArgumentDeclaration

LEFT_OUT = -1
"""A ConnectorId that means: leave it out."""


def within(longest: int, shortest: int = 0) -> Callable[[str], bool]:
    """Is a text at least and at most so long?"""
    return lambda text: shortest <= len(text) <= longest


def among(*words: str) -> Callable[[str], bool]:
    """Is it one of these words?"""
    return lambda text: text in words


def eachWithin(longest: int) -> Callable[[list[str]], bool]:
    """Is each text of a list at most so long?"""
    return lambda texts: all(len(text) <= longest for text in texts)


def atLeast(least: int) -> Callable[[int], bool]:
    """Is a number no less than this?"""
    return lambda number: number >= least


def connectorOrNone(number: int) -> bool:
    """A connector's number, or the one that means: leave it out."""
    return number == LEFT_OUT or number > 0


def text(
    name: str, description: str, fits: Callable[[Any], bool] = lambda value: True, field: str = ""
) -> ArgumentDeclaration:
    """A String argument."""
    return ArgumentDeclaration(name, DataType.String, description, fits=fits, field=field)


def number(
    name: str, description: str, fits: Callable[[Any], bool] = lambda value: True
) -> ArgumentDeclaration:
    """An Int32 argument."""
    return ArgumentDeclaration(name, DataType.Int32, description, fits=fits)


def texts(
    name: str, description: str, fits: Callable[[Any], bool] = lambda value: True
) -> ArgumentDeclaration:
    """A String[] argument."""
    return ArgumentDeclaration(name, DataType.String, description, isList=True, fits=fits)


ID_TAG = text("IdTag", "Whose session it is; empty: the gateway's own idTag.", within(20))
STATUS_OUTPUT = text("Status", "The word of the answer.")
TRANSACTION_OUTPUT = ArgumentDeclaration(
    "TransactionId",
    DataType.Int32,
    "The transaction, where it began in time; else -1.",
    missing=-1,
)
