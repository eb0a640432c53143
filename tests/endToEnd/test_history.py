"""The past of a charge point, read by somebody else's OPC UA client, across restarts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from asyncua import ua
from twisted.internet.defer import inlineCallbacks

from tests.conformance import shows
from tests.endToEnd.chargepoint import TEXT, ForeignChargePoint
from tests.endToEnd.gateway import GatewayCase, Scada, text

BASE = "CP1/Connectors/1/"
REGISTER = BASE + "MeterValues/Energy.Active.Import.Register"


def register(energy: int) -> list[dict[str, Any]]:
    return [{"value": str(energy), "unit": "Wh"}]


async def past(scada: Scada, path: str, start: Any, end: Any, most: int = 0) -> list[Any]:
    """The raw values of a node as value and SourceTimestamp."""
    values = await scada.node(path).read_raw_history(start, end, most, return_bounds=False)
    return [(each.Value.Value, each.SourceTimestamp) for each in values]


class HistoryTests(GatewayCase):
    """HistoryRead of measurements and states."""

    def setUp(self) -> Any:
        self.begin = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=4)
        return super().setUp()

    def moment(self, minutes: int) -> datetime:
        return self.begin + timedelta(minutes=minutes)

    @inlineCallbacks
    def restart(self) -> Any:
        """Stop the gateway and start it again over the same state."""
        yield self.stopGateway()
        yield self.startGateway()

    async def replays(self, chargePoint: ForeignChargePoint, minutes: range) -> None:
        """What it kept while it was offline: a value each minute."""
        for minute in minutes:
            at = self.moment(minute).strftime(TEXT)
            await chargePoint.meter(1, register(1000 + minute), at, -1)

    @shows("Historical Access Read Raw")
    @inlineCallbacks
    def test_acrossARestart(self) -> Any:
        """Live values, an offline backlog and what came before a restart are one series."""
        expected = [(1000.0 + minute, self.moment(minute)) for minute in range(20)]

        async def before() -> None:
            chargePoint = await self.connect()
            await self.replays(chargePoint, range(10, 20))
            await self.replays(chargePoint, range(5))

        async def after() -> None:
            chargePoint = await self.connect()
            await chargePoint.meter(1, register(5000), datetime.now(UTC).strftime(TEXT), -1)
            await self.replays(chargePoint, range(5, 10))
            async with self.scada() as scada:
                self.assertEqual(await scada.read(REGISTER), 5000.0)
                span = (self.begin, self.moment(60))
                self.assertEqual(await past(scada, REGISTER, *span), expected)
                self.assertEqual(
                    await past(scada, REGISTER, span[1], self.moment(-1)), expected[::-1]
                )
                self.assertEqual(await past(scada, BASE + "Live/Energy", *span), expected)
                first = await past(scada, REGISTER, self.begin, None, 3)
                self.assertEqual(first, expected[:3])
                last = await past(scada, REGISTER, None, self.moment(60), 2)
                self.assertEqual(last, expected[:-3:-1])

        yield self.play(before)
        yield self.restart()
        yield self.play(after)

    @shows("HistoryRead")
    @inlineCallbacks
    def test_pages(self) -> Any:
        """A client goes through a series page by page, and gives up when it likes."""

        async def scenario() -> None:
            await self.replays(await self.connect(), range(10))
            async with self.scada() as scada:
                details = ua.ReadRawModifiedDetails()
                details.StartTime, details.EndTime = self.begin, self.moment(60)
                details.NumValuesPerNode = 4
                details.IsReadModified = details.ReturnBounds = False
                node, found, point = scada.node(REGISTER), [], None
                while True:
                    result = await node.history_read(details, point)
                    result.StatusCode.check()
                    found.append([each.Value.Value for each in result.HistoryData.DataValues])
                    point = result.ContinuationPoint
                    if point is None:
                        break
                self.assertEqual([len(page) for page in found], [4, 4, 2])
                values = [value for page in found for value in page]
                self.assertEqual(values, [1000.0 + minute for minute in range(10)])

        yield self.play(scenario)

    @inlineCallbacks
    def test_states(self) -> Any:
        """Status and ErrorCode have a history, each event at its own time."""

        async def before() -> None:
            chargePoint = await self.connect()
            for minute, status in ((1, "Preparing"), (3, "SuspendedEV"), (2, "Charging")):
                at = self.moment(minute).strftime(TEXT)
                await chargePoint.status(1, status, timestamp=at)

        async def after() -> None:
            async with self.scada() as scada:
                span = (self.begin, self.moment(60))
                found = await past(scada, BASE + "Status", *span)
                words = ["Preparing", "Charging", "SuspendedEV"]
                self.assertEqual(
                    found, [(word, self.moment(i + 1)) for i, word in enumerate(words)]
                )
                errors = await past(scada, BASE + "ErrorCode", *span)
                self.assertEqual({value for value, _ in errors}, {"NoError"})
                self.assertEqual(await scada.quality(BASE + "Status"), "BadNoCommunication")

        yield self.play(before)
        yield self.restart()
        yield self.play(after)

    @inlineCallbacks
    def test_attributes(self) -> Any:
        """Clients see which variables have a history, and that others have none."""

        async def scenario() -> None:
            await self.connect()
            async with self.scada() as scada:
                for path, has in ((REGISTER, True), (BASE + "Status", True), ("CP1/Name", False)):
                    node = scada.node(path)
                    historizing = await node.read_attribute(ua.AttributeIds.Historizing)
                    self.assertEqual(historizing.Value.Value, has, path)
                    level = await node.get_access_level()
                    self.assertEqual(ua.AccessLevel.HistoryRead in level, has, path)

        yield self.play(scenario)

    @inlineCallbacks
    def test_hardwareSwap(self) -> Any:
        """New hardware under the old name goes on with its history."""

        async def before() -> None:
            await self.replays(await self.connect(), range(2))
            async with self.scada() as scada:
                outcome = await scada.outcome(
                    "/Gateway/ReplaceChargePoint", text("CP1"), text("NEW-1")
                )
                self.assertEqual(outcome, ("Good", ["Replaced"]))

        async def after() -> None:
            await self.replays(await self.connect("NEW-1"), range(2, 4))
            async with self.scada() as scada:
                found = await past(scada, REGISTER, self.begin, self.moment(60))
                self.assertEqual([value for value, _ in found], [1000.0, 1001.0, 1002.0, 1003.0])
                self.assertEqual(await scada.read("CP1/OcppIdentifier"), "NEW-1")

        yield self.play(before)
        yield self.restart()
        yield self.play(after)
