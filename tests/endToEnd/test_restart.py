"""What was decided and what happened is there again after a restart of the gateway."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from asyncua import ua
from ocpp.v16 import call
from twisted.internet.defer import inlineCallbacks

from tests.endToEnd.chargepoint import ForeignChargePoint
from tests.endToEnd.gateway import GatewayCase, text

BASE = "CP1/Connectors/1/"
NEVER = ua.Variant(datetime(1601, 1, 1, tzinfo=UTC), ua.VariantType.DateTime)


class RestartCase(GatewayCase):
    """A gateway that is stopped and started again over the same state."""

    @inlineCallbacks
    def restart(self) -> Any:
        yield self.stopGateway()
        yield self.startGateway()


class IdTagTests(RestartCase):
    """The site's idTags."""

    more = """
[authorization]
default = "Invalid"
[[idTags]]
idTag = "FILED"
parentIdTag = "FAMILY"
"""

    async def answer(self, chargePoint: ForeignChargePoint, idTag: str) -> str:
        """What Authorize is answered."""
        answer = await chargePoint.call(call.Authorize(id_tag=idTag))
        return str(answer.id_tag_info["status"])

    @inlineCallbacks
    def test_changedAtRuntime(self) -> Any:
        """Added, blocked, expired and removed idTags stay so, in whatever case they are asked."""
        past = ua.Variant(datetime.now(UTC) - timedelta(days=1), ua.VariantType.DateTime)
        expected = {
            "new": "Accepted",
            "NEW": "Accepted",
            "Bad": "Blocked",
            "OLD": "Expired",
            "gone": "Invalid",
            "filed": "Blocked",
            "STRANGER": "Invalid",
        }
        kept = {"new": "Accepted", "bad": "Blocked", "old": "Accepted", "filed": "Blocked"}

        async def before() -> None:
            async with self.scada() as scada:
                for idTag, status, expiry, word in (
                    ("New", "Accepted", NEVER, "Added"),
                    ("BAD", "Accepted", NEVER, "Added"),
                    ("bad", "Blocked", NEVER, "Updated"),
                    ("OLD", "Accepted", past, "Added"),
                    ("GONE", "Accepted", NEVER, "Added"),
                ):
                    outcome = await scada.outcome(
                        "/Gateway/AddIdTag", text(idTag), text(status), expiry, text("")
                    )
                    self.assertEqual(outcome, ("Good", [word]), idTag)
                for idTag, word in (("gone", "Removed"), ("gone", "Unknown"), ("FILED", "Removed")):
                    outcome = await scada.outcome("/Gateway/RemoveIdTag", text(idTag))
                    self.assertEqual(outcome, ("Good", [word]), idTag)
            await asked()

        async def asked() -> None:
            chargePoint = await self.connect()
            for idTag, status in expected.items():
                self.assertEqual(await self.answer(chargePoint, idTag), status, idTag)

        async def listed() -> None:
            await asked()
            async with self.scada() as scada:
                code, columns = await scada.outcome("/Gateway/ListIdTags")
                self.assertEqual(code, "Good")
                known = dict(zip([each.lower() for each in columns[0]], columns[1], strict=True))
                self.assertEqual(known, kept)

        yield self.play(before)
        yield self.restart()
        yield self.play(listed)

    @inlineCallbacks
    def test_concurrent(self) -> Any:
        """An idTag that charges still counts as charging after a restart."""

        async def before() -> None:
            await (await self.connect()).begin(1, "FILED")

        async def after() -> None:
            chargePoint = await self.connect()
            at = datetime.now(UTC).isoformat()
            start = call.StartTransaction(
                connector_id=2, id_tag="filed", meter_start=5, timestamp=at
            )
            answer = await chargePoint.call(start)
            told = {"status": "ConcurrentTx", "parent_id_tag": "FAMILY"}
            self.assertEqual(answer.id_tag_info, told)

        yield self.play(before)
        yield self.restart()
        yield self.play(after)


class SettingsTests(RestartCase):
    """What people chose."""

    @inlineCallbacks
    def test_kept(self) -> Any:
        """Name, Description and Enabled, and what the charge point is, are there at once."""

        async def before() -> None:
            await self.connect()
            async with self.scada() as scada:
                kinds = ua.VariantType
                for path, value, kind in (
                    ("CP1/Name", "Gate", kinds.String),
                    ("CP1/Description", "Left of the gate", kinds.String),
                    ("CP1/Enabled", False, kinds.Boolean),
                ):
                    self.assertEqual(await scada.write(path, value, kind), "Good")

        async def after() -> None:
            async with self.scada() as scada:
                for path, value in (
                    ("CP1/Name", "Gate"),
                    ("CP1/Description", "Left of the gate"),
                    ("CP1/Enabled", False),
                    ("CP1/SerialNumber", "SN-1"),
                    ("CP1/Connected", False),
                ):
                    self.assertEqual(await scada.read(path), value, path)
                    self.assertEqual(await scada.quality(path), "Good", path)

        yield self.play(before)
        yield self.restart()
        yield self.play(after)


class TransactionTests(RestartCase):
    """Transactions outlive the gateway."""

    @inlineCallbacks
    def test_runningAndLast(self) -> Any:
        """The running one goes on, the last one is shown, and no id is given twice."""
        given: list[int] = []
        began: list[str] = []

        async def before() -> None:
            chargePoint = await self.connect()
            given.append(await chargePoint.begin(1, meterStart=100))
            await chargePoint.end(given[0], 900)
            # Not before the end of the first one, however slow the machine is: it would be history.
            began.append(datetime.now(UTC).isoformat())
            given.append(await chargePoint.begin(1, meterStart=900, timestamp=began[0]))

        async def after() -> None:
            async with self.scada() as scada:
                for path, value in (
                    ("Transaction/Active", True),
                    ("Transaction/TransactionId", given[1]),
                    ("LastTransaction/TransactionId", given[0]),
                    ("LastTransaction/Energy", 800.0),
                    ("LastTransaction/Number", 1),
                ):
                    self.assertEqual(await scada.read(BASE + path), value, path)
                chargePoint = await self.connect()
                again = await chargePoint.begin(1, meterStart=900, timestamp=began[0])
                self.assertEqual(again, given[1])
                self.assertGreater(await chargePoint.begin(2), given[1])
                await chargePoint.end(given[1], 1000)
                self.assertEqual(await scada.read(BASE + "LastTransaction/Energy"), 100.0)
                self.assertEqual(await scada.read(BASE + "LastTransaction/Number"), 2)

        yield self.play(before)
        yield self.restart()
        yield self.play(after)
