"""Whatever a client asks for or sends: an answer, never an exception, never growth."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st
from opcua import ua
from twisted.trial import unittest

from ocppgw.uaserver.layout import space
from ocppgw.uaserver.library import bareVariant
from ocppgw.uaserver.nodes import CURRENT_WRITE, VARIABLE, Awaited
from tests.uaserver.layout.site import ENGINEER, Site, everything, nodeId

PIECES = [
    "", "CP1", "Connectors", "0", "1", "64", "-1", "\u0661", "MeterValues", "Voltage.L1",
    "SignedData.", "Vendor.", "@", ".", "ConfigurationPoints", "heartbeatinterval", "Text",
    "Gateway", "Types", "ConnectorType", "<Connector>", "InputArguments", "%", "%4", "%00",
    "%41", "\0ff%41", "\0zz%41", " ", "\ud800",
]  # fmt: skip

variantTypes = st.sampled_from([each for each in ua.VariantType if each.value])
values = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(),
    st.lists(st.integers(), max_size=3), st.datetimes(),
)  # fmt: skip


class Identifiers(unittest.SynchronousTestCase):
    """NodeIds that a client makes up."""

    @given(st.lists(st.sampled_from(PIECES), max_size=7).map("/".join))
    def test_anyPath(self, identifier: str) -> None:
        """A made-up path leads to the node that has just this NodeId, or nowhere."""
        found = Site().find(identifier)
        if found is not None:
            self.assertEqual(found.nodeId, nodeId(identifier))

    @given(st.lists(st.sampled_from(PIECES), max_size=10).map("/".join))
    def test_byItsParent(self, identifier: str) -> None:
        """A node that is found by its parent is the one that a walk from the root leads to."""
        site = Site()
        found, walked = site.find(identifier), site.layout._space._walked(identifier)
        self.assertEqual(
            found and (type(found), found.nodeId), walked and (type(walked), walked.nodeId)
        )

    @given(st.text(max_size=60))
    def test_anyText(self, identifier: str) -> None:
        """Any text is looked up without harm, as a Method as well."""
        site = Site()
        site.find(identifier)
        self.assertIsNone(site.node("").method(nodeId(identifier)))

    def test_missesAreNotKept(self) -> None:
        """Asking for what is not there, or for ever new nodes, does not grow memory."""
        site = Site()
        self.patch(space, "KEPT", 10)
        kept = site.layout._space._kept
        for number in range(100):
            site.find(f"CP1/Nothing{number}")
        self.assertEqual(list(kept), ["CP1"])  # what they would hang on
        everything(site)
        self.assertLessEqual(len(kept), 10)


class Writes(unittest.SynchronousTestCase):
    """Variants that a client makes up."""

    site = Site()
    writable = tuple(
        node for node in everything(site)
        if node.nodeClass == VARIABLE and node.accessLevel & CURRENT_WRITE
    )  # fmt: skip

    @given(st.sampled_from(writable), values, variantTypes)
    def test_anyVariant(self, node: Any, value: Any, variantType: Any) -> None:
        """Any Variant to any writable node is a StatusCode or a request."""
        variant = bareVariant(value, variantType, None, isinstance(value, list))
        result = node.write(variant, ENGINEER, None)
        self.assertIsInstance(result, (ua.StatusCode, Awaited))
