"""
The table of field quirks names every row, and tests that exist.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.ocppj.deviationkinds import MEANINGS
from ocppgw.ocppj.deviations import Deviation
from tests.repository.tree import ROOT, modules

GROUPS = {"C": 28, "S": 24, "T": 11, "B": 27, "X": 18, "M": 13}
ROWS = [f"{group}{number}" for group, count in GROUPS.items() for number in range(1, count + 1)]

KIND = re.compile(r"^   \* - (?:``)?(\w+)(?:``)?\n     - (.+)$", re.MULTILINE)

ROW = re.compile(r"^   \* - (\w+)\n     - .+\n     - .+\n     - (.+)$", re.MULTILINE)


def table() -> dict[str, list[str]]:
    """The tests that the table names, by row."""
    text = (ROOT / "docs" / "fieldquirks.rst").read_text(encoding="utf-8")
    found = ROW.findall(text)
    return {row: re.findall(r"``(\w+)``", cell) for row, cell in found if row != "Row"}


def testNames() -> set[str]:
    """Every test method of the tree."""
    return {
        node.name
        for module in modules("tests")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


COUNTING = frozenset({"Deviation", "Deviated", "add", "odd"})
"""What is called with a kind first, where somebody notes a deviation."""

NAMING = frozenset({"row", "absentRow"})
"""What holds a kind, where tolerant reading is declared."""


def counted() -> Iterator[str]:
    """Every kind under which the gateway counts something."""
    for module in modules("ocppgw"):
        if re.match(r"ocppgw\.(central|model|ocppj|v16)\b", module.name):
            for node in ast.walk(module.tree):
                yield from literals(node)


def literals(node: ast.AST) -> Iterator[str]:
    """The kinds that stand in a node of the source as literals."""
    found: list[ast.AST] = []
    if isinstance(node, ast.Call):
        function = node.func
        name = getattr(function, "id", "") or getattr(function, "attr", "")
        if name in COUNTING:
            found += node.args[:1]
        found += [each.value for each in node.keywords if each.arg in NAMING]
    elif isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {getattr(target, "id", "") for target in targets}
        if names & (NAMING | {"KIND", "CONFLICT", "kind"}) and node.value is not None:
            found.append(node.value)
    for each in found:
        yield from outcomes(each)


def outcomes(node: ast.AST) -> Iterator[str]:
    """The literals that an expression can come to; not those of its conditions."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    parts = [node.body, node.orelse] if isinstance(node, ast.IfExp) else []
    for each in parts or ast.iter_child_nodes(node):
        yield from outcomes(each)


class FieldQuirksTests(SynchronousTestCase):
    """``docs/fieldquirks.rst``."""

    def test_everyRow(self) -> None:
        """No row is missing, and none is there twice or made up."""
        self.assertEqual(list(table()), ROWS)

    def test_sameWords(self) -> None:
        """Page, API and document say the same of every kind, and none of another."""
        text = (ROOT / "docs" / "fieldquirks.rst").read_text(encoding="utf-8")
        said = dict(KIND.findall(text))
        for head in ("Row", "Word"):
            said.pop(head)
        self.assertEqual({k: v.replace("``", "") for k, v in said.items()}, dict(MEANINGS))

    def test_everyKindHasAMeaning(self) -> None:
        """Whatever is counted means something to who reads it; what is no row is counted."""
        kinds = set(counted())
        self.assertEqual(kinds - MEANINGS.keys(), set())
        self.assertEqual(MEANINGS.keys() - set(ROWS) - kinds, set())

    def test_kindsAreFound(self) -> None:
        """The test above looks where kinds stand: in calls, declarations and conditions."""
        source = 'add("A", x); f(row="B"); row = x.row or ("C" if y == "no" else "D"); KIND = "E"'
        found = [kind for node in ast.walk(ast.parse(source)) for kind in literals(node)]
        self.assertEqual(sorted(found), ["A", "B", "C", "D", "E"])
        self.assertEqual(Deviation.__struct_fields__[0], "kind")

    def test_everyRowIsTested(self) -> None:
        """Each row names tests that exist and begin with its name."""
        names = testNames()
        for row, tests in table().items():
            self.assertTrue(tests, row)
            for name in tests:
                self.assertTrue(name.startswith(f"test_{row}_"), name)
                self.assertIn(name, names)

    def test_everyTestIsNamed(self) -> None:
        """Each test that begins with the name of a row stands in that row."""
        rows = table()
        for name in sorted(testNames()):
            found = re.match(r"test_([CSTBXM]\d+)_", name)
            if found is not None and found[1] in rows:
                self.assertIn(name, rows[found[1]])
