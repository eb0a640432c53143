"""The client of the quick start, against a whole gateway."""

from __future__ import annotations

from contextlib import redirect_stdout
from io import StringIO

from twisted.internet.defer import Deferred

from docs.examples import watch as example
from tests.endToEnd.gateway import GatewayCase


class QuickStartTests(GatewayCase):
    """What a newcomer copies."""

    def test_watch(self) -> Deferred[None]:
        """The program shows each charge point, its changes, and how its command ended."""

        async def scenario() -> None:
            chargePoint = await self.connect("DEMO_1")
            said = StringIO()
            async with self.scada() as scada:
                with redirect_stdout(said):
                    [connector] = await example.connectors(scada.client)
                    await example.watch(scada.client, connector, 0)
            self.assertIn("DEMO_1 (Model F): connector 1 is Available\n", said.getvalue())
            self.assertIn("RemoteStart: Accepted\n", said.getvalue())
            payload = await chargePoint.wasAsked("RemoteStartTransaction")
            self.assertEqual(1, payload["connector_id"])

        return self.play(scenario)

    def test_watched(self) -> Deferred[None]:
        """What it watches are variables of every connector."""

        async def scenario() -> None:
            await self.connect("DEMO_1")
            async with self.scada() as scada:
                for path in example.WATCHED:
                    quality = await scada.quality(f"DEMO_1/Connectors/1/{path}")
                    self.assertIn(quality, ("Good", "BadWaitingForInitialData"), path)

        return self.play(scenario)
