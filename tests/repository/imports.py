"""
The import table: which part of ocppgw may use which, and where a library may be used at all.

The table is data; :func:`violations` holds one module against it and knows no file. A new package
has to be entered here before it can import anything, which is the moment to think about its place.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.repository.tree import Module

#: Highest first. Each part may import the parts of the lines below its own, and itself.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("tap", "admin"),
    ("gateway",),
    ("central", "uaserver", "store", "web"),
    ("simulator",),
    ("logs",),
    ("config",),
    ("crossing",),
    ("interfaces",),
    ("access",),
    ("model",),
    ("v16",),
    ("ocppj",),
)

#: Parts that may use less than the lines below them.
ONLY: dict[str, frozenset[str]] = {"simulator": frozenset({"v16", "ocppj"})}

#: Parts that nothing but the top may use: the gateway must not depend on its own test double.
FOR_THE_TOP = frozenset({"simulator"})

_TOP = frozenset(LAYERS[0] + LAYERS[1])

#: No Twisted, no input or output, no clock, no thread, no randomness.
PURE = frozenset({"access", "model", "v16", "ocppj"})

#: All that a pure module may import beside its own kind. Whatever is added must be a function of
#: its arguments.
PURE_LIBRARY = frozenset(
    """
    __future__ abc base64 binascii bisect collections contextlib copy dataclasses datetime decimal
    enum fractions functools hashlib heapq hmac ipaddress itertools json keyword math operator re
    reprlib string struct textwrap types typing unicodedata
    attr attrs msgspec typing_extensions zope
    """.split()
)

#: Where a library may be imported; one that is not named may be used in every impure part.
HOMES: dict[str, frozenset[str]] = {
    "opcua": frozenset({"uaserver"}),
    "autobahn": frozenset({"central", "simulator"}),
    "txaio": frozenset({"central", "simulator"}),
    "websockets": frozenset({"central"}),
    "sqlite3": frozenset({"store"}),
    "twisted.enterprise": frozenset({"store"}),
    "klein": frozenset({"web"}),
    "jinja2": frozenset({"web"}),
    "prometheus_client": frozenset({"web"}),
    "tomllib": frozenset({"config"}),
    # Tools of the tests, which no user has installed.
    "asyncua": frozenset(),
    "hypothesis": frozenset(),
    "jsonschema": frozenset(),
    "ocpp": frozenset(),
    "treq": frozenset(),
    "tests": frozenset(),
}

_CLOCKS = frozenset({"now", "utcnow", "today", "time", "time_ns", "monotonic"})
_CLOCK_OWNERS = frozenset({"date", "datetime", "time"})
_WORLD = frozenset({"open", "input", "print", "__import__"})


def importsOf(module: Module) -> Iterator[tuple[int, str]]:
    """
    What a module imports, as (line, dotted name), relative imports resolved.

    ``from a import b`` counts as ``a.b``: whether ``b`` is a module or a name in one, it belongs
    to the same part. Imports inside functions and under ``TYPE_CHECKING`` count like the others.
    """
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.lineno, f"{_origin(module, node)}.{alias.name}"


def violations(module: Module) -> list[str]:
    """What in a module goes against the table, one readable line each."""
    part = _partOf(module.name)
    if part and _depth(part) is None:
        return [f"{module.name}: the import table has no place for {part}"]
    found = [
        f"{module.name}:{line}: {reason}"
        for line, name in importsOf(module)
        for reason in _reasons(part, name)
    ]
    if part in PURE:
        found += [f"{module.name}:{line}: {what}" for line, what in _worldly(module.tree)]
    return found


def _origin(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    names = module.package.split(".")
    names = names[: len(names) - node.level + 1]
    return ".".join([*names, node.module] if node.module else names)


def _partOf(name: str) -> str:
    """The part that a dotted name of ours belongs to; empty for the package ``ocppgw`` itself."""
    return [*name.split("."), ""][1]


def _depth(part: str) -> int | None:
    return next((depth for depth, line in enumerate(LAYERS) if part in line), None)


def _reasons(part: str, name: str) -> Iterator[str]:
    if name.split(".")[0] == "ocppgw":
        yield from _inside(part, _partOf(name))
        return
    for library, homes in HOMES.items():
        if f"{name}.".startswith(f"{library}.") and part not in homes:
            yield f"{library} may be imported in {', '.join(sorted(homes)) or 'tests'} only"
    if part in PURE and name.split(".")[0] not in PURE_LIBRARY:
        yield f"{part} is pure and may not import {name}"


def _inside(part: str, other: str) -> Iterator[str]:
    mine, theirs = _depth(part), _depth(other)
    # A name like __version__, from the package itself, is everybody's.
    if theirs is None or part == other:
        return
    if mine is None or mine > theirs:
        yield f"{part or 'ocppgw'} is below {other} and may not import it"
    elif mine == theirs and mine > 0:
        yield f"{part} and {other} are siblings and meet in interfaces only"
    elif other not in ONLY.get(part, {other}):
        yield f"{part} may import {' and '.join(sorted(ONLY[part]))} only, not {other}"
    elif other in FOR_THE_TOP and part not in _TOP:
        yield f"{other} is for {', '.join(sorted(_TOP))} only"


def _worldly(tree: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in _WORLD:
            yield node.lineno, f"a pure module may not call {called.id}"
        elif isinstance(called, ast.Attribute) and called.attr in _CLOCKS:
            owner = ast.unparse(called.value).rpartition(".")[2]
            if owner in _CLOCK_OWNERS:
                yield node.lineno, f"a pure module has no clock: {owner}.{called.attr}()"
