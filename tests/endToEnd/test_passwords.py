"""Passwords of charge points: the command line, the charge point and SCADA change the same one."""

from __future__ import annotations

import io
from typing import Any

from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.threads import deferToThread
from twisted.logger import capturedLogs
from websockets.exceptions import InvalidStatus

from ocppgw.admin.chargepoint import run
from ocppgw.admin.terminal import Terminal
from tests.endToEnd.chargepoint import ForeignChargePoint, callIn
from tests.endToEnd.gateway import GatewayCase, text

NEW = "00112233445566778899aabbccddeeff"
CHANGE = "CP1/ChangeConfiguration"


class PasswordTests(GatewayCase):
    """A gateway with a plain listener and one that asks for passwords."""

    more = '[[ocpp.listeners]]\nendpoint = "tcp:0:interface=127.0.0.1"\nsecurityProfile = 1\n'

    def tool(self, *arguments: str) -> Deferred[str]:
        """Run the command line beside the gateway; the password that it printed."""

        def work() -> str:
            out = io.StringIO()
            state = str(self.folder / "state")
            run(["--state", state, *arguments], Terminal(io.StringIO(), out, out))
            return out.getvalue().partition("password: ")[2].strip().splitlines()[0]

        return deferToThread(work)

    async def callInWith(self, password: str) -> ForeignChargePoint:
        url = self.ready.ocpp[1].replace("ws://", f"ws://CP1:{password}@")
        chargePoint = await callIn(url, "CP1")
        self.chargePoints.append(chargePoint)
        return chargePoint

    async def refused(self, password: str) -> None:
        try:
            await self.callInWith(password)
        except InvalidStatus as error:
            self.assertEqual(error.response.status_code, 401)
        else:
            raise self.failureException("was let in")

    @inlineCallbacks
    def test_commandLine(self) -> Any:
        """A password that is set while the gateway runs opens the door at once, and only it."""
        yield self.play(lambda: self.refused("anything"))
        first = yield self.tool("set-password", "CP1")
        yield self.play(lambda: self.connects(first))
        second = yield self.tool("set-password", "CP1")
        yield self.play(lambda: self.refused(first))
        yield self.play(lambda: self.connects(second))

    async def connects(self, password: str) -> None:
        chargePoint = await self.callInWith(password)
        await chargePoint.boot()

    @inlineCallbacks
    def test_073_throughScada(self) -> Any:
        """A new AuthorizationKey that the charge point accepts is the one from then on."""
        first = yield self.tool("set-password", "CP1")
        with capturedLogs() as events:
            yield self.play(lambda: self.changes(first))
        self.assertNotIn(NEW, repr(events))
        self.assertNotIn(first, repr(events))

    async def changes(self, first: str) -> None:
        chargePoint = await self.callInWith(first)
        await chargePoint.boot()
        await chargePoint.status(0, "Available")
        await chargePoint.wasAsked("GetConfiguration")
        async with self.scada() as scada:
            status, _ = await scada.outcome(CHANGE, text("AuthorizationKey"), text(NEW))
            self.assertEqual(status, "Good")
            for node in ("ConfigurationPoints/AuthorizationKey", "LastCommandDetail"):
                self.assertNotEqual(await scada.read(f"CP1/{node}"), NEW)
        await self.refused(first)
        await self.callInWith(NEW)

    @inlineCallbacks
    def test_083_noWayBack(self) -> Any:
        """Having shown a password once, a charge point is not taken without on the plain port."""
        password = yield self.tool("set-password", "CP1")
        yield self.play(lambda: self.connects(password))
        yield self.play(self.plainIsRefused)
        yield self.stopGateway()
        yield self.startGateway()
        yield self.play(self.plainIsRefused)

    async def plainIsRefused(self) -> None:
        try:
            await callIn(self.ready.ocpp[0], "CP1")
        except InvalidStatus as error:
            self.assertEqual(error.response.status_code, 403)
        else:
            raise self.failureException("was let in")
