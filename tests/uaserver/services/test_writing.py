"""Tests of Write."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.access.roles import Role
from ocppgw.uaserver.library import status
from ocppgw.uaserver.settings import ServerSettings
from tests.conformance import shows
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import FaultReceived, World

GOOD = status(0)


def writeValue(name: str, content: Any = "new", attributeId: int = 13, **more: Any) -> Any:
    """A WriteValue."""
    asked = ua.WriteValue()
    asked.NodeId = nodeId(name)
    asked.AttributeId = attributeId
    asked.IndexRange = more.pop("indexRange", None)
    asked.Value = ua.DataValue(ua.Variant(content, ua.VariantType.String), **more)
    return asked


def writeRequest(*values: Any) -> Any:
    """A Write."""
    request = ua.WriteRequest()
    request.Parameters.NodesToWrite = list(values)
    return request


class WriteTests(TestCase):
    def setUp(self) -> None:
        self.world = World(ServerSettings(anonymousRemote=Role.observer))
        self.client = self.world.client()
        self.requests = self.world.requests

    def names(self, answer: Any) -> list[str]:
        return [each.name for each in answer.Results]

    @shows("Attribute Write Values")
    def test_answeredAtOnce(self) -> None:
        """What needs nobody else is written and answered."""
        answer = self.client.ask(writeRequest(writeValue("Toy/Name")))
        self.assertEqual(self.names(answer), ["Good"])

    @shows(
        "Write",
        "Address Space Atomicity",
        "Address Space Full Array Only",
        "Attribute Write Index",
        "Attribute Write StatusCode & Timestamp",
    )
    def test_refusals(self) -> None:
        """Each kind of Write that cannot be has its StatusCode, and reaches no node."""
        moment = datetime(2026, 1, 1)  # noqa: DTZ001 - the library's own habit
        answer = self.client.ask(
            writeRequest(
                writeValue("Toy/Nothing"),
                writeValue("Toy/Number"),
                writeValue("Toy/Name", attributeId=4),
                writeValue("Toy/Name", attributeId=99),
                writeValue("Toy/Name", sourceTimestamp=moment),
                writeValue("Toy/Name", serverTimestamp=moment),
                writeValue("Toy/Name", status=ua.StatusCode(0x40000000)),
                writeValue("Toy/Name", indexRange="0"),
                writeValue("Toy", "x"),
            )
        )
        self.assertEqual(
            self.names(answer),
            [
                "BadNodeIdUnknown",
                "BadNotWritable",
                "BadNotWritable",
                "BadAttributeIdInvalid",
                "BadWriteNotSupported",
                "BadWriteNotSupported",
                "BadWriteNotSupported",
                "BadWriteNotSupported",
                "BadAttributeIdInvalid",
            ],
        )
        self.assertEqual(self.world.space.deadlines, [])

    def test_role(self) -> None:
        """Who may not write is refused, and nothing is sent."""
        observer = self.world.client("192.0.2.1")
        answer = observer.ask(writeRequest(writeValue("Toy/Text")))
        self.assertEqual(self.names(answer), ["BadUserAccessDenied"])
        self.assertEqual(self.requests.posted, [])

    def test_othersGoOnMeanwhile(self) -> None:
        """While a Write waits for the charge point, others and this session are served."""
        other = self.world.client()
        number = self.client.send(writeRequest(writeValue("Toy/Text")))
        self.assertEqual(self.requests.posted[0][0], ("write", "new"))
        self.assertEqual(other.read(nodeId("Toy/Text")).Value.Value, "text")
        self.assertEqual(self.client.read(nodeId("Toy/Text")).Value.Value, "text")
        self.assertIsNone(self.client.take(number))
        self.requests.answer(status(ua.StatusCodes.BadOutOfRange))
        self.assertEqual(self.names(self.client.take(number)), ["BadOutOfRange"])

    def test_completesAsynchronously(self) -> None:
        """A Write that takes longer than writeWait is answered, and its late end is no error."""
        number = self.client.send(writeRequest(writeValue("Toy/Text")))
        self.world.clock.advance(3.9)
        self.assertIsNone(self.client.take(number))
        self.world.clock.advance(0.2)
        self.assertEqual(self.names(self.client.take(number)), ["GoodCompletesAsynchronously"])
        self.requests.answer(GOOD)
        self.assertEqual(len(self.world.core.awaiting), 0)

    def test_severalAreAnsweredOnce(self) -> None:
        """Several nodes in one Write are answered together, in the order of the request."""
        values = [writeValue("Toy/Text", "a"), writeValue("Toy/Name"), writeValue("Toy/Text", "b")]
        number = self.client.send(writeRequest(*values))
        self.requests.answer(GOOD)
        self.assertIsNone(self.client.take(number))
        self.world.clock.advance(5)
        self.assertEqual(
            self.names(self.client.take(number)), ["Good", "Good", "GoodCompletesAsynchronously"]
        )

    def test_deadline(self) -> None:
        """The node is told how long the client waits: its TimeoutHint less ten per cent."""
        self.client.timeoutHint = 10_000
        self.client.ask(writeRequest(writeValue("Toy/Name")))
        self.client.timeoutHint = 0
        self.client.ask(writeRequest(writeValue("Toy/Name")))
        self.assertEqual(self.world.space.deadlines, [9.0, None])

    def test_shutdown(self) -> None:
        """When the server stops, what waits is answered with BadShutdown."""
        number = self.client.send(writeRequest(writeValue("Toy/Text")))
        self.world.core.stop()
        self.assertEqual(self.names(self.client.take(number)), ["BadShutdown"])
        self.requests.answer(GOOD)
        self.assertEqual(len(self.world.core.awaiting), 0)

    def test_clientVanishes(self) -> None:
        """A client that is gone gets no answer, and nothing of its request stays behind."""
        self.client.send(writeRequest(writeValue("Toy/Text")))
        self.client.lose()
        self.requests.answer(GOOD)
        self.assertEqual(len(self.world.core.awaiting), 0)
        self.world.clock.advance(61)
        self.assertEqual(self.world.clock.getDelayedCalls(), [])

    def test_tooManyUnderway(self) -> None:
        """One session cannot pile up requests to charge points without end."""
        most = self.world.settings.limits.awaitedPerSession
        values = [writeValue("Toy/Text")] * (most + 1)
        number = self.client.send(writeRequest(*values))
        self.assertEqual(len(self.requests.posted), most)
        self.world.clock.advance(5)
        self.assertEqual(self.names(self.client.take(number))[-1], "BadTooManyOperations")

    def test_nothingToDo(self) -> None:
        """A Write without nodes gets a fault."""
        fault = self.assertRaises(FaultReceived, self.client.ask, writeRequest())
        self.assertEqual(fault.code, ua.StatusCodes.BadNothingToDo)
