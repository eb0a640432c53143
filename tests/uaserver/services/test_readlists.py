"""Tests of lists of nodes that are read again and again."""

from __future__ import annotations

import sys
from itertools import count
from typing import Any, cast

from opcua import ua
from opcua.ua.ua_binary import struct_to_binary
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.roles import Role
from ocppgw.model import facts as f
from ocppgw.model.records import Settings
from ocppgw.uaserver.layout.variablenode import VariableNode
from ocppgw.uaserver.nodes import VARIABLE
from ocppgw.uaserver.services import readlists
from ocppgw.uaserver.settings import ServerSettings
from tests.uaserver.layout.site import START, Site, everything, later, nodeId
from tests.uaserver.wire import World, readValueId

SERVER_TIME = ua.NodeId(2258)
VOLTAGE = nodeId("CP1/Connectors/1/MeterValues/Voltage.L1")
PERSON = nodeId("CP1/LastIdTag")
STATUS = nodeId("CP1/Connectors/1/Status")
OWN = nodeId("CP1/Connectors/1/MeterValues/Vendor.Own")


class ReadListTests(SynchronousTestCase):
    """One session reads the same list of a real site all the time."""

    def setUp(self) -> None:
        self.asked: list[Any] = []
        self.site = Site()
        self.site.connect()
        self.site.boot()
        self.site.report("Available")
        self.site.measure("Voltage", 230.0, phase="L1")
        self.world = World(
            ServerSettings(anonymousRemote=Role.observer),
            authenticate=lambda *args: self.asked.append(args),
            space=cast(Any, self.site.layout),
        )
        self.client = self.world.client()
        self.ages = count(1.0)

    def request(self, *nodeIds: Any, age: float = 0.0, stamps: int = 2) -> Any:
        """A Read of Values."""
        request = ua.ReadRequest()
        request.Parameters.MaxAge = age
        request.Parameters.TimestampsToReturn = ua.TimestampsToReturn(stamps)
        request.Parameters.NodesToRead = [readValueId(each) for each in nodeIds]
        return request

    def polled(self, *nodeIds: Any, stamps: int = 2) -> list[bytes]:
        """What a client that always asks for the same is answered, each DataValue as bytes."""
        return self.results(self.request(*nodeIds, stamps=stamps))

    def fresh(self, *nodeIds: Any, stamps: int = 2) -> list[bytes]:
        """The same for a list that never came before."""
        return self.results(self.request(*nodeIds, age=next(self.ages), stamps=stamps))

    def results(self, request: Any) -> list[bytes]:
        """The results of a Read."""
        return [struct_to_binary(each) for each in self.client.ask(request).Results]

    def value(self, *nodeIds: Any) -> Any:
        """The first value of a list that is asked for all the time."""
        return self.client.ask(self.request(*nodeIds)).Results[0]

    def test_everything(self) -> None:
        """Whatever happens, all values are what somebody is told who never asked before."""
        site = self.site
        happen = [
            lambda: site.measure("Voltage", 231.0, phase="L1"),
            lambda: site.measure("Vendor.Own", 1.0),
            lambda: site.report("Charging"),
            lambda: site.start(),
            lambda: site.measure("Energy.Active.Import.Register", 1500.0),
            lambda: site.stop(2000),
            lambda: site.configure(HeartbeatInterval="60"),
            lambda: site.lack("HeartbeatInterval"),
            lambda: site.lose(later(60)),
            lambda: site.apply(f.SettingsChanged(Settings(offlineQuality="bad"), later(61))),
            lambda: site.connect(),
            lambda: site.apply(f.ChargePointRemoved(later(70))),
            lambda: site.apply(f.ChargePointAdded("CP1", "CP1", START, Settings())),
        ]
        nodeIds = [each.nodeId for each in everything(site) if each.nodeClass == VARIABLE]
        nodeIds += [OWN, nodeId("CP1/Nothing"), SERVER_TIME, ua.NodeId(2257)]
        mixed = [VOLTAGE, SERVER_TIME, VOLTAGE, STATUS]
        for step in (lambda: None, *happen):
            step()
            expected = self.fresh(*nodeIds)  # a large request
            for _ in range(3):
                self.assertEqual(self.polled(*nodeIds), expected)
            for stamps in range(4):
                for _ in range(3):
                    found = self.polled(*mixed, stamps=stamps)
                    self.assertEqual(found, self.fresh(*mixed, stamps=stamps))

    def test_remembered(self) -> None:
        """What did not change is not computed again; what did is, and nothing else."""
        computed: list[Any] = []
        valueFrom = VariableNode.valueFrom

        def compute(node: Any, record: Any) -> Any:
            computed.append(node.nodeId)
            return valueFrom(node, record)

        self.patch(VariableNode, "valueFrom", compute)
        other = nodeId("/Gateway/Version")
        for _ in range(5):
            self.value(VOLTAGE, STATUS, other)
        self.assertEqual(computed, [VOLTAGE, STATUS, other])
        computed.clear()
        self.site.measure("Voltage", 231.0, phase="L1")
        self.assertEqual(self.value(VOLTAGE, STATUS, other).Value.Value, 231.0)
        self.assertEqual(computed, [VOLTAGE, STATUS])

    def test_keepsNoRecordAlive(self) -> None:
        """Lists that each were told of another record keep none of these alive."""
        old = []
        for _ in range(10):
            self.fresh(VOLTAGE, STATUS)
            old.append(self.site.layout.currentRecord("CP1"))
            self.site.measure("Voltage", 231.0, phase="L1")
        self.fresh(VOLTAGE, STATUS)
        fromHere = 2  # the list, and what getrefcount is given
        self.assertEqual([sys.getrefcount(old[each]) for each in range(10)], [fromHere] * 10)

    def test_moreSubjects(self) -> None:
        """Where there are more subjects than are known, each is told as ever."""
        self.patch(readlists, "SUBJECTS", 1)
        other = nodeId("/Gateway/Version")
        for volts in (231.0, 232.0):
            self.site.measure("Voltage", volts, phase="L1")
            for _ in range(3):
                self.assertEqual(self.value(VOLTAGE, other).Value.Value, volts)
                self.assertEqual(self.polled(VOLTAGE, other), self.fresh(VOLTAGE, other))

    def test_changeMeanwhile(self) -> None:
        """A record that is replaced while the values are computed is not taken for the new one."""
        valueFrom = VariableNode.valueFrom
        changed: list[int] = []

        def change(node: Any, record: Any) -> Any:
            if not changed:
                changed.append(1)
                self.site.measure("Voltage", 231.0, phase="L1")
            return valueFrom(node, record)

        self.patch(VariableNode, "valueFrom", change)
        self.assertEqual(self.value(VOLTAGE, STATUS).Value.Value, 230.0)
        self.assertEqual(self.value(VOLTAGE, STATUS).Value.Value, 231.0)

    def test_anotherChargePoint(self) -> None:
        """One that was removed and added again has the nodes that are its own now."""
        self.site.measure("Vendor.Own", 1.0)
        for _ in range(3):
            self.assertEqual(self.value(OWN).Value.Value, 1.0)
        self.site.apply(f.ChargePointRemoved(later(70)))
        self.assertEqual(self.value(OWN).StatusCode.name, "BadNodeIdUnknown")
        self.site.apply(f.ChargePointAdded("CP1", "CP1", START, Settings()))
        for _ in range(3):
            self.assertEqual(self.value(OWN).StatusCode.name, "BadNodeIdUnknown")

    def test_thereLater(self) -> None:
        """A node that was not there is looked for each time, and as others once it is there."""
        looked: list[Any] = []
        find = self.site.layout.find

        def look(sought: Any) -> Any:
            looked.append(sought)
            return find(sought)

        self.patch(self.site.layout, "find", look)
        for number in range(1, 4):
            self.assertEqual(self.value(OWN, OWN).StatusCode.name, "BadNodeIdUnknown")
            self.assertEqual(looked, [OWN, OWN] * number)
        self.site.measure("Vendor.Own", 1.0)
        self.assertEqual(self.value(OWN, OWN).Value.Value, 1.0)
        self.value(OWN, OWN)
        looked.clear()
        self.assertEqual(self.value(OWN, OWN).Value.Value, 1.0)
        self.assertEqual(looked, [])

    def test_anotherUser(self) -> None:
        """A user who takes the session over is told what that one may see, others what they may."""
        self.site.apply(f.IdTagPresented("TAG1", "Accepted", START))
        observer = self.world.client("192.0.2.1")
        for _ in range(3):
            self.assertEqual(self.value(PERSON).Value.Value, "TAG1")
            found = observer.ask(self.request(PERSON)).Results[0]
            self.assertEqual(found.StatusCode.name, "BadUserAccessDenied")
        request = ua.ActivateSessionRequest()
        request.Parameters.UserIdentityToken = self.client.password("anna", b"secret")
        self.client.send(request)
        self.asked.pop()[3](Role.observer)
        for _ in range(3):
            self.assertEqual(self.value(PERSON).StatusCode.name, "BadUserAccessDenied")

    def test_besideRefused(self) -> None:
        """What stands beside something refused is remembered all the same."""
        self.client = self.world.client("192.0.2.1")
        self.value(STATUS, PERSON, VOLTAGE)
        computed: Any = []
        valueFrom = VariableNode.valueFrom
        self.patch(
            VariableNode,
            "valueFrom",
            lambda node, record: computed.append(node.nodeId) or valueFrom(node, record),
        )
        self.assertEqual(self.value(STATUS, PERSON, VOLTAGE).Value.Value, "Available")
        self.assertEqual(computed, [])

    def test_refusalsAreTold(self) -> None:
        """The audit trail hears of each Read that was denied."""
        told: list[Any] = []
        self.patch(self.world.security, "tell", told.append)
        observer = self.world.client("192.0.2.1")
        told.clear()
        for number in range(1, 4):
            observer.ask(self.request(STATUS, PERSON))
            self.assertEqual([each.what for each in told], ["Read"] * number)

    def test_timeOfReading(self) -> None:
        """What has no time of its own has that of each Read."""
        for _ in range(3):
            self.world.clock.advance(1)
            found = self.value(SERVER_TIME, ua.NodeId(2257))
            self.assertEqual(found.ServerTimestamp, self.world.now().replace(tzinfo=None))

    def test_valueWithoutTime(self) -> None:
        """So has a Value that comes without one."""
        self.world = World()
        self.world.space.change(number=1.0)
        number: Any = self.world.space.find(nodeId("Toy/Number"))
        number._value = lambda record: ua.DataValue(ua.Variant(1.0))
        self.client = self.world.client()
        for _ in range(3):
            self.world.clock.advance(1)
            found = self.value(nodeId("Toy/Number"))
            self.assertEqual(found.ServerTimestamp, self.world.now().replace(tzinfo=None))

    def test_judgedEachTime(self) -> None:
        """A list that is refused as a whole is refused each time."""
        for request in (self.request(VOLTAGE, age=-1.0), self.request()):
            codes = set()
            for _ in range(3):
                answer = self.client.take(self.client.send(request))
                codes.add(answer.ResponseHeader.ServiceResult.value)
            self.assertEqual(len(codes), 1)
            self.assertNotIn(0, codes)
