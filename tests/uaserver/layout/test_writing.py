"""Writes: settings, Operative, command variables and configuration points."""

from __future__ import annotations

from typing import Any

from opcua import ua
from twisted.trial import unittest

from ocppgw.model import commands as c, facts as f
from ocppgw.model.outcomes import Answered, Refusal, Refused
from ocppgw.model.records import Settings
from ocppgw.uaserver.library import bareVariant
from ocppgw.uaserver.nodes import CURRENT_READ, CURRENT_WRITE, Awaited
from tests.uaserver.layout.site import (
    CODES,
    ENGINEER,
    NOBODY,
    OBSERVER,
    OPERATOR,
    START,
    Site,
    later,
)

V = ua.VariantType


class WritingCase(unittest.SynchronousTestCase):
    """A site that is written to."""

    def setUp(self) -> None:
        self.site = Site(Settings(connectors=2))
        self.site.connect()

    def write(self, path: str, value: Any, variantType: Any) -> Any:
        """What a Write gives back at once."""
        variant = bareVariant(value, variantType, None, isinstance(value, list))
        return self.site.node(path).write(variant, ENGINEER, 9.0)

    def request(self, path: str, value: Any, variantType: Any) -> Any:
        """The request that a Write makes."""
        result = self.write(path, value, variantType)
        self.assertIsInstance(result, Awaited)
        return result.request

    def refusal(self, path: str, value: Any, variantType: Any) -> int:
        """The StatusCode with which a Write is refused at once."""
        result = self.write(path, value, variantType)
        self.assertIsInstance(result, ua.StatusCode)
        return int(result.value)


class SettingsWritten(WritingCase):
    """Name, Description and Enabled."""

    def test_requests(self) -> None:
        """Each becomes a request to the gateway, in the user's name."""
        for path, value, variantType, action in (
            ("Name", "Hall", V.String, c.SetName("CP1", "Hall")),
            ("Description", "North", V.String, c.SetDescription("CP1", "North")),
            ("Enabled", False, V.Boolean, c.SetEnabled("CP1", False)),
        ):
            request = self.request(path, value, variantType)
            self.assertEqual(request, c.GatewayRequest(path, action, "emma"))

    def test_answers(self) -> None:
        """Good once stored, BadResourceUnavailable when the store fails."""
        result = self.write("Name", "Hall", V.String)
        self.assertEqual(result.finish(Answered("Stored")).value, CODES.Good)
        failed = result.finish(Refused(Refusal.storeFailed))
        self.assertEqual(failed.value, CODES.BadResourceUnavailable)

    def test_limits(self) -> None:
        """A name that is too long or cannot be printed is BadOutOfRange, a number no name."""
        self.assertEqual(self.refusal("Name", "x" * 256, V.String), CODES.BadOutOfRange)
        self.assertEqual(self.refusal("Name", "a\nb", V.String), CODES.BadOutOfRange)
        self.assertEqual(self.refusal("Name", 5, V.Int32), CODES.BadTypeMismatch)
        self.assertEqual(self.refusal("Enabled", "false", V.String), CODES.BadTypeMismatch)

    def test_locked(self) -> None:
        """What the configuration file locks cannot be written by anybody."""
        site = Site(Settings(locked=frozenset(("name",))))
        self.assertEqual(site.node("Name").accessLevel, CURRENT_READ)
        self.assertEqual(site.node("Name").userAccessLevel(ENGINEER), CURRENT_READ)
        self.assertEqual(site.node("Enabled").accessLevel, CURRENT_READ | CURRENT_WRITE)


class OperativeWritten(WritingCase):
    """Operative is ChangeAvailability."""

    def test_request(self) -> None:
        """True is Operative, false Inoperative; connector 0 is the whole charge point."""
        for connectorId, value, word in ((1, False, "Inoperative"), (0, True, "Operative")):
            request = self.request(f"Connectors/{connectorId}/Operative", value, V.Boolean)
            action = c.ChangeAvailability(connectorId, word)
            expected = c.Command("CP1", "Operative", action, "emma", deadline=9.0)
            self.assertEqual(request, expected)

    def test_answers(self) -> None:
        """Accepted and Scheduled are Good, Rejected is BadInvalidState."""
        result = self.write("Connectors/1/Operative", False, V.Boolean)
        for word, code in (
            ("Accepted", CODES.Good),
            ("Scheduled", CODES.Good),
            ("Rejected", CODES.BadInvalidState),
        ):
            self.assertEqual(result.finish(Answered(word)).value, code)

    def test_readsWhatWasAccepted(self) -> None:
        """The node shows what was accepted, not what was written."""
        self.site.apply(f.AvailabilityAccepted(1, False, later(1)))
        self.write("Connectors/1/Operative", True, V.Boolean)
        self.assertIs(self.site.value("Connectors/1/Operative"), False)


class CommandVariables(WritingCase):
    """Commands for clients that cannot call methods."""

    def test_everyCommand(self) -> None:
        """Writing true does what the method of the same meaning does."""
        for path, action in (
            ("Commands/ClearCache", c.ClearCache()),
            ("Commands/HardReset", c.Reset("Hard")),
            ("Commands/SoftReset", c.Reset("Soft")),
            ("Commands/RefreshConfiguration", c.RefreshConfiguration()),
            ("Connectors/1/Commands/Unlock", c.UnlockConnector(1)),
            ("Connectors/1/Commands/RemoteStart", c.RemoteStart(1, "")),
            ("Connectors/1/Commands/RemoteStop", c.RemoteStop(connectorId=1)),
            ("Connectors/1/Commands/RefreshStatus", c.RefreshStatus(1)),
            ("Connectors/0/Commands/RefreshStatus", c.RefreshStatus(0)),
            ("Connectors/1/Commands/RefreshMeterValues", c.RefreshMeterValues(1)),
        ):
            request = self.request(path, True, V.Boolean)
            name = path.rpartition("/")[2]
            self.assertEqual(request, c.Command("CP1", name, action, "emma", deadline=9.0))
            self.assertIs(self.site.value(path), False)

    def test_falseDoesNothing(self) -> None:
        """Writing false is Good and does nothing, also while the command waits."""
        path = "Commands/HardReset"
        self.assertEqual(self.refusal(path, False, V.Boolean), CODES.Good)
        self.write(path, True, V.Boolean)
        self.assertEqual(self.refusal(path, False, V.Boolean), CODES.Good)

    def test_typed(self) -> None:
        """Nothing but a Boolean runs a command."""
        for value, variantType in ((1, V.Int32), ("true", V.String), (None, V.Boolean)):
            code = self.refusal("Commands/HardReset", value, variantType)
            self.assertEqual(code, CODES.BadTypeMismatch)

    def test_onceAtATime(self) -> None:
        """While it waits, the same variable is BadTooManyOperations; others are not."""
        path = "Commands/HardReset"
        waiting = self.write(path, True, V.Boolean)
        self.assertEqual(self.refusal(path, True, V.Boolean), CODES.BadTooManyOperations)
        self.assertIsInstance(self.write("Commands/SoftReset", True, V.Boolean), Awaited)
        self.assertEqual(waiting.finish(Answered("Accepted")).value, CODES.Good)
        self.assertIsInstance(self.write(path, True, V.Boolean), Awaited)

    def test_lostOutcome(self) -> None:
        """Should an outcome get lost, the next command that ends frees the variable."""
        path = "Commands/HardReset"
        self.write(path, True, V.Boolean)
        self.site.apply(f.CommandQueued("HardReset", START))
        self.assertEqual(self.refusal(path, True, V.Boolean), CODES.BadTooManyOperations)
        ended = f.CommandEnded("HardReset", "", "Accepted", "", "emma", "opcua", later(1), START)
        self.site.apply(ended)
        self.assertIsInstance(self.write(path, True, V.Boolean), Awaited)

    def test_negativeWord(self) -> None:
        """A negative word is BadInvalidState, because a Write has no outputs."""
        result = self.write("Connectors/1/Commands/Unlock", True, V.Boolean)
        self.assertEqual(result.finish(Answered("UnlockFailed")).value, CODES.BadInvalidState)

    def test_idTag(self) -> None:
        """RemoteStart uses the idTag beside it, which is stored when it is written."""
        path = "Connectors/2/Commands/IdTag"
        request = self.request(path, "TAG7", V.String)
        action = c.SetCommandIdTag("CP1", 2, "TAG7")
        self.assertEqual(request, c.GatewayRequest("IdTag", action, "emma"))
        self.site.apply(f.CommandIdTagWritten(2, "TAG7", START))
        self.assertEqual(self.site.value(path), "TAG7")
        started = self.request("Connectors/2/Commands/RemoteStart", True, V.Boolean)
        self.assertEqual(started.action, c.RemoteStart(2, "TAG7"))
        self.assertEqual(self.refusal(path, "x" * 21, V.String), CODES.BadOutOfRange)


class ConfigurationWritten(WritingCase):
    """Configuration points are ChangeConfiguration."""

    def change(self, key: str, value: Any, variantType: Any) -> tuple[str, str]:
        """Key and text that are sent."""
        action = self.request(f"ConfigurationPoints/{key}", value, variantType).action
        self.assertIsInstance(action, c.ChangeConfiguration)
        return action.key, action.value

    def test_texts(self) -> None:
        """Values are sent as text, Booleans in the charge point's own spelling."""
        self.site.configure(LocalPreAuthorize="FALSE", heartbeatinterval="30")
        for key, value, variantType, sent in (
            ("LocalPreAuthorize", True, V.Boolean, ("LocalPreAuthorize", "TRUE")),
            ("HeartbeatInterval", 300, V.UInt16, ("heartbeatinterval", "300")),
            ("AuthorizeRemoteTxRequests", False, V.Boolean,
             ("AuthorizeRemoteTxRequests", "false")),
            ("MeterValuesSampledData", "A,B", V.String, ("MeterValuesSampledData", "A,B")),
        ):  # fmt: skip
            self.assertEqual(self.change(key, value, variantType), sent)

    def test_refused(self) -> None:
        """Wrong types and values beyond the limits are refused before anything is sent."""
        for key, value, variantType, code in (
            ("HeartbeatInterval", "300", V.String, CODES.BadTypeMismatch),
            ("HeartbeatInterval", 2**40, V.Int64, CODES.BadOutOfRange),
            ("LocalPreAuthorize", "true", V.String, CODES.BadTypeMismatch),
            ("MeterValuesSampledData", "x" * 501, V.String, CODES.BadOutOfRange),
        ):
            self.assertEqual(self.refusal(f"ConfigurationPoints/{key}", value, variantType), code)

    def test_answers(self) -> None:
        """The four words, and a change that did not stick, each have their StatusCode."""
        result = self.write("ConfigurationPoints/HeartbeatInterval", 60, V.Int32)
        for outcome, code in (
            (Answered("Accepted"), CODES.Good),
            (Answered("RebootRequired"), CODES.GoodCompletesAsynchronously),
            (Answered("NotSupported"), CODES.BadNotSupported),
            (Answered("Rejected"), CODES.BadOutOfRange),
            (Answered("Accepted", {"Kept": False}), CODES.BadOutOfRange),
            (Refused(Refusal.timedOut), CODES.BadTimeout),
        ):
            self.assertEqual(result.finish(outcome).value, code)

    def test_showsWhatIsReported(self) -> None:
        """The node shows what the charge point reports, not what was written."""
        self.site.configure(HeartbeatInterval="300")
        self.write("ConfigurationPoints/HeartbeatInterval", 60, V.Int32)
        self.assertEqual(self.site.value("ConfigurationPoints/HeartbeatInterval"), 300)


class Types(WritingCase):
    """Instance declarations."""

    def test_notWritable(self) -> None:
        """A type says that its objects can be written; nobody writes its own declarations."""
        node = self.site.find("/Types/ChargePointType/Commands/HardReset")
        variant = bareVariant(True, V.Boolean, None, False)
        self.assertTrue(node.accessLevel & CURRENT_WRITE)
        self.assertFalse(node.userAccessLevel(OPERATOR) & CURRENT_WRITE)
        self.assertEqual(node.write(variant, ENGINEER, None).value, CODES.BadNotWritable)


class Rights(WritingCase):
    """Who may read and write what."""

    def levels(self, path: str) -> tuple[bool, ...]:
        """May Observer, Operator, Engineer read; may they write?"""
        node = self.site.node(path)
        levels = [node.userAccessLevel(each) for each in (OBSERVER, OPERATOR, ENGINEER)]
        return tuple(bool(level & bit) for bit in (CURRENT_READ, CURRENT_WRITE)
                     for level in levels)  # fmt: skip

    def test_roles(self) -> None:
        """Each role may do what it is promised to, and no more."""
        all3, no3 = (True, True, True), (False, False, False)
        operator, engineer = (False, True, True), (False, False, True)
        for path, may in (
            ("Connected", all3 + no3),
            ("Connectors/1/Live/Power", all3 + no3),
            ("Connectors/1/Live/Power/EURange", all3 + no3),
            ("Name", all3 + engineer),
            ("Enabled", all3 + engineer),
            ("ConfigurationPoints/HeartbeatInterval", all3 + engineer),
            ("Connectors/1/Operative", all3 + operator),
            ("Commands/HardReset", all3 + operator),
            ("Connectors/1/Commands/IdTag", operator + operator),
            ("Connectors/1/Transaction/IdTag", operator + no3),
            ("Connectors/1/LastTransaction/IdTag", operator + no3),
            ("Connectors/1/Transaction/Energy", all3 + no3),
            ("LastIdTag", operator + no3),
            ("LastIdTagStatus", operator + no3),
            ("LastIdTagTime", operator + no3),
        ):
            self.assertEqual(self.levels(path), may, path)

    def test_nobody(self) -> None:
        """Without a role nothing can be read or written."""
        for path in ("Connected", "Name", "Connectors/1/Live/Power/EURange"):
            self.assertEqual(self.site.node(path).userAccessLevel(NOBODY), 0)
