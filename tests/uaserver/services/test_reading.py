"""Tests of Read."""

from __future__ import annotations

from typing import Any

from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.access.roles import Role
from ocppgw.uaserver.settings import ServerSettings
from tests.conformance import shows
from tests.uaserver.toy import RECEIVED, nodeId
from tests.uaserver.wire import FaultReceived, World, readValueId

NUMBER = nodeId("Toy/Number")


class ReadTests(TestCase):
    def setUp(self) -> None:
        self.world = World(ServerSettings(anonymousRemote=Role.observer))
        self.client = self.world.client()

    def fault(self, **parameters: Any) -> str:
        """The fault that a Read with such parameters is answered with."""
        request = ua.ReadRequest()
        request.Parameters.NodesToRead = [readValueId(NUMBER)]
        for name, value in parameters.items():
            setattr(request.Parameters, name, value)
        fault = self.assertRaises(FaultReceived, self.client.ask, request)
        return str(ua.StatusCode(fault.code).name)

    @shows("Attribute Read")
    def test_value(self) -> None:
        """A Value comes with its type, StatusCode and both timestamps."""
        self.world.space.change(number=2.5, code=int(ua.StatusCodes.UncertainSubNormal))
        found = self.client.read(NUMBER)
        self.assertEqual(found.Value.Value, 2.5)
        self.assertEqual(found.Value.VariantType, ua.VariantType.Double)
        self.assertEqual(found.StatusCode.name, "UncertainSubNormal")
        self.assertEqual(found.SourceTimestamp, RECEIVED.replace(tzinfo=None))
        self.assertEqual(found.ServerTimestamp, RECEIVED.replace(tzinfo=None))

    def test_timestampsToReturn(self) -> None:
        """The client gets the timestamps that it asked for, and no others."""
        for stamps, source, server in ((0, True, False), (1, False, True), (3, False, False)):
            found = self.client.read(NUMBER, stamps=stamps)
            self.assertEqual(found.SourceTimestamp is not None, source)
            self.assertEqual(found.ServerTimestamp is not None, server)

    def test_otherAttributes(self) -> None:
        """Attributes besides the Value are read, with the time of reading."""
        found = self.client.read(NUMBER, 4)
        self.assertEqual(found.Value.Value.Text, "Number")
        self.assertEqual(found.ServerTimestamp, self.world.now().replace(tzinfo=None))
        self.assertEqual(self.client.read(NUMBER, 14).Value.Value, ua.NodeId(11))

    @shows("Address Space User Access Level Full")
    def test_userAccessLevel(self) -> None:
        """UserAccessLevel tells each user what is theirs; AccessLevel is the same for all."""
        secret = nodeId("Toy/Secret")
        observer = self.world.client("192.0.2.1")
        self.assertEqual(self.client.read(secret, 18).Value.Value, 5)
        self.assertEqual(observer.read(secret, 18).Value.Value, 0)
        self.assertEqual(observer.read(secret, 17).Value.Value, 5)

    def test_refusals(self) -> None:
        """Each kind of wrong operation has its StatusCode, the others are answered all the same."""
        request = ua.ReadRequest()
        request.Parameters.NodesToRead = [
            readValueId(nodeId("Toy/Nothing")),
            readValueId(ua.NodeId(99999)),
            readValueId(ua.NodeId("Toy/Number", 7)),
            readValueId(NUMBER, 21),
            readValueId(NUMBER, 99),
            readValueId(NUMBER, 0),
            readValueId(nodeId("Toy/Hidden")),
            readValueId(NUMBER, 4, encoding=ua.QualifiedName("Default Binary")),
            readValueId(NUMBER, 13, encoding=ua.QualifiedName("Default XML")),
            readValueId(NUMBER, 13, encoding=ua.QualifiedName("Default Binary")),
        ]
        names = [each.StatusCode.name for each in self.client.ask(request).Results]
        self.assertEqual(
            names,
            [
                "BadNodeIdUnknown",
                "BadNodeIdUnknown",
                "BadNodeIdUnknown",
                "BadAttributeIdInvalid",
                "BadAttributeIdInvalid",
                "BadAttributeIdInvalid",
                "BadNotReadable",
                "BadDataEncodingInvalid",
                "BadDataEncodingUnsupported",
                "Good",
            ],
        )

    def test_indexRange(self) -> None:
        """Part of an array is read; a range outside of it has no data."""
        toys = nodeId("Toy/List")
        self.assertEqual(self.client.read(toys, indexRange="1").Value.Value, [2])
        self.assertEqual(self.client.read(toys, indexRange="1:7").Value.Value, [2, 3])
        self.assertEqual(self.client.read(toys, indexRange="3").StatusCode.name,
                         "BadIndexRangeNoData")  # fmt: skip
        self.assertEqual(self.client.read(toys, indexRange="2:1").StatusCode.name,
                         "BadIndexRangeInvalid")  # fmt: skip
        self.assertEqual(self.client.read(NUMBER, indexRange="0").StatusCode.name,
                         "BadIndexRangeNoData")  # fmt: skip
        self.assertEqual(self.client.read(nodeId("Toy/Text"), indexRange="1:2").Value.Value, "ex")

    @shows("Attribute Alternate Encoding")
    def test_wrongRequests(self) -> None:
        """A Read that is wrong as a whole gets a fault."""
        self.assertEqual(self.fault(NodesToRead=[]), "BadNothingToDo")
        self.assertEqual(self.fault(MaxAge=-1.0), "BadMaxAgeInvalid")
        self.assertEqual(self.fault(MaxAge=float("nan")), "BadMaxAgeInvalid")
        many = [readValueId(NUMBER)] * 1001
        self.assertEqual(self.fault(NodesToRead=many), "BadTooManyOperations")

    def test_manyMoreThanAllowed(self) -> None:
        """60,000 nodes at once are refused before they are decoded."""
        many = [readValueId(ua.NodeId(1))] * 60_000
        self.assertEqual(self.fault(NodesToRead=many), "BadTooManyOperations")

    def test_unknownTimestamps(self) -> None:
        """A TimestampsToReturn that does not exist is named."""
        request = ua.ReadRequest()
        request.Parameters.NodesToRead = [readValueId(NUMBER)]
        request.RequestHeader.AuthenticationToken = self.client.token
        data = bytearray(self.client.chunks(request))
        at = data.rindex((1).to_bytes(4, "little") + b"\x03\x02\x00") - 4
        data[at : at + 4] = (9).to_bytes(4, "little")
        self.client.feed(bytes(data))
        answer = self.client.take(self.client._requestId)
        self.assertEqual(answer.ResponseHeader.ServiceResult.name, "BadTimestampsToReturnInvalid")
