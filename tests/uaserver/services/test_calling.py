"""Tests of Call and its arguments."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st
from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.access.roles import Role
from ocppgw.uaserver.library import bareVariant, status
from ocppgw.uaserver.services.arguments import convert
from ocppgw.uaserver.settings import ServerSettings
from tests.conformance import shows
from tests.uaserver.toy import argument, nodeId
from tests.uaserver.wire import World

KINDS = ua.VariantType


def call(method: Any, *inputs: Any, on: Any = None) -> Any:
    """A CallMethodRequest."""
    asked = ua.CallMethodRequest()
    asked.ObjectId = on or nodeId("Toy")
    asked.MethodId = nodeId(method) if isinstance(method, str) else method
    asked.InputArguments = list(inputs)
    return asked


def callRequest(*calls: Any) -> Any:
    """A Call."""
    request = ua.CallRequest()
    request.Parameters.MethodsToCall = list(calls)
    return request


WORDS = ua.Variant(["a", "b"], KINDS.String)


class CallTests(TestCase):
    def setUp(self) -> None:
        self.world = World(ServerSettings(anonymousRemote=Role.operator))
        self.client = self.world.client()

    def one(self, *args: Any, **more: Any) -> Any:
        """The result of calling one method."""
        return self.client.ask(callRequest(call(*args, **more))).Results[0]

    def test_outputs(self) -> None:
        """A method gets its arguments and gives its outputs."""
        found = self.one("Toy/Double", ua.Variant(4, KINDS.Int32), WORDS)
        self.assertEqual(found.StatusCode.name, "Good")
        self.assertEqual([each.Value for each in found.OutputArguments],
                         [8, ["a", "b", "a", "b"]])  # fmt: skip

    def test_anyInteger(self) -> None:
        """An integer of any width serves for an Int32 that it fits in."""
        for kind in (KINDS.Byte, KINDS.Int16, KINDS.UInt32, KINDS.Int64, KINDS.UInt64):
            found = self.one("Toy/Double", ua.Variant(4, kind), WORDS)
            self.assertEqual(found.OutputArguments[0].Value, 8)

    def test_wrongNumber(self) -> None:
        """Too few and too many arguments are told apart; the method is not called."""
        number = ua.Variant(4, KINDS.Int32)
        self.assertEqual(self.one("Toy/Double", number).StatusCode.name, "BadArgumentsMissing")
        self.assertEqual(
            self.one("Toy/Double", number, WORDS, number).StatusCode.name, "BadTooManyArguments"
        )
        self.assertEqual(self.world.space.deadlines, [])

    @shows("Call")
    def test_wrongArguments(self) -> None:
        """Each argument is judged; the method is not called."""
        found = self.one("Toy/Double", ua.Variant(2**40, KINDS.Int64), ua.Variant(1, KINDS.Int32))
        self.assertEqual(found.StatusCode.name, "BadInvalidArgument")
        self.assertEqual(
            [each.name for each in found.InputArgumentResults],
            ["BadOutOfRange", "BadTypeMismatch"],
        )
        self.assertEqual(self.world.space.deadlines, [])

    def test_unknown(self) -> None:
        """Unknown objects and methods, and things that are none, are told apart."""
        self.assertEqual(
            self.one("Toy/Slow", on=nodeId("Nothing")).StatusCode.name, "BadNodeIdUnknown"
        )
        self.assertEqual(
            self.one("Toy/Slow", on=nodeId("Toy/Text")).StatusCode.name, "BadNodeIdInvalid"
        )
        self.assertEqual(self.one("Toy/Text").StatusCode.name, "BadMethodInvalid")
        self.assertEqual(self.one("Toy/Nothing").StatusCode.name, "BadMethodInvalid")

    @shows("Subscription Durable")
    def test_standardMethods(self) -> None:
        """Methods of the Server object that are not offered say so, also in UserExecutable."""
        setDurable = ua.NodeId(12749)
        found = self.one(setDurable, on=ua.NodeId(2253))
        self.assertEqual(found.StatusCode.name, "BadNotExecutable")
        self.assertEqual(self.client.read(setDurable, 22).Value.Value, False)

    def test_role(self) -> None:
        """Who may not call a method is refused."""
        operator = self.world.client("192.0.2.1")
        found = operator.ask(callRequest(call("Toy/Guarded"))).Results[0]
        self.assertEqual(found.StatusCode.name, "BadUserAccessDenied")

    def test_ourMistake(self) -> None:
        """A method that fails by a mistake of ours is answered, and the mistake is logged."""
        number = self.client.send(callRequest(call("Toy/Broken")))
        answer = self.client.take(number)
        self.assertEqual(answer.ResponseHeader.ServiceResult.name, "BadInternalError")
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_othersGoOnMeanwhile(self) -> None:
        """While one client's method waits, another's read and method are answered first."""
        order: list[str] = []
        other = self.world.client()
        slow = self.client.send(callRequest(call("Toy/Slow")))
        self.assertEqual(other.read(nodeId("Toy/Text")).Value.Value, "text")
        order.append("read")
        other.ask(callRequest(call("Toy/Double", ua.Variant(1, KINDS.Int32), WORDS)))
        order.append("other call")
        self.assertIsNone(self.client.take(slow))
        self.world.requests.answer([ua.Variant("Accepted", KINDS.String)])
        found = self.client.take(slow)
        order.append("slow call")
        self.assertEqual(found.Results[0].OutputArguments[0].Value, "Accepted")
        self.assertEqual(order, ["read", "other call", "slow call"])

    def test_severalAreAnsweredOnce(self) -> None:
        """Several methods in one Call are answered together, in order, with their own results."""
        double = call("Toy/Double", ua.Variant(1, KINDS.Int32), WORDS)
        number = self.client.send(callRequest(call("Toy/Slow"), double, call("Toy/Slow")))
        first, second = self.world.requests.posted
        second[1](status(ua.StatusCodes.BadTimeout))
        self.assertIsNone(self.client.take(number))
        first[1]([])
        names = [each.StatusCode.name for each in self.client.take(number).Results]
        self.assertEqual(names, ["Good", "Good", "BadTimeout"])

    def test_answeredOnce(self) -> None:
        """An outcome that comes twice changes nothing."""
        number = self.client.send(callRequest(call("Toy/Slow")))
        deliver = self.world.requests.posted[0][1]
        deliver([])
        deliver(status(ua.StatusCodes.BadTimeout))
        self.assertEqual(self.client.take(number).Results[0].StatusCode.name, "Good")
        self.assertIsNone(self.client.take(number))

    def test_badOutcome(self) -> None:
        """An outcome that cannot be made into outputs is answered and logged."""
        number = self.client.send(callRequest(call("Toy/Slow")))
        self.world.requests.answer([object()])
        answer = self.client.take(number)
        self.assertEqual(answer.ResponseHeader.ServiceResult.name, "BadInternalError")
        self.assertEqual(len(self.flushLoggedErrors()), 1)

    def test_shutdown(self) -> None:
        """When the server stops, a waiting Call is answered with BadShutdown."""
        number = self.client.send(callRequest(call("Toy/Slow")))
        self.world.core.stop()
        self.assertEqual(self.client.take(number).Results[0].StatusCode.name, "BadShutdown")

    def test_sessionCloses(self) -> None:
        """CloseSession answers what waits with BadSessionClosed; a late outcome is dropped."""
        number = self.client.send(callRequest(call("Toy/Slow")))
        self.client.ask(ua.CloseSessionRequest())
        refused = self.client.take(number)
        self.assertEqual(refused.ResponseHeader.ServiceResult.name, "BadSessionClosed")
        self.world.requests.answer([])
        self.assertIsNone(self.client.take(number))
        self.assertEqual(len(self.world.core.awaiting), 0)


class ConvertTests(TestCase):
    def convertOne(self, dataType: int, variant: Any, rank: int = -1) -> tuple[Any, str]:
        values, codes = convert([argument("A", dataType, rank)], [variant])
        return values[0], str(ua.StatusCode(codes[0]).name)

    @given(st.integers(-(2**63), 2**63 - 1))
    def test_int32(self, number: int) -> None:
        """An Int32 is what fits in 32 bits, and nothing else."""
        value, code = self.convertOne(6, ua.Variant(number, KINDS.Int64))
        fits = -(2**31) <= number < 2**31
        self.assertEqual((value, code), (number, "Good") if fits else (None, "BadOutOfRange"))

    def test_booleansAreNoNumbers(self) -> None:
        """A Boolean is not taken for an integer, nor an integer for a Boolean."""
        self.assertEqual(self.convertOne(6, ua.Variant(True))[1], "BadTypeMismatch")
        self.assertEqual(self.convertOne(1, ua.Variant(1, KINDS.Byte))[1], "BadTypeMismatch")
        self.assertEqual(self.convertOne(1, ua.Variant(True)), (True, "Good"))

    def test_strings(self) -> None:
        """A null String and a null Variant are an empty String."""
        self.assertEqual(self.convertOne(12, ua.Variant(None, KINDS.String)), ("", "Good"))
        self.assertEqual(self.convertOne(12, ua.Variant()), ("", "Good"))
        self.assertEqual(self.convertOne(12, ua.Variant(b"x"))[1], "BadTypeMismatch")

    def test_arrays(self) -> None:
        """A null array is empty; a scalar is no array, and an array is no scalar."""
        null = bareVariant(None, KINDS.String, None, isArray=True)
        self.assertEqual(self.convertOne(12, null, rank=1), ([], "Good"))
        self.assertEqual(self.convertOne(12, WORDS, rank=1), (["a", "b"], "Good"))
        self.assertEqual(self.convertOne(12, WORDS)[1], "BadTypeMismatch")
        self.assertEqual(self.convertOne(12, ua.Variant("a"), rank=1)[1], "BadTypeMismatch")
        matrix = ua.Variant([["a"], ["b"]], KINDS.String)
        self.assertEqual(self.convertOne(12, matrix, rank=1)[1], "BadTypeMismatch")

    def test_doubles(self) -> None:
        """An integer serves for a Double."""
        self.assertEqual(self.convertOne(11, ua.Variant(3, KINDS.Int16)), (3.0, "Good"))
        self.assertEqual(self.convertOne(11, ua.Variant("3"))[1], "BadTypeMismatch")
