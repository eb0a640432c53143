"""Methods: from arguments to requests, from outcomes to outputs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from opcua import ua
from twisted.trial import unittest

from ocppgw.model import commands as c
from ocppgw.model.outcomes import Answered, Refusal, Refused
from ocppgw.model.records import Settings
from ocppgw.uaserver.layout.datatypes import NEVER
from ocppgw.uaserver.nodes import METHOD, Awaited
from tests.uaserver.layout.site import (
    CODES,
    ENGINEER,
    NOBODY,
    OBSERVER,
    OPERATOR,
    Site,
    everything,
    nodeId,
)

MOMENT = datetime(2030, 1, 1, tzinfo=UTC)


class MethodCase(unittest.SynchronousTestCase):
    """A site whose methods are called."""

    def setUp(self) -> None:
        self.site = Site(Settings(connectors=2))

    def call(self, identifier: str, *inputs: Any) -> Any:
        """What a Call gives back at once."""
        owner, _, name = identifier.rpartition("/")
        method = self.site.find(owner).method(nodeId(identifier))
        self.assertIsNotNone(method, name)
        self.assertEqual(len(method.inputArguments), len(inputs))
        return method.call(list(inputs), ENGINEER, 9.0)

    def outputs(self, identifier: str, inputs: tuple[Any, ...], outcome: Any) -> list[Any]:
        """The output arguments of an outcome."""
        result = self.call(identifier, *inputs).finish(outcome)
        return [each.Value for each in result]


class Requests(MethodCase):
    """What each method asks for."""

    def test_commands(self) -> None:
        """Every command method makes its command, in the user's name and with a deadline."""
        for path, inputs, action in (
            ("ClearCache", (), c.ClearCache()),
            ("HardReset", (), c.Reset("Hard")),
            ("SoftReset", (), c.Reset("Soft")),
            ("RefreshConfiguration", (), c.RefreshConfiguration()),
            ("RemoteStopTransaction", (7,), c.RemoteStop(transactionId=7)),
            ("ChangeAvailability", (0, "Operative"), c.ChangeAvailability(0, "Operative")),
            ("UnlockConnector", (2,), c.UnlockConnector(2)),
            ("TriggerMessage", ("Heartbeat", -1), c.TriggerMessage("Heartbeat", None)),
            ("TriggerMessage", ("MeterValues", 1), c.TriggerMessage("MeterValues", 1)),
            ("GetConfiguration", (["A", ""],), c.GetConfiguration(("A",))),
            ("GetConfiguration", ([],), c.GetConfiguration(())),
            ("ChangeConfiguration", ("A", ""), c.ChangeConfiguration("A", "")),
            ("DataTransfer", ("V", "M", "D"), c.DataTransfer("V", "M", "D")),
            ("DataTransfer", ("V", "", ""), c.DataTransfer("V", None, None)),
            ("DataTransfer", ("V", None, None), c.DataTransfer("V", None, None)),
            ("Connectors/1/DisableConnector", (), c.ChangeAvailability(1, "Inoperative")),
            ("Connectors/0/EnableConnector", (), c.ChangeAvailability(0, "Operative")),
            ("Connectors/2/UnlockConnector", (), c.UnlockConnector(2)),
            ("Connectors/0/RefreshStatus", (), c.RefreshStatus(0)),
            ("Connectors/1/RefreshMeterValues", (), c.RefreshMeterValues(1)),
            ("Connectors/1/RemoteStop", (), c.RemoteStop(connectorId=1)),
        ):
            request = self.call(f"CP1/{path}", *inputs).request
            name = path.rpartition("/")[2]
            expected = c.Command("CP1", name, action, "emma", deadline=9.0)
            self.assertEqual(request, expected, path)

    def test_remoteStartWaitsForItsTransaction(self) -> None:
        """Remote starts carry the configured time to wait; -1 leaves the connector out."""
        for path, inputs, action in (
            ("RemoteStartTransaction", (-1, ""), c.RemoteStart(None, "")),
            ("RemoteStartTransaction", (2, "TAG"), c.RemoteStart(2, "TAG")),
            ("Connectors/1/RemoteStart", ("TAG",), c.RemoteStart(1, "TAG")),
        ):
            request = self.call(f"CP1/{path}", *inputs).request
            self.assertEqual((request.action, request.startWait), (action, 3.0))

    def test_gateway(self) -> None:
        """The gateway's methods make requests to the gateway."""
        for name, inputs, action in (
            ("AddChargePoint", ("CP9", "", -1), c.AddChargePoint("CP9", "", 0)),
            ("AddChargePoint", ("CP9", "Hall", 2), c.AddChargePoint("CP9", "Hall", 2)),
            ("RemoveChargePoint", ("CP1",), c.RemoveChargePoint("CP1")),
            ("ReplaceChargePoint", ("CP1", "CP9"), c.ReplaceChargePoint("CP1", "CP9")),
            ("AcceptChargePoint", ("CP9",), c.AcceptChargePoint("CP9")),
            ("AddIdTag", ("T", "Accepted", MOMENT, "P"), c.AddIdTag("T", "Accepted", MOMENT, "P")),
            ("AddIdTag", ("T", "Blocked", NEVER, ""), c.AddIdTag("T", "Blocked", None, "")),
            ("AddIdTag", ("T", "Blocked", MOMENT.replace(tzinfo=None), ""),
             c.AddIdTag("T", "Blocked", MOMENT, "")),
            ("RemoveIdTag", ("T",), c.RemoveIdTag("T")),
            ("ListIdTags", (), c.ListIdTags()),
        ):  # fmt: skip
            request = self.call(f"/Gateway/{name}", *inputs).request
            self.assertEqual(request, c.GatewayRequest(name, action, "emma"))

    def test_forceClose(self) -> None:
        """ForceClose closes the transaction of its connector."""
        request = self.call("CP1/Connectors/2/Transaction/ForceClose").request
        self.assertEqual(request, c.GatewayRequest("ForceClose", c.ForceClose("CP1", 2), "emma"))


class Limits(MethodCase):
    """Arguments beyond OCPP's limits are refused, and nothing is sent."""

    def test_eachArgument(self) -> None:
        """BadInvalidArgument, with a result that says which argument is wrong."""
        for path, inputs, wrong in (
            ("CP1/RemoteStartTransaction", (0, "T"), (True, False)),
            ("CP1/RemoteStartTransaction", (-2, "x" * 21), (True, True)),
            ("CP1/Connectors/1/RemoteStart", ("x" * 21,), (True,)),
            ("CP1/ChangeAvailability", (-1, "Operative"), (True, False)),
            ("CP1/ChangeAvailability", (0, "operative"), (False, True)),
            ("CP1/UnlockConnector", (0,), (True,)),
            ("CP1/TriggerMessage", ("Reboot", -1), (True, False)),
            ("CP1/TriggerMessage", ("Heartbeat", -2), (False, True)),
            ("CP1/GetConfiguration", (["x" * 51],), (True,)),
            ("CP1/ChangeConfiguration", ("", "1"), (True, False)),
            ("CP1/ChangeConfiguration", ("x" * 51, "x" * 501), (True, True)),
            ("CP1/DataTransfer", ("", "", ""), (True, False, False)),
            ("CP1/DataTransfer", ("x" * 256, "x" * 51, ""), (True, True, False)),
            ("/Gateway/AddChargePoint", ("", "", 65), (True, False, True)),
            ("/Gateway/AddIdTag", ("", "Fine", NEVER, ""), (True, True, False, False)),
            ("/Gateway/RemoveChargePoint", ("",), (True,)),
        ):
            result = self.call(path, *inputs)
            self.assertIsInstance(result, ua.CallMethodResult, path)
            self.assertEqual(result.StatusCode.value, CODES.BadInvalidArgument)
            found = tuple(each.value != CODES.Good for each in result.InputArgumentResults)
            self.assertEqual(found, wrong, path)

    def test_foundByTheGateway(self) -> None:
        """An argument that the gateway refuses is named in the results as well."""
        outcome = Refused(Refusal.invalidArgument, "no such node name", "nodeName")
        result = self.call("/Gateway/AddChargePoint", "A", "B", 1).finish(outcome)
        self.assertEqual(
            [each.value for each in result.InputArgumentResults],
            [CODES.Good, CODES.BadInvalidArgument, CODES.Good],
        )


class Outcomes(MethodCase):
    """What a Call answers."""

    def test_whateverTheWord(self) -> None:
        """A charge point that answered makes the Call Good, with its word in Status."""
        for word in ("Accepted", "Rejected", "NotSupported"):
            self.assertEqual(self.outputs("CP1/HardReset", (), Answered(word)), [word])

    def test_refused(self) -> None:
        """Without an answer the StatusCode of the table is the result."""
        for refusal, code in (
            (Refusal.notConnected, CODES.BadNoCommunication),
            (Refusal.timedOut, CODES.BadTimeout),
            (Refusal.connectionLost, CODES.BadConnectionClosed),
            (Refusal.callError, CODES.BadDeviceFailure),
            (Refusal.stopping, CODES.BadShutdown),
        ):
            result = self.call("CP1/HardReset").finish(Refused(refusal))
            self.assertEqual(result.value, code)

    def test_transactionId(self) -> None:
        """TransactionId is -1 unless the transaction began in time."""
        inputs = (1, "T")
        path = "CP1/RemoteStartTransaction"
        self.assertEqual(self.outputs(path, inputs, Answered("Accepted")), ["Accepted", -1])
        begun = Answered("Accepted", {"TransactionId": 9})
        self.assertEqual(self.outputs(path, inputs, begun), ["Accepted", 9])

    def test_getConfiguration(self) -> None:
        """GetConfiguration gives four lists, empty ones where there is nothing."""
        outcome = Answered("Accepted", {"Keys": ("A",), "Values": ("1",), "ReadOnly": (True,)})
        method = self.call("CP1/GetConfiguration", ["A"])
        result = method.finish(outcome)
        self.assertEqual([each.Value for each in result], [["A"], ["1"], [True], []])
        self.assertTrue(all(each.is_array for each in result))
        self.assertEqual(result[2].VariantType, ua.VariantType.Boolean)

    def test_listIdTags(self) -> None:
        """An idTag without an end has the null DateTime."""
        outcome = Answered(
            "Listed",
            {"IdTags": ("A", "B"), "Statuses": ("Accepted", "Blocked"),
             "ExpiryDates": (None, MOMENT), "ParentIdTags": ("", "P")},
        )  # fmt: skip
        self.assertEqual(
            self.outputs("/Gateway/ListIdTags", (), outcome),
            [["A", "B"], ["Accepted", "Blocked"], [NEVER, MOMENT], ["", "P"]],
        )

    def test_dataTransfer(self) -> None:
        """DataTransfer gives back what the charge point gave."""
        outcome = Answered("Accepted", {"Data": "pong"})
        path = "CP1/DataTransfer"
        self.assertEqual(self.outputs(path, ("V", "", ""), outcome), ["Accepted", "pong"])


class Resolving(MethodCase):
    """Which Method a MethodId means."""

    def test_methodOfTheType(self) -> None:
        """The type's Method serves every object of the type."""
        method = self.site.find("CP1").method(nodeId("/Types/ChargePointType/HardReset"))
        request = method.call([], ENGINEER, None).request
        self.assertEqual((request.nodeName, request.action), ("CP1", c.Reset("Hard")))
        connector = self.site.find("CP1/Connectors/2")
        method = connector.method(nodeId("/Types/ConnectorType/RefreshStatus"))
        self.assertEqual(method.call([], ENGINEER, None).request.action, c.RefreshStatus(2))

    def test_othersDoNot(self) -> None:
        """A Method of another object or type, or what is no Method, is not one here."""
        chargePoint = self.site.find("CP1")
        for identifier in (
            "CP1/Connectors/1/RefreshStatus",
            "/Types/ConnectorType/RefreshStatus",
            "CP1/Connected",
            "CP1/Nothing",
            "CP1",
            "/Gateway/AddIdTag",
        ):
            self.assertIsNone(chargePoint.method(nodeId(identifier)), identifier)
        self.assertIsNone(chargePoint.method(ua.NodeId(11489, 0)))
        zero = self.site.find("CP1/Connectors/0")
        self.assertIsNone(zero.method(nodeId("/Types/ConnectorType/RemoteStop")))

    def test_typesDoNothing(self) -> None:
        """Nothing can be called on a type or its instance declarations."""
        for owner in ("/Types/ChargePointType", "/Types/ChargePointType/Connectors/<Connector>"):
            node = self.site.find(owner)
            self.assertIsNone(node.method(nodeId("/Types/ChargePointType/HardReset")))

    def test_nodesResolve(self) -> None:
        """Each object's own Method nodes are found as well."""
        methods = [node for node in everything(self.site) if node.nodeClass == METHOD]
        self.assertEqual(len(methods), 7 + 12 + 4 + 2 * (7 + 1))
        for node in methods:
            owner = self.site.find(node.nodeId.Identifier.rpartition("/")[0])
            self.assertIsNotNone(owner.method(node.nodeId))


class Rights(MethodCase):
    """Who may call what."""

    def test_roles(self) -> None:
        """Observers call nothing, Operators the commands, Engineers everything."""
        engineers = {
            "CP1/GetConfiguration", "CP1/ChangeConfiguration", "CP1/DataTransfer",
            "/Gateway/AddChargePoint", "/Gateway/RemoveChargePoint",
            "/Gateway/ReplaceChargePoint", "/Gateway/AcceptChargePoint",
            "/Gateway/AddIdTag", "/Gateway/RemoveIdTag",
        }  # fmt: skip
        for node in everything(self.site):
            if node.nodeClass != METHOD:
                continue
            identifier = node.nodeId.Identifier
            may = [node.executableBy(each) for each in (NOBODY, OBSERVER, OPERATOR, ENGINEER)]
            self.assertEqual(may, [False, False, identifier not in engineers, True], identifier)
            told = node.attribute(ua.AttributeIds.UserExecutable, OPERATOR).Value.Value
            self.assertEqual(told, identifier not in engineers)

    def test_awaited(self) -> None:
        """Every method goes through the inward door: none is answered on the spot."""
        self.assertIsInstance(self.call("CP1/HardReset"), Awaited)
