"""
The table of field quirks names every row, and tests that exist.
"""

from __future__ import annotations

import ast
import re

from twisted.trial.unittest import SynchronousTestCase

from tests.repository.tree import ROOT, modules

GROUPS = {"C": 28, "S": 24, "T": 11, "B": 27, "X": 18, "M": 13}
ROWS = [f"{group}{number}" for group, count in GROUPS.items() for number in range(1, count + 1)]

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


class FieldQuirksTests(SynchronousTestCase):
    """``docs/fieldquirks.rst``."""

    def test_everyRow(self) -> None:
        """No row is missing, and none is there twice or made up."""
        self.assertEqual(list(table()), ROWS)

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
