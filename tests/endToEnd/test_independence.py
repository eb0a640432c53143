"""Nobody waits for somebody else's charge point."""

from __future__ import annotations

import asyncio

from twisted.internet.defer import Deferred

from tests.endToEnd.gateway import GatewayCase


class IndependenceTests(GatewayCase):
    """While one charge point leaves a command unanswered, everything else goes on."""

    callTimeout = 3.0

    def test_unansweredReset(self) -> Deferred[None]:
        """
        Reads of the same and of another client, and another charge point's method, end before
        the HardReset does that nobody answers.
        """

        async def scenario() -> None:
            silent = await self.connect("CP1")
            await self.connect("CP2")
            silent.silent.add("Reset")
            order: list[str] = []
            async with self.scada() as one, self.scada() as other:

                async def reset() -> str:
                    status, _ = await one.outcome("CP1/HardReset")
                    order.append("reset")
                    return status

                waiting = asyncio.ensure_future(reset())
                await silent.wasAsked("Reset")
                for scada in (one, other):
                    self.assertEqual(await scada.read("CP1/Connected"), True)
                    order.append("read")
                self.assertEqual(await other.outcome("CP2/HardReset"), ("Good", ["Accepted"]))
                order.append("method")
                await silent.status(1, "Preparing")
                self.assertEqual(await other.read("CP1/Connectors/1/Status"), "Preparing")
                order.append("status")
                self.assertFalse(waiting.done())
                self.assertEqual(await waiting, "BadTimeout")
            self.assertEqual(order, ["read", "read", "method", "status", "reset"])

        return self.play(scenario)
