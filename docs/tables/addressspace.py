"""
The address space as ``ocppgw.uaserver.layout`` declares it: types, units, roles.

Only turning declarations into rows; what they mean stands beside them in the layout.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from docs.tables.writing import literal, plain, section, table
from ocppgw.access.roles import Role
from ocppgw.model.quality import ALWAYS, KEEPING
from ocppgw.uaserver.layout import units
from ocppgw.uaserver.layout.declarations import (
    ArgumentDeclaration,
    May,
    MethodDeclaration,
    ObjectDeclaration,
    TypeDeclaration,
    VariableDeclaration,
)
from ocppgw.uaserver.layout.types import TYPES
from ocppgw.v16.measurands import KINDS
from ocppgw.v16.metering import LOCATIONS, MEASURANDS, PHASES


def leastRole(may: May) -> Role:
    """The lowest role that may do it."""
    return next(role for role in Role if may.allows(role))


def declaredNames(children: Iterable[Any]) -> Iterator[str]:
    """The names of all that is declared in a type, at any depth."""
    for each in children:
        yield each.name
        if isinstance(each, ObjectDeclaration):
            yield from declaredNames(each.children)


def types() -> str:
    """A section for each of our types."""
    return "\n".join(map(ofType, TYPES))


def ofType(declaration: TypeDeclaration) -> str:
    """The section of one type: its variables, methods and objects, and what lies in these."""
    return section(
        declaration.name,
        "-",
        plain(declaration.description),
        *_parts(declaration.children),
        *(_folder(each, declaration.name) for each in declaration.children),
    )


def _parts(children: Iterable[Any]) -> list[str]:
    known = tuple(children)
    return [
        _variables([each for each in known if isinstance(each, VariableDeclaration)]),
        _methods([each for each in known if isinstance(each, MethodDeclaration)]),
        _objects([each for each in known if isinstance(each, ObjectDeclaration)]),
    ]


def _folder(child: Any, owner: str) -> str:
    """What lies in an object that no type of its own describes, or that has more than its type."""
    if not isinstance(child, ObjectDeclaration) or not child.children:
        return ""
    declared = {} if child.type is None else child.type.byName
    own = [each for each in child.children if each.name not in declared]
    beyond = "" if child.type is None else f", beyond {child.type.name}"
    return "\n\n".join((f"**{child.name}** of {owner}{beyond}:", *filter(None, _parts(own))))


def _variables(variables: list[VariableDeclaration]) -> str:
    rows = (
        (literal(each.name), _typeOf(each), _offline(each), _meaning(each)) for each in variables
    )
    header = ("Variable", "Type", "Offline", "Meaning")
    return table((25, 16, 12, 47), header, rows) * bool(variables)


def _typeOf(variable: VariableDeclaration) -> str:
    unit = f", {plain(variable.unit.unit)}" if variable.unit else ""
    return variable.dataType.value + unit


def _offline(variable: VariableDeclaration) -> str:
    """What a lost link does to the quality."""
    kind = variable.source.kind
    if kind in ALWAYS:
        return "Good"
    return "Uncertain" if kind in KEEPING else "Bad"


def _meaning(variable: VariableDeclaration) -> str:
    about, _, words = variable.description.partition("\n")
    sentences = [plain(about)] + ["What each means: :doc:`ocpp`."] * bool(words)
    if variable.readable is not None and leastRole(variable.readable) > Role.observer:
        sentences.append(f"Read by {_role(variable.readable)}.")
    if variable.writing is not None:
        sentences.append(f"Written by {_role(variable.writing.may)}.")
    return " ".join((*sentences, _missing(variable.sessionsOnly))).strip()


def _role(may: May) -> str:
    return f"*{leastRole(may).name}*"


def _missing(sessionsOnly: bool) -> str:
    return "Not on connector 0." if sessionsOnly else ""


def _methods(methods: list[MethodDeclaration]) -> str:
    rows = (
        (
            literal(each.name),
            _arguments(each.inputs),
            _arguments(each.outputs),
            _role(each.may),
            f"{plain(each.description)} {_missing(each.sessionsOnly)}".strip(),
        )
        for each in methods
    )
    header = ("Method", "In", "Out", "Role", "Meaning")
    return table((22, 20, 18, 10, 30), header, rows) * bool(methods)


def _arguments(arguments: Iterable[ArgumentDeclaration]) -> str:
    return ", ".join(map(_argument, arguments))


def _argument(argument: ArgumentDeclaration) -> str:
    return f"{literal(argument.name)} {argument.dataType.value}{'[]' * argument.isList}"


def _objects(objects: list[ObjectDeclaration]) -> str:
    rows = (
        (
            literal(each.name),
            each.type.name if each.type else "FolderType",
            literal(each.members.placeholder) if each.members else "",
            f"{plain(each.description)} {_missing(each.sessionsOnly)}".strip(),
        )
        for each in objects
    )
    header = ("Object", "Type", "Members", "Meaning")
    return table((22, 20, 18, 40), header, rows) * bool(objects)


def measurands() -> str:
    """What may stand under MeterValues: measurands with their units and ranges."""
    rows = (
        (literal(name), plain(kind.unit), _range(kind), plain(MEASURANDS.text(name)))
        for name, kind in KINDS.items()
    )
    return table((38, 10, 20, 32), ("Measurand", "Unit", "EURange", "Meaning"), rows)


def phases() -> str:
    """The phases of a reading."""
    rows = ((literal(name), plain(word.text)) for name, word in PHASES.words.items())
    return table((20, 80), ("Phase", "Meaning"), rows)


def locations() -> str:
    """The locations of a reading."""
    rows = ((literal(name), plain(word.text)) for name, word in LOCATIONS.words.items())
    return table((20, 80), ("Location", "Meaning"), rows)


def unitsAndRanges() -> str:
    """All units, by what is measured in them."""
    found = {id(kind): kind for kind in (*KINDS.values(), *_sums())}
    rows = (
        (plain(kind.text), plain(kind.unit), literal(kind.code), _range(kind))
        for kind in found.values()
    )
    return table((40, 15, 15, 30), ("Quantity", "Unit", "UN/ECE code", "EURange"), rows)


def _sums() -> Iterable[units.Unit]:
    return (each for each in vars(units).values() if isinstance(each, units.Unit))


def _range(kind: units.Unit) -> str:
    return f"{kind.low:.15g} .. {kind.high:.15g}"


def roles() -> str:
    """What each role may do."""
    rows = (
        (f"*{role.name}*", *("yes" if may.allows(role) else "no" for may in May)) for role in Role
    )
    header = ("Role", *(_QUESTIONS[may] for may in May))
    return table((15, 17, 17, 17, 17, 17), header, rows)


_QUESTIONS = {
    May.look: "browse, read, subscribe",
    May.seePersons: "read who charges",
    May.command: "command",
    May.configure: "configure charge points",
    May.administer: "administer the gateway",
}
