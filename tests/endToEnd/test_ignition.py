"""The script for Ignition in the documents, with Ignition's function played by another client."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from asyncua import ua
from twisted.internet.defer import Deferred

from docs.running.blocks import Block
from docs.running.runner import pages
from tests.endToEnd.gateway import GatewayCase, Scada

PATIENCE = 20.0


def script() -> Block:
    """The block that defines ``startCharging``."""
    [page] = [page for page in pages() if page.path == "docs/clients.rst"]
    [block] = [one for one in page.blocks if "def startCharging" in one.text]
    return block


class Ignition:
    """
    ``system.opcua.callMethod`` as Ignition documents it, over a session of asyncua.

    Called in a thread of its own: it blocks, as Ignition's does.
    """

    def __init__(self, scada: Scada) -> None:
        self._scada = scada
        self._loop = asyncio.get_running_loop()
        self.system = SimpleNamespace(opcua=SimpleNamespace(callMethod=self.callMethod))
        self.connections: list[str] = []

    def callMethod(
        self, connection: str, owner: str, method: str, inputs: list[Any]
    ) -> tuple[Any, Any, Any]:
        """Status (number, name, description), those of the inputs, and the outputs."""
        self.connections.append(connection)
        called = asyncio.run_coroutine_threadsafe(self._call(owner, method, inputs), self._loop)
        result = called.result(PATIENCE)
        status = (result.StatusCode.value, result.StatusCode.name, result.StatusCode.doc)
        return status, [], [one.Value for one in result.OutputArguments or []]

    async def _call(self, owner: str, method: str, inputs: list[Any]) -> Any:
        request = ua.CallMethodRequest()
        request.ObjectId, request.MethodId = map(ua.NodeId.from_string, (owner, method))
        request.InputArguments = [ua.Variant(one) for one in inputs]
        [result] = await self._scada.client.uaclient.call([request])
        return result


class IgnitionTests(GatewayCase):
    """What an integrator copies into a project."""

    def test_startCharging(self) -> Deferred[None]:
        """It gives back the charge point's word, or why there is none."""

        async def scenario() -> None:
            chargePoint = await self.connect()
            async with self.scada() as scada:
                ignition = Ignition(scada)
                names: dict[str, Any] = {"system": ignition.system}
                exec(script().text, names)
                start = names["startCharging"]
                self.assertEqual("Accepted", await asyncio.to_thread(start, "CP1", 1, "CARD"))
                payload = await chargePoint.wasAsked("RemoteStartTransaction")
                self.assertEqual(("CARD", 1), (payload["id_tag"], payload["connector_id"]))
                said = await asyncio.to_thread(start, "NOBODY", 1, "CARD")
                self.assertTrue(said.startswith("not sent or not answered: Bad"), said)
                self.assertEqual({"ocppgw"}, set(ignition.connections))

        return self.play(scenario)
