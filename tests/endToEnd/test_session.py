"""A charge point of somebody else on one side, an OPC UA client of somebody else on the other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from twisted.internet.defer import Deferred

from tests.conformance import shows
from tests.endToEnd.chargepoint import TEXT, ForeignChargePoint
from tests.endToEnd.gateway import GatewayCase, Scada, number, text


def threePhases(current: float, energy: int) -> list[dict[str, Any]]:
    """Eight values as a three-phase charge point sends them."""
    values: list[dict[str, Any]] = [
        {"value": str(current + i), "measurand": "Current.Import", "phase": phase, "unit": "A"}
        for i, phase in enumerate(("L1", "L2", "L3"))
    ]
    values += [
        {"value": "230.1", "measurand": "Voltage", "phase": phase, "unit": "V"}
        for phase in ("L1-N", "L2-N", "L3-N")
    ]
    values.append({"value": "11.04", "measurand": "Power.Active.Import", "unit": "kW"})
    values.append({"value": str(energy), "unit": "Wh"})
    return values


class SessionTests(GatewayCase):
    """What a commissioning engineer sees in the first hour."""

    def test_appearsByItself(self) -> Deferred[None]:
        """A charge point that calls in is there, with its identity and its configuration."""

        async def scenario() -> None:
            await self.connect("BGS_5338")
            async with self.scada() as scada:
                names = {
                    (await child.read_browse_name()).Name
                    for child in await scada.node("/ChargePoints").get_children()
                }
                self.assertIn("BGS_5338", names)
                for path, expected in (
                    ("OcppIdentifier", "BGS_5338"),
                    ("SerialNumber", "SN-1"),
                    ("Vendor", "Foreign"),
                    ("Model", "Model F"),
                    ("FirmwareVersion", "1.2.3"),
                    ("Iccid", "8931"),
                    ("Imsi", "2620"),
                    ("MeterType", "MT"),
                    ("MeterSerialNumber", "MS-1"),
                    ("Connected", True),
                    ("RegistrationStatus", "Accepted"),
                    ("Connectors/1/Status", "Available"),
                    ("Connectors/1/StatusNumber", 1),
                    ("Connectors/1/ErrorCode", "NoError"),
                ):
                    value = await scada.read(f"BGS_5338/{path}")
                    self.assertEqual(value, expected, path)
                [interval] = await scada.watch("BGS_5338/ConfigurationPoints/HeartbeatInterval")
                await interval.value(300)

        return self.play(scenario)

    def test_wholeSession(self) -> Deferred[None]:
        """Each change of a charging session reaches a subscriber with its SourceTimestamp."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            async with self.scada() as scada:
                base = "CP1/Connectors/1/"
                status, active, count, power = await scada.watch(
                    base + "Status",
                    base + "Transaction/Active",
                    base + "LastTransaction/Number",
                    base + "Live/Power",
                )
                begin = datetime.now(UTC).replace(microsecond=0)
                await chargePoint.status(1, "Preparing", timestamp=begin.strftime(TEXT))
                told = await status.value("Preparing")
                self.assertEqual(told.SourceTimestamp, begin)
                self.assertIsNotNone(told.ServerTimestamp)
                number = await chargePoint.begin(1, meterStart=1000)
                await active.value(True)
                self.assertEqual(await scada.read(base + "Transaction/TransactionId"), number)
                await chargePoint.status(1, "Charging")
                await self.charges(chargePoint, scada, number)
                await power.value(11040.0)
                await chargePoint.end(number, 1350)
                await count.value(1)
                await power.value(0.0)
                for path, expected in (
                    ("LastTransaction/Energy", 350.0),
                    ("LastTransaction/StopReason", "Local"),
                    ("Transaction/Active", False),
                ):
                    self.assertEqual(await scada.read(base + path), expected)

        return self.play(scenario)

    async def charges(self, chargePoint: ForeignChargePoint, scada: Scada, number: int) -> None:
        base = "CP1/Connectors/1/"
        current, energy = await scada.watch(base + "Live/CurrentL1", base + "Transaction/Energy")
        for step in range(3):
            # Not before the start of the transaction, which would make it an old value.
            at = datetime.now(UTC)
            at = at.replace(microsecond=at.microsecond // 1000 * 1000)
            stamp = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
            await chargePoint.meter(1, threePhases(10 + step, 1100 + 100 * step), stamp, number)
            told = await current.value(10.0 + step)
            self.assertEqual(told.SourceTimestamp, at)
            await energy.value(100.0 + 100 * step)
        self.assertEqual(await scada.read(base + "MeterValues/Current.Import.L3"), 14.0)
        self.assertEqual(await scada.read(base + "MeterValues/Voltage.L1-N"), 230.1)

    @shows(
        "ClearCache to the charge point",
        "Reset to the charge point",
        "ChangeAvailability to the charge point",
        "UnlockConnector to the charge point",
        "RemoteStartTransaction to the charge point",
        "RemoteStopTransaction to the charge point",
        "TriggerMessage to the charge point",
        "DataTransfer to the charge point",
    )
    def test_methods(self) -> Deferred[None]:
        """Every command method reaches the charge point and returns its word."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            async with self.scada() as scada:
                number_ = await chargePoint.begin(1)
                for method, arguments, action, payload in self.commands(number_):
                    status, outputs = await scada.outcome(f"CP1/{method}", *arguments)
                    word = "Unlocked" if "Unlock" in method else "Accepted"
                    self.assertEqual((status, outputs[0]), ("Good", word), method)
                    asked = [p for a, p in chargePoint.asked if a == action][-1]
                    self.assertEqual(asked, payload, method)

        return self.play(scenario)

    @staticmethod
    def commands(transaction: int) -> list[tuple[str, list[ua.Variant], str, dict[str, Any]]]:
        one = "Connectors/1/"
        return [
            ("ClearCache", [], "ClearCache", {}),
            ("HardReset", [], "Reset", {"type": "Hard"}),
            ("SoftReset", [], "Reset", {"type": "Soft"}),
            (
                one + "DisableConnector",
                [],
                "ChangeAvailability",
                {"connector_id": 1, "type": "Inoperative"},
            ),
            (
                one + "EnableConnector",
                [],
                "ChangeAvailability",
                {"connector_id": 1, "type": "Operative"},
            ),
            (one + "UnlockConnector", [], "UnlockConnector", {"connector_id": 1}),
            (
                one + "RemoteStart",
                [text("TAG7")],
                "RemoteStartTransaction",
                {"connector_id": 1, "id_tag": "TAG7"},
            ),
            (one + "RemoteStop", [], "RemoteStopTransaction", {"transaction_id": transaction}),
            (
                "TriggerMessage",
                [text("Heartbeat"), number(-1)],
                "TriggerMessage",
                {"requested_message": "Heartbeat"},
            ),
            (
                one + "RefreshStatus",
                [],
                "TriggerMessage",
                {"requested_message": "StatusNotification", "connector_id": 1},
            ),
            (
                "RemoteStopTransaction",
                [number(77)],
                "RemoteStopTransaction",
                {"transaction_id": 77},
            ),
            (
                "DataTransfer",
                [text("org.example"), text(""), text("x")],
                "DataTransfer",
                {"vendor_id": "org.example", "data": "x"},
            ),
        ]

    @shows("ChangeConfiguration to the charge point")
    def test_writeConfiguration(self) -> Deferred[None]:
        """Writing a configuration point changes it, and shows what the charge point then says."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            async with self.scada() as scada:
                path = "CP1/ConfigurationPoints/HeartbeatInterval"
                [interval] = await scada.watch(path)
                await interval.value(300)
                status = await scada.write(path, 120, ua.VariantType.Int32)
                self.assertEqual(status, "Good")
                self.assertEqual(chargePoint.keys["HeartbeatInterval"], ("120", False))
                await interval.value(120)

        return self.play(scenario)

    def test_commandVariables(self) -> Deferred[None]:
        """A client that cannot call methods writes true to a command variable."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            async with self.scada() as scada:
                kind = ua.VariantType.Boolean
                status = await scada.write("CP1/Commands/ClearCache", True, kind)
                self.assertEqual((status, chargePoint.asked[-1][0]), ("Good", "ClearCache"))
                self.assertEqual(await scada.read("CP1/Commands/ClearCache"), False)
                await self.startsByVariable(scada, chargePoint)

        return self.play(scenario)

    async def startsByVariable(self, scada: Scada, chargePoint: Any) -> None:
        commands = "CP1/Connectors/1/Commands/"
        status = await scada.write(commands + "IdTag", "TAG9", ua.VariantType.String)
        self.assertEqual(status, "Good")
        status = await scada.write(commands + "RemoteStart", True, ua.VariantType.Boolean)
        self.assertEqual(status, "Good")
        asked = await chargePoint.wasAsked("RemoteStartTransaction")
        self.assertEqual(asked["id_tag"], "TAG9")

    def test_lostLink(self) -> Deferred[None]:
        """A lost link shows as StatusCodes, which notify although no value changed."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            number_ = await chargePoint.begin(1)
            stamp = datetime.now(UTC).strftime(TEXT)
            await chargePoint.meter(1, threePhases(10, 1100), stamp, number_)
            async with self.scada() as scada:
                status, current, connected = await scada.watch(
                    "CP1/Connectors/1/Status", "CP1/Connectors/1/Live/CurrentL1", "CP1/Connected"
                )
                await current.value(10.0)
                chargePoint.drop()
                lost = await status.status("BadNoCommunication")
                self.assertEqual(lost.Value.Value, "Available")
                lost = await current.status("UncertainNoCommunicationLastUsableValue")
                self.assertEqual(lost.Value.Value, 10.0)
                await connected.value(False)
                await self.connect()
                await connected.value(True)
                back = await current.value(10.0)
                self.assertEqual(back.SourceTimestamp.strftime(TEXT), stamp)

        return self.play(scenario)

    def test_beforeTheHardware(self) -> Deferred[None]:
        """Nodes of a known charge point can be bound before it has ever sent their values."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            async with self.scada() as scada:
                [temperature] = await scada.watch("CP1/Connectors/2/MeterValues/Temperature@Body")
                await temperature.status("BadWaitingForInitialData")
                sample = {"value": "31.5", "measurand": "Temperature", "location": "Body"}
                stamp = datetime.now(UTC).strftime(TEXT)
                await chargePoint.meter(2, [{**sample, "unit": "Celsius"}], stamp, 0)
                await temperature.value(31.5)

        return self.play(scenario)


class CompressedSessionTests(GatewayCase):
    """A gateway that takes compression where it is offered."""

    ocpp = "compression = true"

    def test_C17_wholeSession(self) -> Deferred[None]:
        """Somebody else's WebSocket client compresses, and is understood both ways."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            [agreed] = chargePoint.connection.protocol.extensions
            self.assertEqual(agreed.name, "permessage-deflate")
            async with self.scada() as scada:
                await chargePoint.begin(1, "TAG1", 1000)
                self.assertEqual(await scada.read("CP1/Connectors/1/Transaction/IdTag"), "TAG1")
                status, _ = await scada.outcome("CP1/ClearCache")
                self.assertEqual(status, "Good")

        return self.play(scenario)
