"""
The standard Properties of our variables and methods: units, ranges, words, arguments.

Made once for each unit, list of words and method, and shared by all nodes that need them.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from opcua import ua

from ocppgw.uaserver.layout.declarations import (
    ArgumentDeclaration,
    ConstantDeclaration,
    MethodDeclaration,
    VariableDeclaration,
)
from ocppgw.uaserver.layout.standardnodes import (
    ARGUMENT,
    EU_INFORMATION,
    LOCALIZED_TEXT,
    RANGE,
    localizedText,
)
from ocppgw.uaserver.layout.units import NAMES, UNECE, Unit
from ocppgw.uaserver.library import bareVariant
from ocppgw.uaserver.nodes import NAMESPACE_URI

Properties = tuple[ConstantDeclaration | VariableDeclaration, ...]


def _structure(value: Any) -> Any:
    isList = isinstance(value, list)
    return bareVariant(value, ua.VariantType.ExtensionObject, None, isList)


def _euInformation(unit: Unit) -> Any:
    information = ua.EUInformation()
    information.NamespaceUri = UNECE if unit.code else NAMESPACE_URI
    information.UnitId = unit.unitId
    information.DisplayName = localizedText(unit.unit)
    information.Description = localizedText(NAMES.get(unit.code, unit.text))
    return information


def _range(unit: Unit) -> Any:
    limits = ua.Range()
    limits.Low, limits.High = unit.low, unit.high
    return limits


@lru_cache(maxsize=256)
def _ofUnit(unit: Unit) -> Properties:
    return (
        ConstantDeclaration(
            "EURange",
            RANGE,
            _structure(_range(unit)),
            "The range in which values are to be expected.",
        ),
        ConstantDeclaration(
            "EngineeringUnits",
            EU_INFORMATION,
            _structure(_euInformation(unit)),
            "The unit of the value.",
        ),
    )


@lru_cache(maxsize=64)
def _ofWords(words: tuple[str, ...]) -> Properties:
    texts = [localizedText(word) for word in words]
    variant = bareVariant(texts, ua.VariantType.LocalizedText, None, True)
    return (
        ConstantDeclaration(
            "EnumStrings", LOCALIZED_TEXT, variant, "The words that the numbers stand for."
        ),
    )


def ofVariable(variable: VariableDeclaration) -> Properties:
    """The Properties of a variable, in the order in which they are browsed."""
    found: Properties = ()
    if variable.unit is not None:
        found = _ofUnit(variable.unit)
    elif variable.words:
        found = _ofWords(variable.words)
    return (*found, *variable.properties)


def argument(declared: ArgumentDeclaration) -> Any:
    """The ``ua.Argument`` of a declared one."""
    made = ua.Argument()
    made.Name = declared.name
    made.DataType = declared.dataType.nodeId
    made.ValueRank = 1 if declared.isList else -1
    made.ArrayDimensions = [0] if declared.isList else []
    made.Description = localizedText(declared.description)
    return made


@lru_cache(maxsize=256)
def inputsOf(method: MethodDeclaration) -> tuple[Any, ...]:
    """The ``ua.Argument`` of each input."""
    return tuple(map(argument, method.inputs))


@lru_cache(maxsize=256)
def ofMethod(method: MethodDeclaration) -> Properties:
    """InputArguments and OutputArguments, each where there are any."""
    found = []
    if method.inputs:
        found.append(_arguments("InputArguments", inputsOf(method), "What the method takes."))
    if method.outputs:
        outputs = tuple(map(argument, method.outputs))
        found.append(_arguments("OutputArguments", outputs, "What the method gives back."))
    return tuple(found)


def _arguments(name: str, arguments: tuple[Any, ...], description: str) -> ConstantDeclaration:
    return ConstantDeclaration(name, ARGUMENT, _structure(list(arguments)), description)
