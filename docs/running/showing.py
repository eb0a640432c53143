"""
Telling readers of the pages which blocks nobody has run, and why.

The mark is a comment; this puts its reason beneath the block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

MARK = "not run: "
INTRODUCTION = "Not run by the tests of this page: "


def show(app: Sphinx | None, document: nodes.document) -> None:
    """Put each reason beneath the block that it is about."""
    for comment in list(document.findall(nodes.comment)):
        text = " ".join(comment.astext().split())
        if text.startswith(MARK):
            block = comment.next_node(nodes.literal_block, siblings=True, ascend=True)
            assert block is not None, f"a mark without a block: {text}"
            place = block.parent.index(block) + 1
            block.parent.insert(place, _reason(text.removeprefix(MARK)))


def _reason(text: str) -> nodes.paragraph:
    paragraph = nodes.paragraph(classes=["not-run"])
    said = nodes.emphasis()
    paragraph += said
    for number, part in enumerate(f"{INTRODUCTION}{text}.".split("``")):
        said += nodes.literal(part, part) if number % 2 else nodes.Text(part)
    return paragraph


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this."""
    app.connect("doctree-read", show)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
