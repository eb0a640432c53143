"""
How Sphinx makes HTML of these pages.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

_root = Path(__file__).resolve().parents[1]
_source = _root.joinpath("ocppgw", "__init__.py").read_text(encoding="utf-8")
_version = re.search(r'__version__ = "(.*)"', _source)
assert _version is not None

# The tables of the pages are made from the code of this tree, wherever Sphinx is started.
sys.path.insert(0, str(_root))

project = "ocppgw"
author = "The ocppgw maintainers"
copyright = "The ocppgw maintainers"
release = _version[1]

extensions = ["docs.running.showing", "docs.tables.directive"]
html_theme = "alabaster"
html_theme_options = {"page_width": "80em", "sidebar_width": "16em"}
html_show_sphinx = False
exclude_patterns = ["_build"]
nitpicky = True


def _fromHere(app: Any, path: Path, parent: str, content: list[str]) -> None:
    # The README names its pictures from the top of the tree; the first page includes it here.
    content[:] = [text.replace(":: docs/images/", ":: images/") for text in content]


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("include-read", _fromHere)
