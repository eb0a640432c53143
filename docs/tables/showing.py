"""
What the tests say that they show, read from their sources; no test is imported or run.

Two conventions: the mark ``@shows(..)`` of ``tests.conformance``, and names of tests that begin
with the number of a test case, ``test_004_1_identificationFirst``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import attrs

TESTS = Path(__file__).resolve().parents[2] / "tests"

_CASE = re.compile(r"test_(\d{3}(?:_\d)?)_\w+")


@attrs.frozen
class Test:
    """
    One test.

    :ivar name: dotted, as trial takes it.
    :ivar promise: the first line of its docstring.
    :ivar shows: the names that it is marked with.
    """

    name: str
    promise: str
    shows: tuple[str, ...]

    @property
    def case(self) -> str:
        """The number of its test case; empty for most tests."""
        found = _CASE.fullmatch(self.name.rpartition(".")[2])
        return "" if found is None else found[1]


def testsIn(module: str, source: str) -> Iterator[Test]:
    """The tests of a module."""
    for owner in ast.walk(ast.parse(source)):
        if isinstance(owner, ast.ClassDef):
            for each in owner.body:
                if isinstance(each, ast.FunctionDef) and each.name.startswith("test_"):
                    promise = (ast.get_docstring(each) or "").partition("\n\n")[0]
                    name = f"{module}.{owner.name}.{each.name}"
                    yield Test(name, " ".join(promise.split()), tuple(_marks(each)))


def _marks(test: ast.FunctionDef) -> Iterator[str]:
    for each in test.decorator_list:
        if isinstance(each, ast.Call) and ast.unparse(each.func) == "shows":
            yield from (ast.literal_eval(argument) for argument in each.args)


@cache
def allTests() -> tuple[Test, ...]:
    """Every test of the tree, by name."""
    found: list[Test] = []
    for path in sorted(TESTS.rglob("test_*.py")):
        if "node_modules" not in path.parts:
            module = ".".join(path.relative_to(TESTS.parent).with_suffix("").parts)
            found += testsIn(module, path.read_text(encoding="utf-8"))
    return tuple(found)


def showing() -> Mapping[str, tuple[str, ...]]:
    """The tests that show something, by what they show."""
    found: dict[str, tuple[str, ...]] = {}
    for test in allTests():
        for name in test.shows:
            found[name] = (*found.get(name, ()), test.name)
    return found
