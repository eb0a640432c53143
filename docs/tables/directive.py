"""
The Sphinx directive that puts a table of these modules into a page: ``.. declared:: statuses``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sphinx.util.docutils import SphinxDirective
from sphinx.util.parsing import nested_parse_to_nodes

from docs.tables import addressspace, configuration, ocpp, statuscodes

if TYPE_CHECKING:
    from docutils.nodes import Node
    from sphinx.application import Sphinx

TABLES: Mapping[str, Callable[[], str]] = {
    each.__name__: each
    for each in (
        addressspace.types,
        addressspace.measurands,
        addressspace.phases,
        addressspace.locations,
        addressspace.unitsAndRanges,
        addressspace.roles,
        statuscodes.refusals,
        statuscodes.changes,
        statuscodes.commandWords,
        statuscodes.qualities,
        configuration.reference,
        ocpp.fromChargePoint,
        ocpp.fromGateway,
        ocpp.statuses,
        ocpp.errorCodes,
        ocpp.stopReasons,
        ocpp.callErrors,
        ocpp.configurationKeys,
    )
}
"""Every table by the name that a page calls it by."""


class Declared(SphinxDirective):
    """Puts the table of a name into the page."""

    required_arguments = 1

    def run(self) -> list[Node]:
        """The nodes of the table, or of the sections."""
        name = self.arguments[0]
        if name not in TABLES:
            raise self.error(f"there is no table {name}; there are {', '.join(TABLES)}")
        text = TABLES[name]()
        return nested_parse_to_nodes(self.state, text, allow_section_headings=True)


def setup(app: Sphinx) -> dict[str, bool]:
    """Sphinx calls this."""
    app.add_directive("declared", Declared)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
