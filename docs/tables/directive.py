"""
The Sphinx directive that puts a table of these modules into a page: ``.. declared:: statuses``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docutils import nodes
from sphinx import addnodes
from sphinx.util.docutils import SphinxDirective
from sphinx.util.parsing import nested_parse_to_nodes

from docs.tables.register import TABLES
from docs.tables.sequences import Undrawable, draw

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx


class Declared(SphinxDirective):
    """Puts the table of a name into the page."""

    required_arguments = 1

    def run(self) -> list[Node]:
        """The nodes of the table, or of the sections."""
        name = self.arguments[0]
        if name not in TABLES:
            raise self.error(f"there is no table {name}; there are {', '.join(TABLES)}")
        # Sphinx cannot see when the code has changed since it last read the page.
        self.env.note_reread()
        text = TABLES[name]()
        return nested_parse_to_nodes(self.state, text, allow_section_headings=True)


class Sequence(SphinxDirective):
    """Draws its content, as `sequences` reads it."""

    has_content = True

    def run(self) -> list[Node]:
        """The drawing in HTML, and its text for every other output."""
        text = "\n".join(self.content)
        try:
            drawing = draw(text)
        except Undrawable as error:
            raise self.error(str(error)) from error
        plain = nodes.literal_block(text, text, language="text")
        only = addnodes.only(expr="not html")
        only += plain
        return [nodes.raw("", drawing, format="html"), only]


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this."""
    app.add_directive("declared", Declared)
    app.add_directive("sequence", Sequence)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
