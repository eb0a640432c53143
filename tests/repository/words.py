"""
The words of the tree: names that are not used, and lines that have no place in a finished text.

Functions of a module's or a text's content; no file is opened here. Only names that a module
*defines* are judged: using a library's ``UaProcessor`` or ``handler=`` is the library's choice.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.repository.tree import Module

#: Words that say nothing, or that name a thing which has a better name in OCPP or OPC UA.
#: "session" is always an OPC UA session, which no checker can judge.
FORBIDDEN = frozenset(
    """
    charger chargers csms engine engines handler handlers manager managers processor processors
    station stations util utils
    """.split()
)

#: Names of modules that say nothing about what is inside.
EMPTY = frozenset({"common", "helper", "helpers", "misc", "shared", "tools"})

#: Names that a library asks for, by the part of ocppgw that may define them.
EXCEPTIONS: dict[str, frozenset[str]] = {
    # Seams of the opcua package are filled by attributes and subclasses of its own names.
    "ocppgw.uaserver": frozenset({"UaProcessor", "processor", "subscription_manager"}),
}

_LOG_METHODS = frozenset({"critical", "debug", "emit", "error", "failure", "info", "warn"})
# Put together here, so that this file passes its own check.
_UNFINISHED = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X")) + r")\b")
_MACHINE = re.compile(
    r"(?<![\w.$~*-])/(" + "|".join(("wo" + "rk", "ro" + "ot", "ho" + "me")) + r")/\w"
)


def wordsOf(name: str) -> list[str]:
    """The lower-case words of a name in camelCase, CapWords, snake_case or ALL_CAPS."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)]


def definedNames(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Each name that a module gives to something, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield node.lineno, name
            case ast.AsyncFunctionDef(name=name) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.Import() | ast.ImportFrom():
                yield from ((node.lineno, alias.asname) for alias in node.names if alias.asname)


def wrongNames(module: Module) -> list[str]:
    """Names in a module, its own included, that use a forbidden word."""
    allowed = frozenset().union(
        *(names for part, names in EXCEPTIONS.items() if f"{module.name}.".startswith(f"{part}."))
    )
    own = module.name.rpartition(".")[2]
    names = [(1, own), *definedNames(module.tree)]
    wrong = [
        (line, name)
        for line, name in names
        if name not in allowed and FORBIDDEN.intersection(wordsOf(name))
    ]
    wrong += [(1, own)] if own in EMPTY else []
    return [f"{module.name}:{line}: {name}" for line, name in wrong]


def formattedLogs(module: Module) -> list[str]:
    """Log calls whose message is put together before the logger sees its fields."""
    return [
        f"{module.name}:{node.lineno}: {ast.unparse(node)[:60]}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and _logs(node.func) and any(map(_isMade, node.args))
    ]


def wrongLines(path: str, text: str) -> list[str]:
    """Lines of a text that are unfinished, or that only mean something on one machine."""
    return [
        f"{path}:{number}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), 1)
        if _UNFINISHED.search(line) or _MACHINE.search(line)
    ]


def _logs(called: ast.expr) -> bool:
    if not isinstance(called, ast.Attribute) or called.attr not in _LOG_METHODS:
        return False
    return ast.unparse(called.value).rpartition(".")[2].lstrip("_").lower() in {"log", "logger"}


def _isMade(argument: ast.expr) -> bool:
    match argument:
        case ast.JoinedStr() | ast.BinOp():
            return True
        case ast.Call(func=ast.Attribute(attr="format")):
            return True
    return False


def addressesIn(path: str, text: str) -> list[str]:
    """Lines of a lock that tie it to one package index; a lock names releases and hashes only."""
    return [
        f"{path}:{number}: {line.strip()[:80]}"
        for number, line in enumerate(text.splitlines(), 1)
        if "://" in line or line.startswith("-")
    ]
