"""
From the names that a driver gives to data of a charge point to the NodeIds of the gateway.

Pure.  Both call things by nearly the same words: blanks, case and punctuation aside a driver's
``Error Code`` is our ``ErrorCode``.  So a path is looked up in the declared types, part by part.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import attrs

from ocppgw.uaserver.layout.chargepoint import CHARGE_POINT_TYPE
from ocppgw.uaserver.layout.declarations import MethodDeclaration, ObjectDeclaration
from ocppgw.uaserver.layout.names import encodePart
from ocppgw.v16.configurationkeys import findKey
from ocppgw.v16.measurands import readNodeName

PATTERN = r"ns=1;s=\[(?P<device>[^\]]+)\](?P<path>.*)"
"""An item of a device of Ignition's own OPC UA server."""

NAMESPACE = 2
_PARAMETER = re.compile(r"(\{[^{}]+\})")
_NUMBER = re.compile(r"(?:Connector[ _]?)?(\d+|\{[^{}]+\})", re.IGNORECASE)
_IDLE = re.compile(r"[\s_-]+")


@attrs.frozen
class Left:
    """An item that stays as it is, and why."""

    reason: str


def plainly(name: str) -> str:
    """A name without what the two spell differently."""
    return _IDLE.sub("", name).lower()


def nodeIdOf(node: str, path: str) -> str | Left:
    """
    The NodeId of an item.

    :param node: the node name; parameters of a UDT in braces stand in it as they are.
    :param path: the names below the device, with slashes between them.
    """
    parts = [part for part in path.split("/") if part]
    found = _resolved(CHARGE_POINT_TYPE.children, parts)
    if isinstance(found, Left):
        return found
    return f"ns={NAMESPACE};s=" + "/".join((_encoded(node), *map(_encoded, found)))


def _encoded(part: str) -> str:
    """A part as NodeIds have it, the braces of parameters left alone."""
    pieces = _PARAMETER.split(part)
    return "".join(one if index % 2 else encodePart(one) for index, one in enumerate(pieces))


def _resolved(children: Iterable[Any], parts: list[str]) -> list[str] | Left:
    """The browse names that driver's names stand for."""
    if not parts:
        return []
    first, rest = parts[0], parts[1:]
    for child in children:
        if plainly(child.name) == plainly(first):
            return _within(child, rest)
    return Left(f"there is nothing like {first}")


def _within(child: Any, rest: list[str]) -> list[str] | Left:
    """A declared child, and what is meant below it."""
    if isinstance(child, MethodDeclaration):
        return Left(f"{child.name} is a method: call it, or write true below Commands")
    if not isinstance(child, ObjectDeclaration):
        return [child.name] if not rest else Left(f"{child.name} has nothing below it")
    if child.name == "ConfigurationPoints":
        return _prefixed(child.name, _key(rest))
    if child.name == "Connectors":
        return _prefixed(child.name, _connector(child, rest))
    return _prefixed(child.name, _resolved(child.byName.values(), rest))


def _prefixed(name: str, below: list[str] | Left) -> list[str] | Left:
    return below if isinstance(below, Left) else [name, *below]


def _key(rest: list[str]) -> list[str] | Left:
    """A configuration key: the standard's in its spelling, a vendor's as it stands."""
    if len(rest) > 1:
        return Left("a configuration point has nothing below it")
    info = findKey(rest[0]) if rest else None
    return [info.key] if info else rest


def _connector(declared: ObjectDeclaration, rest: list[str]) -> list[str] | Left:
    """A connector by its number, or by a parameter of a UDT, and what is meant below it."""
    if not rest:
        return []
    found = _NUMBER.fullmatch(rest[0])
    if found is None:
        return Left(f"{rest[0]} is no number of a connector")
    assert declared.members is not None
    below = declared.members.example.byName.values()
    return _prefixed(found[1], _ofConnector(below, rest[1:]))


def _ofConnector(children: Iterable[Any], rest: list[str]) -> list[str] | Left:
    """
    What is meant below a connector.

    Measurands may stand beside the other names, or in a folder of their own.
    """
    folder = rest[:1] and plainly(rest[0]) in ("metervalues", "meter", "metering")
    below = rest[1:] if folder else rest
    if len(below) == 1 and readNodeName(below[0]) is not None:
        return ["MeterValues", below[0]]
    return _resolved(children, rest)
