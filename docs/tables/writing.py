"""
Tables and lists as reStructuredText.

Pure text; nothing here knows the gateway.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SPECIAL = re.compile(r"([*`|\\])")
_REFERENCE = re.compile(r"(?<=\w)_(?!\w)")
_LITERAL = "``"


def plain(text: str) -> str:
    """Text that says in reStructuredText what it says by itself."""
    return _REFERENCE.sub(r"\\_", _SPECIAL.sub(r"\\\1", text))


def literal(text: str) -> str:
    """A name or value to be shown letter by letter; empty stays empty."""
    return f"{_LITERAL}{text}{_LITERAL}" if text else ""


def table(widths: Sequence[int], header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """
    A table.

    :param widths: shares of the line, one for each column.
    """
    head = [
        ".. list-table::",
        "   :header-rows: 1",
        f"   :widths: {' '.join(map(str, widths))}",
        "",
    ]
    lines = [line for row in (header, *rows) for line in _row(row)]
    return "\n".join(head + lines) + "\n"


def _row(cells: Sequence[str]) -> list[str]:
    lines = []
    for place, cell in enumerate(cells):
        mark = "* -" if place == 0 else "  -"
        lines.append(f"   {mark} {cell}".rstrip())
    return lines


def section(title: str, underline: str, *paragraphs: str) -> str:
    """A section, or a part of one; empty paragraphs are left out."""
    head = f"{title}\n{underline * len(title)}"
    return "\n\n".join((head, *(text for text in paragraphs if text))) + "\n"
