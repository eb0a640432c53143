"""
The Sphinx directive that puts a table of these modules into a page: ``.. declared:: statuses``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sphinx.util.docutils import SphinxDirective
from sphinx.util.parsing import nested_parse_to_nodes

from docs.tables.register import TABLES

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


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this."""
    app.add_directive("declared", Declared)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
