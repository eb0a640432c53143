"""The NodeSet2 file: what the layout declares, and what other servers can import."""

from __future__ import annotations

import asyncio
from typing import Any
from xml.etree import ElementTree

from asyncua import Server, ua
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.layout.eventtypes import EVENT_TYPES
from ocppgw.uaserver.layout.types import TYPES
from ocppgw.uaserver.nodes import NAMESPACE_URI
from ocppgw.uaserver.nodeset.__main__ import FILE
from ocppgw.uaserver.nodeset.writing import nodeSet
from tests.conformance import shows

SET = "{http://opcfoundation.org/UA/2011/03/UANodeSet.xsd}"


class FileTests(SynchronousTestCase):
    def test_isUpToDate(self) -> None:
        """The committed file is what ``make nodeset`` makes of the layout."""
        self.assertEqual(FILE.read_text("utf-8"), nodeSet(), "run make nodeset")

    def test_nothingPointsNowhere(self) -> None:
        """Every node of ours that is referred to stands in the file, once."""
        root = ElementTree.fromstring(nodeSet())
        known = [each.get("NodeId") for each in root if each.get("NodeId")]
        self.assertEqual(len(known), len(set(known)))
        targets = {str(each.text) for each in root.iter(f"{SET}Reference")}
        self.assertLessEqual({each for each in targets if each.startswith("ns=")}, set(known))

    def test_holdsEveryType(self) -> None:
        """All types of objects and events are in it."""
        names = {each.name for each in (*TYPES, *EVENT_TYPES)}
        root = ElementTree.fromstring(nodeSet())
        found = {str(each.get("BrowseName"))[2:] for each in root.iter(f"{SET}UAObjectType")}
        self.assertEqual(found, names)


class ImportTests(SynchronousTestCase):
    @shows("Base Info Type System")
    def test_anotherServer(self) -> None:
        """Another server imports it, makes an object of a type, and reads units and arguments."""
        asyncio.run(self.imported())

    async def imported(self) -> None:
        server = Server()
        await server.init()
        await server.import_xml(FILE)
        index = await server.get_namespace_index(NAMESPACE_URI)

        def node(path: str) -> Any:
            return server.get_node(ua.NodeId(f"/Types/{path}", index))

        connector = node("ConnectorType")
        made = await server.nodes.objects.add_object(index, "1", objecttype=connector.nodeid)
        names = {(await child.read_browse_name()).Name for child in await made.get_children()}
        self.assertLessEqual({"Status", "Live", "UnlockConnector"}, names)
        unit = await node("LiveType/Power/EngineeringUnits").read_value()
        self.assertEqual((unit.UnitId, unit.DisplayName.Text), (5723220, "W"))
        self.assertEqual((await node("LiveType/Power/EURange").read_value()).High, 500_000.0)
        arguments = await node("ConnectorType/RemoteStart/InputArguments").read_value()
        self.assertEqual([each.Name for each in arguments], ["IdTag"])
        words = await node("ConnectorType/StatusNumber/EnumStrings").read_value()
        self.assertEqual([each.Text for each in words][:2], ["Unknown", "Available"])
        event = await server.get_event_generator(node("FaultRaisedEventType"))
        self.assertIn("ErrorCode", event.event.__dict__)
