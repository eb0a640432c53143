"""
How Sphinx makes HTML of these pages; the only page of code in here.
"""

from __future__ import annotations

import re
from pathlib import Path

_source = Path(__file__).parents[1].joinpath("ocppgw", "__init__.py").read_text(encoding="utf-8")
_version = re.search(r'__version__ = "(.*)"', _source)
assert _version is not None

project = "ocppgw"
author = "The ocppgw maintainers"
copyright = "The ocppgw maintainers"
release = _version[1]

html_theme = "alabaster"
html_show_sphinx = False
exclude_patterns = ["_build"]
nitpicky = True
