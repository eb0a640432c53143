"""Every row of the table of outcomes and StatusCodes, seen by an OPC UA client of somebody else."""

from __future__ import annotations

import asyncio
from typing import Any

from asyncua import ua
from twisted.internet.defer import Deferred

from ocppgw.access.secrets import Secret, hashPassword, scrypt
from tests.endToEnd.gateway import GatewayCase, Scada, ScadaContext, number, text

BOOLEAN = ua.VariantType.Boolean
INT32 = ua.VariantType.Int32
STRING = ua.VariantType.String
INTERVAL = "CP1/ConfigurationPoints/HeartbeatInterval"


class AnsweredTests(GatewayCase):
    """The charge point answered."""

    def test_anyWord(self) -> Deferred[None]:
        """A Call is Good whatever the word; the word is its output."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            chargePoint.words["Reset"] = "Rejected"
            chargePoint.words["UnlockConnector"] = "NotSupported"
            async with self.scada() as scada:
                self.assertEqual(await scada.outcome("CP1/HardReset"), ("Good", ["Rejected"]))
                self.assertEqual(
                    await scada.outcome("CP1/Connectors/1/UnlockConnector"),
                    ("Good", ["NotSupported"]),
                )
                self.assertEqual(await scada.read("CP1/LastCommand"), "UnlockConnector")
                self.assertEqual(await scada.read("CP1/LastCommandStatus"), "NotSupported")

        return self.play(scenario)

    def test_changeConfiguration(self) -> Deferred[None]:
        """A Write of a configuration point says what the charge point answered."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            async with self.scada() as scada:
                for word, expected in (
                    ("Accepted", "Good"),
                    ("RebootRequired", "GoodCompletesAsynchronously"),
                    ("NotSupported", "BadNotSupported"),
                    ("Rejected", "BadOutOfRange"),
                ):
                    chargePoint.words["ChangeConfiguration"] = word
                    self.assertEqual(await scada.write(INTERVAL, 60, INT32), expected, word)
                self.assertEqual(await scada.read("CP1/RebootRequired"), True)

        return self.play(scenario)

    def test_operative(self) -> Deferred[None]:
        """A Write of Operative is Good when accepted or scheduled, BadInvalidState else."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            path = "CP1/Connectors/1/Operative"
            async with self.scada() as scada:
                for word, expected in (
                    ("Accepted", "Good"),
                    ("Scheduled", "Good"),
                    ("Rejected", "BadInvalidState"),
                ):
                    chargePoint.words["ChangeAvailability"] = word
                    self.assertEqual(await scada.write(path, False, BOOLEAN), expected, word)
                self.assertEqual(await scada.read(path), False)

        return self.play(scenario)

    def test_negativeWordOfVariable(self) -> Deferred[None]:
        """A command variable has no outputs: a negative word is BadInvalidState."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            chargePoint.words["ClearCache"] = "Rejected"
            chargePoint.words["UnlockConnector"] = "UnlockFailed"
            async with self.scada() as scada:
                for path in ("CP1/Commands/ClearCache", "CP1/Connectors/1/Commands/Unlock"):
                    status = await scada.write(path, True, BOOLEAN)
                    self.assertEqual(status, "BadInvalidState", path)

        return self.play(scenario)

    def test_callErrors(self) -> Deferred[None]:
        """NotImplemented is BadNotSupported; another CallError BadDeviceFailure, with its text."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            del chargePoint.route_map["DataTransfer"]
            chargePoint.words["ClearCache"] = "NoSuchWord"
            async with self.scada() as scada:
                arguments = [text("v"), text("m"), text("d")]
                status, _ = await scada.outcome("CP1/DataTransfer", *arguments)
                self.assertEqual(status, "BadNotSupported")
                status, _ = await scada.outcome("CP1/ClearCache")
                self.assertEqual(status, "BadDeviceFailure")
                self.assertNotEqual(await scada.read("CP1/LastCommandDetail"), "")

        return self.play(scenario)


class UnansweredTests(GatewayCase):
    """The charge point did not answer."""

    callTimeout = 0.5

    def test_notConnected(self) -> Deferred[None]:
        """Commands to a charge point whose link is lost are BadNoCommunication at once."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            async with self.scada() as scada:
                [connected] = await scada.watch("CP1/Connected")
                await chargePoint.close()
                await connected.value(False)
                status, _ = await scada.outcome("CP1/HardReset")
                self.assertEqual(status, "BadNoCommunication")
                self.assertEqual(await scada.write(INTERVAL, 60, INT32), "BadNoCommunication")

        return self.play(scenario)

    def test_notEnabled(self) -> Deferred[None]:
        """Enabled false closes the link, refuses the next, and commands are BadNoCommunication."""

        async def scenario() -> None:
            await self.connect()
            async with self.scada() as scada:
                [connected] = await scada.watch("CP1/Connected")
                self.assertEqual(await scada.write("CP1/Enabled", False, BOOLEAN), "Good")
                await connected.value(False)
                with self.assertRaises(Exception):  # noqa: B017 - whatever websockets raises
                    await self.connect()
                status, _ = await scada.outcome("CP1/HardReset")
                self.assertEqual(status, "BadNoCommunication")
                self.assertEqual(await scada.write("CP1/Enabled", True, BOOLEAN), "Good")
                await self.connect()
                self.assertEqual(await scada.outcome("CP1/HardReset"), ("Good", ["Accepted"]))

        return self.play(scenario)

    def test_timeOut(self) -> Deferred[None]:
        """A charge point that does not answer in time is BadTimeout, for Calls and for Writes."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            chargePoint.silent |= {"Reset", "ChangeConfiguration"}
            async with self.scada() as scada:
                status, _ = await scada.outcome("CP1/HardReset")
                self.assertEqual(status, "BadTimeout")
                self.assertEqual(await scada.write(INTERVAL, 60, INT32), "BadTimeout")

        return self.play(scenario)


class WaitingTests(GatewayCase):
    """What becomes of commands while a charge point takes its time."""

    opcua = "writeWait = 0.2"

    def test_linkLostWhileWaiting(self) -> Deferred[None]:
        """A command whose link breaks is BadConnectionClosed."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            chargePoint.silent.add("Reset")
            async with self.scada() as scada:
                waiting = asyncio.ensure_future(scada.outcome("CP1/HardReset"))
                await chargePoint.wasAsked("Reset")
                chargePoint.drop()
                status, _ = await waiting
                self.assertEqual(status, "BadConnectionClosed")

        return self.play(scenario)

    def test_writeStillWaiting(self) -> Deferred[None]:
        """A Write that waits too long is GoodCompletesAsynchronously; the same again is refused."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            chargePoint.silent.add("Reset")
            async with self.scada() as scada:
                path = "CP1/Commands/HardReset"
                status = await scada.write(path, True, BOOLEAN)
                self.assertEqual(status, "GoodCompletesAsynchronously")
                self.assertEqual(await scada.write(path, True, BOOLEAN), "BadTooManyOperations")
                self.assertEqual(await scada.write(path, False, BOOLEAN), "Good")
                self.assertEqual(await scada.read("CP1/CommandsWaiting"), 1)

        return self.play(scenario)

    def test_tooMany(self) -> Deferred[None]:
        """With 32 commands waiting the next is BadTooManyOperations."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            chargePoint.silent.add("Reset")
            async with self.scada() as scada:
                waiting = [asyncio.ensure_future(scada.outcome("CP1/HardReset")) for _ in range(34)]
                done, rest = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                self.assertEqual({one.result()[0] for one in done}, {"BadTooManyOperations"})
                chargePoint.drop()
                statuses = {status for status, _ in await asyncio.gather(*rest)}
                self.assertLessEqual(statuses, {"BadConnectionClosed", "BadTooManyOperations"})

        return self.play(scenario)

    def test_stopping(self) -> Deferred[None]:
        """What waits when the gateway stops is BadShutdown, or the connection is gone."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            chargePoint.silent.add("Reset")
            async with self.scada() as scada:
                waiting = asyncio.ensure_future(scada.outcome("CP1/HardReset"))
                await chargePoint.wasAsked("Reset")
                self.stopSoon()
                status, _ = await waiting
                self.assertEqual(status, "BadShutdown")

        return self.play(scenario)

    def stopSoon(self) -> None:
        from twisted.internet import reactor

        reactor.callFromThread(self.stopGateway)  # type: ignore[attr-defined]


class RefusedTests(GatewayCase):
    """What never reaches the charge point."""

    def test_arguments(self) -> Deferred[None]:
        """Wrong arguments are refused one by one, and nothing is sent."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            asked = len(chargePoint.asked)
            start = "CP1/Connectors/1/RemoteStart"
            async with self.scada() as scada:
                for path, arguments, expected in (
                    (start, [], "BadArgumentsMissing"),
                    (start, [text("A"), text("B")], "BadTooManyArguments"),
                    (start, [number(1)], "BadInvalidArgument"),
                    (start, [text("A" * 21)], "BadInvalidArgument"),
                    ("CP1/UnlockConnector", [number(0)], "BadInvalidArgument"),
                    ("CP1/TriggerMessage", [text("Nonsense"), number(1)], "BadInvalidArgument"),
                ):
                    result = await scada.call(path, *arguments)
                    self.assertEqual(result.StatusCode.name, expected, path)
                    if expected == "BadInvalidArgument":
                        results = [one.name for one in result.InputArgumentResults]
                        self.assertEqual(len(results), len(arguments))
                        self.assertTrue(any(name != "Good" for name in results))
            self.assertEqual(len(chargePoint.asked), asked)

        return self.play(scenario)

    def test_forgivingIntegers(self) -> Deferred[None]:
        """Any integer type that holds the value serves for Int32."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            async with self.scada() as scada:
                for kind in (ua.VariantType.Byte, ua.VariantType.UInt16, ua.VariantType.Int64):
                    argument = ua.Variant(1, kind)
                    status, _ = await scada.outcome("CP1/UnlockConnector", argument)
                    self.assertEqual(status, "Good")
            self.assertEqual(await chargePoint.wasAsked("UnlockConnector", 3), {"connector_id": 1})

        return self.play(scenario)

    def test_noTransaction(self) -> Deferred[None]:
        """RemoteStop without a running transaction is BadInvalidState."""

        async def scenario() -> None:
            await self.connect()
            async with self.scada() as scada:
                status, _ = await scada.outcome("CP1/Connectors/1/RemoteStop")
                self.assertEqual(status, "BadInvalidState")

        return self.play(scenario)


class PendingTests(GatewayCase):
    """A charge point that has to be accepted first."""

    ocpp = 'onboarding = "pending"'

    def test_pending(self) -> Deferred[None]:
        """Remote starts are BadInvalidState until an Engineer accepts the charge point."""

        async def scenario() -> None:
            chargePoint = await self.connect(boot=False)
            self.assertEqual(await chargePoint.boot(), "Pending")
            async with self.scada() as scada:
                self.assertEqual(await scada.read("CP1/RegistrationStatus"), "Pending")
                start = "CP1/Connectors/1/RemoteStart"
                status, _ = await scada.outcome(start, text("TAG1"))
                self.assertEqual(status, "BadInvalidState")
                status, _ = await scada.outcome("/Gateway/AcceptChargePoint", text("CP1"))
                self.assertEqual(status, "Good")
                self.assertEqual(await chargePoint.boot(), "Accepted")
                self.assertEqual(
                    await scada.outcome(start, text("TAG1")), ("Good", ["Accepted", -1])
                )

        return self.play(scenario)


def _user(name: str, role: str) -> str:
    password = hashPassword(Secret(f"{name}-pw"), b"0123456789abcdef", scrypt).text
    return f'[[users]]\nname = "{name}"\nrole = "{role}"\npassword = "{password}"\n'


class RoleTests(GatewayCase):
    """Who may do what."""

    more = _user("olga", "observer") + _user("otto", "operator") + _user("erna", "engineer")
    opcua = 'anonymousLoopback = "none"'

    def test_roles(self) -> Deferred[None]:
        """What a user's role does not allow is BadUserAccessDenied, and nothing is sent."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            asked = len(chargePoint.asked)
            for user, command, configure in (
                ("olga", "BadUserAccessDenied", "BadUserAccessDenied"),
                ("otto", "Good", "BadUserAccessDenied"),
                ("erna", "Good", "Good"),
            ):
                async with ScadaContext(self.ready.opcua, user, f"{user}-pw") as scada:
                    await self.tries(scada, command, configure)
            self.assertEqual(
                [action for action, _ in chargePoint.asked[asked:]].count("ClearCache"), 4
            )

        return self.play(scenario)

    async def tries(self, scada: Scada, command: str, configure: str) -> None:
        self.assertEqual(await scada.read("CP1/Connected"), True)
        status, _ = await scada.outcome("CP1/ClearCache")
        self.assertEqual(status, command)
        status = await scada.write("CP1/Commands/ClearCache", True, BOOLEAN)
        self.assertEqual(status, command)
        self.assertEqual(await scada.write(INTERVAL, 60, INT32), configure)
        self.assertEqual(await scada.write("CP1/Name", "Hall 1", STRING), configure)
        quality = await scada.quality("CP1/LastIdTag")
        expected = "BadWaitingForInitialData" if command == "Good" else "BadUserAccessDenied"
        self.assertEqual(quality, expected)

    def test_noRole(self) -> Deferred[None]:
        """Anonymous sessions, wrong passwords and unknown users are turned away."""

        async def scenario() -> None:
            for user, password in (("", ""), ("olga", "wrong"), ("nobody", "pw")):
                await self.turnedAway(ScadaContext(self.ready.opcua, user, password))

        return self.play(scenario)

    async def turnedAway(self, context: Any) -> None:
        with self.assertRaises(ua.UaStatusCodeError):
            async with context:
                self.fail("was let in")


class LockedTests(GatewayCase):
    """What the configuration file forbids."""

    more = '[[chargePoints]]\nidentity = "CP1"\nname = "Fixed"\nlocked = true\n'

    def test_locked(self) -> Deferred[None]:
        """Name of a locked charge point is BadNotWritable; it is known before it ever calls in."""

        async def scenario() -> None:
            async with self.scada() as scada:
                self.assertEqual(await scada.read("CP1/Name"), "Fixed")
                self.assertEqual(await scada.read("CP1/Connected"), False)
                status = await scada.write("CP1/Name", "Other", STRING)
                self.assertEqual(status, "BadNotWritable")
                self.assertEqual(
                    await scada.quality("CP1/Connectors/1/Status"), "BadWaitingForInitialData"
                )

        return self.play(scenario)
