"""
Security with a real client of others: policies, modes, users, and trust by moving a file.
"""

from __future__ import annotations

import asyncio
from hashlib import sha1
from typing import Any
from urllib.request import Request, urlopen

from asyncua import Client, ua
from asyncua.crypto import security_policies as policies
from twisted.internet.defer import inlineCallbacks

from tests.conformance import shows
from tests.endToEnd.secured import PASSWORD, SIGN_AND_ENCRYPT, VERSION, SecurityCase
from tests.uaserver.pki import chained, holder, keepChain

POLICIES = (
    policies.SecurityPolicyBasic256Sha256,
    policies.SecurityPolicyAes128Sha256RsaOaep,
    policies.SecurityPolicyAes256Sha256RsaPss,
)
MODES = (ua.MessageSecurityMode.Sign, SIGN_AND_ENCRYPT)


class PolicyTests(SecurityCase):
    @shows(
        "SecurityPolicy Basic256Sha256",
        "SecurityPolicy Aes128-Sha256-RsaOaep",
        "SecurityPolicy Aes256-Sha256-RsaPss",
    )
    def test_everyPolicyAndMode(self) -> Any:
        """Each offered policy works in both modes, once the client's file was moved."""

        async def scenario() -> None:
            await self.made()
            for policy in POLICIES:
                for mode in MODES:
                    self.assertTrue(await self.version(await self.client(policy, mode)))

        return self.play(scenario)

    @shows("Security User Anonymous", "Security User Name Password", "Security User X509")
    def test_everyUser(self) -> Any:
        """Passwords and certificates of users work under every policy, and without security."""

        async def scenario() -> None:
            await self.made()
            for policy in (*POLICIES, None):
                for kind in ("password", "certificate"):
                    client = Client(self.ready.opcua, timeout=20)
                    if policy is not None:
                        client = await self.client(policy)
                    await self.logIn(client, kind)

        return self.play(scenario)

    def test_wrongUsers(self) -> Any:
        """A wrong password, an unknown user and a stranger's certificate are refused alike."""

        async def scenario() -> None:
            for name, password in (("anna", "wrong"), ("nobody", PASSWORD), ("scada", "x")):
                client = Client(self.ready.opcua, timeout=20)
                client.set_user(name)
                client.set_password(password)
                with self.assertRaises(ua.uaerrors.BadIdentityTokenRejected):
                    await self.version(client)
            self.user = holder("stranger")
            with self.assertRaises(ua.uaerrors.BadIdentityTokenRejected):
                await self.logIn(Client(self.ready.opcua, timeout=20), "certificate")

        return self.play(scenario)


class ChainTests(SecurityCase):
    """The site's own certificate was issued by an authority beneath another one."""

    def startGateway(self) -> Any:
        if not (self.pki / "own").exists():
            keepChain(self.pki / "own")
        return super().startGateway()

    def test_chain(self) -> Any:
        """Clients get the whole chain, and connect with each policy and as each kind of user."""

        async def scenario() -> None:
            leaf, issuers = chained()
            chain = b"".join(each.der for each in (leaf, *issuers))
            endpoints = await Client(self.ready.opcua).connect_and_get_server_endpoints()
            self.assertEqual({each.ServerCertificate for each in endpoints}, {chain})
            await self.made()
            for policy in POLICIES:
                for kind in ("password", "certificate"):
                    await self.logIn(await self.client(policy), kind)

        return self.play(scenario)


class DistrustTests(SecurityCase):
    """A console beside it, in which certificates are decided about."""

    web = "tcp:0:interface=127.0.0.1"

    def rejects(self) -> int:
        """Reject the client's certificate, as a program on this machine would."""
        url = f"{self.ready.web}api/v1/opcua/certificates/{sha1(self.application.der).hexdigest()}"
        head = {"Content-Type": "application/json"}
        request = Request(url, b'{"trusted": false}', head, method="PUT")
        with urlopen(request, timeout=20) as answer:
            return int(answer.status)

    def test_cut(self) -> Any:
        """Rejecting a certificate cuts off who is connected with it, and nobody else."""

        async def scenario() -> None:
            await self.made()
            client, beside = await self.client(), Client(self.ready.opcua, timeout=20)
            async with beside:
                await client.connect()
                node = client.get_node(ua.NodeId(VERSION, 2))
                self.assertTrue(await node.read_value())
                self.assertEqual(await asyncio.to_thread(self.rejects), 200)
                with self.assertRaises((ua.UaError, ConnectionError)):
                    while await node.read_value():
                        pass
                with self.assertRaises((ua.UaError, ConnectionError)):
                    await self.version(await self.client())
                self.assertTrue(await beside.get_node(ua.NodeId(VERSION, 2)).read_value())

        return self.play(scenario)


class IdentityTests(SecurityCase):
    @inlineCallbacks
    def test_restart(self) -> Any:
        """A restart keeps the certificate, and whom we trust; Gateway shows when it ends."""
        own = self.pki / "own" / "certificate.der"
        before = own.read_bytes()
        yield self.play(self.made)
        yield self.stopGateway()
        yield self.startGateway()
        self.assertEqual(own.read_bytes(), before)

        async def scenario() -> None:
            client = await self.client()
            async with client:
                node = client.get_node(ua.NodeId("/Gateway/CertificateExpiry", 2))
                shown = await node.read_data_value()
                self.assertGreater(shown.Value.Value.year, 2026)
                self.assertTrue(shown.StatusCode.is_good())

        yield self.play(scenario)

    def test_endpoints(self) -> Any:
        """Strict clients find the dialled host and our ApplicationUri in the certificate."""

        async def scenario() -> None:
            endpoints = await Client(self.ready.opcua).connect_and_get_server_endpoints()
            self.assertEqual(len(endpoints), 7)
            certificate = (self.pki / "own" / "certificate.der").read_bytes()
            for endpoint in endpoints:
                self.assertEqual(endpoint.ServerCertificate, certificate)
                self.assertIn(endpoint.Server.ApplicationUri.encode(), certificate)
            self.assertIn(bytes([127, 0, 0, 1]), certificate)

        return self.play(scenario)
