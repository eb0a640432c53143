"""Users in the store with a real client of others: made, changed and refused while all runs."""

from __future__ import annotations

import asyncio
import io
from typing import Any

from asyncua import Client, ua
from twisted.internet.defer import inlineCallbacks

from ocppgw.admin.passwd import run
from ocppgw.admin.terminal import Terminal
from ocppgw.gateway.service import DATABASE
from ocppgw.store.alterations import alter
from tests.endToEnd.gateway import GatewayCase, ScadaContext

SOON = 15.0
"""Seconds in which a change of users has long taken effect: a bound, not a measurement."""


class UserTests(GatewayCase):
    """A gateway that only users may look at, one of them in the store."""

    opcua = 'anonymousLoopback = "none"'

    def startGateway(self) -> Any:
        self.passwd("add", "scada", "observer")
        return super().startGateway()

    def passwd(self, *arguments: str) -> None:
        """Run ``ocppgw-passwd``; blocks for a hash."""
        out, err = io.StringIO(), io.StringIO()
        terminal = Terminal(io.StringIO("correct horse\n"), out, err)
        status = run(["--state", str(self.folder / "state"), *arguments], terminal)
        self.assertEqual((status, err.getvalue()), (0, ""))

    def logIn(self, password: str = "correct horse") -> ScadaContext:
        return ScadaContext(self.ready.opcua, "scada", password)

    async def role(self, client: Client) -> bool:
        """May this session add charge points?"""
        node = client.get_node(ua.NodeId("/Gateway/AddChargePoint", 2))
        value = await node.read_attribute(ua.AttributeIds.UserExecutable)
        return bool(value.Value.Value)

    async def untilEnded(self, client: Client) -> None:
        """Until the session is over: then the Publish request that waits is refused."""
        parameters = ua.CreateSubscriptionParameters(RequestedPublishingInterval=1_000)
        await client.create_subscription(parameters, None)
        with self.assertRaises((ua.uaerrors.BadSessionClosed, ua.uaerrors.BadSessionIdInvalid)):
            async with asyncio.timeout(SOON):
                while True:
                    await client.uaclient.publish([])

    def audit(self) -> list[tuple[str, str, str, str]]:
        """The audit trail: what, by whom, how it ended and why."""

        def read(cursor: Any) -> list[Any]:
            cursor.execute("SELECT name, user, status, detail FROM command ORDER BY id")
            found: list[Any] = cursor.fetchall()
            return found

        return alter(self.folder / "state" / DATABASE, read)

    @inlineCallbacks
    def test_changedAtRuntime(self) -> Any:
        """
        A user of the store may come in; a change of role ends the session, and holds from the
        next log-in on; once removed the same user is refused.
        """

        async def scenario() -> None:
            async with self.logIn() as scada:
                self.assertFalse(await self.role(scada.client))
                await asyncio.to_thread(self.passwd, "set-role", "scada", "engineer")
                await self.untilEnded(scada.client)
            async with self.logIn() as scada:
                self.assertTrue(await self.role(scada.client))
                await asyncio.to_thread(self.passwd, "remove", "scada")
                await self.untilEnded(scada.client)
            with self.assertRaises(ua.uaerrors.BadIdentityTokenRejected):
                async with self.logIn():
                    pass

        yield self.play(scenario)

    @inlineCallbacks
    def test_audited(self) -> Any:
        """Log-ins, accepted and refused, and what a role does not allow stay in the audit trail."""

        async def scenario() -> None:
            with self.assertRaises(ua.uaerrors.BadIdentityTokenRejected):
                async with self.logIn("battery staple"):
                    pass
            async with self.logIn() as scada:
                outcome = await scada.outcome("/Gateway/RemoveChargePoint")
                self.assertEqual(outcome[0], "BadUserAccessDenied")

        yield self.play(scenario)
        yield self.stopGateway()
        told = self.audit()
        wrong = ("LogIn", "scada", "BadIdentityTokenRejected", "unknown user or wrong password")
        self.assertIn(wrong, told)
        self.assertIn(("LogIn", "scada", "Accepted", ""), told)
        [denied] = [one for one in told if one[0] == "Call"]
        self.assertEqual(denied[1:3], ("scada", "BadUserAccessDenied"))
        self.assertIn("/Gateway/RemoveChargePoint", denied[3])
        self.assertNotIn("battery", f"{told}")
