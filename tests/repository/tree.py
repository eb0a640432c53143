"""
The tree as values: its Python modules, parsed, and its texts.

Only finding and reading lives here. What is right or wrong about the files is said by
:mod:`tests.repository.imports`, :mod:`tests.repository.words` and
:mod:`tests.repository.docstrings`, which take what this module finds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import attrs

ROOT = Path(__file__).resolve().parents[2]

_FOLDERS = (".ci", "benchmarks", "docs", "etc", "newsfragments", "ocppgw", "tests", "twisted")
_SUFFIXES = frozenset(
    {".cfg", ".html", ".in", ".lock", ".py", ".rst", ".sh", ".sql", ".toml", ".yaml", ""}
)
_MADE = frozenset({"__pycache__", "_build", "node_modules", ".peers"})


@attrs.frozen
class Module:
    """
    One Python module: its dotted name, its source, and whether it is a package's ``__init__``.
    """

    name: str
    source: str
    isPackage: bool = False

    @property
    def tree(self) -> ast.Module:
        """The parsed source."""
        return ast.parse(self.source)

    @property
    def package(self) -> str:
        """The package that relative imports of this module start from."""
        return self.name if self.isPackage else self.name.rpartition(".")[0]


def modules(folder: str) -> Iterator[Module]:
    """Every module below a folder of the tree, by name."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        if _MADE.intersection(path.parts):
            continue
        names = path.relative_to(ROOT).with_suffix("").parts
        isPackage = names[-1] == "__init__"
        name = ".".join(names[:-1] if isPackage else names)
        yield Module(name, path.read_text(encoding="utf-8"), isPackage)


def texts() -> Iterator[tuple[str, str]]:
    """Every text that is ours, as (path from the root, content)."""
    # In a second working tree .git is a file, which names a folder of the machine.
    beside = [path for path in ROOT.iterdir() if path.is_file() and path.name != ".git"]
    below = [path for folder in _FOLDERS for path in (ROOT / folder).rglob("*")]
    for path in sorted(beside + below):
        inside = path.relative_to(ROOT)
        if path.is_file() and path.suffix in _SUFFIXES and not _MADE.intersection(inside.parts):
            yield str(inside), path.read_text(encoding="utf-8", errors="replace")
