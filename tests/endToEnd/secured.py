"""
A gateway with users and certificates, and clients of others that come by secure channels.

`SecurityCase` knows an operator by her password and an engineer by a certificate.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from asyncua import Client, ua
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256
from asyncua.sync import Client as SyncClient
from twisted.internet.defer import inlineCallbacks

from ocppgw.access.secrets import Secret, hashPassword, scrypt
from tests.endToEnd.gateway import UNWATCHED, GatewayCase
from tests.uaserver.pki import Holder, holder

SIGN_AND_ENCRYPT = ua.MessageSecurityMode.SignAndEncrypt
PASSWORD = "gr\N{LATIN SMALL LETTER U WITH DIAERESIS}n ist die Hoffnung"
HASH = hashPassword(Secret(PASSWORD), bytes(16), scrypt)
VERSION = "/Gateway/Version"


class SecurityCase(GatewayCase):
    """A gateway with users, and a client with certificates."""

    more = f"""
[[users]]
name = "anna"
password = "{HASH.text}"
role = "operator"
[[users]]
name = "scada"
certificate = "user.der"
role = "engineer"
"""

    @inlineCallbacks
    def setUp(self) -> Any:  # type: ignore[override]
        self.application, self.user = holder(), holder("user", uri=None)
        self.place = Path(self.mktemp())
        self.place.mkdir()
        yield super().setUp()

    def startGateway(self) -> Any:
        (self.folder / "user.der").write_bytes(self.user.der)
        return super().startGateway()

    @property
    def pki(self) -> Path:
        """The folders with certificates."""
        return self.folder / "state" / "pki"

    def trust(self) -> None:
        """Trust the client, as a person would."""
        for path in list((self.pki / "rejected").iterdir()):
            path.rename(self.pki / "trusted" / path.name)

    def files(self, who: Holder) -> tuple[str, str]:
        """Certificate and key as files."""
        name = self.place / str(who.content.serial_number)
        certificate, key = name.with_suffix(".der"), name.with_suffix(".pem")
        certificate.write_bytes(who.der)
        key.write_bytes(who.keyPem)
        return str(certificate), str(key)

    async def client(
        self, policy: Any = SecurityPolicyBasic256Sha256, mode: Any = SIGN_AND_ENCRYPT
    ) -> Client:
        """A client of others with its certificate."""
        client = Client(self.ready.opcua, timeout=20, watchdog_intervall=UNWATCHED)
        client.application_uri = holder().content.extensions[0].value[0].value
        await client.set_security(policy, *self.files(self.application), mode=mode)
        return client

    async def version(self, client: Client) -> Any:
        """Connect, read the gateway's version, disconnect."""
        async with client:
            return await client.get_node(ua.NodeId(VERSION, 2)).read_value()

    async def made(self) -> None:
        """Knock once, so that there is a certificate to be trusted, and trust it."""
        try:
            await self.version(await self.client())
        except (ua.UaError, ConnectionError, TimeoutError):
            self.trust()
        else:
            self.fail("an unknown client was let in")

    async def present(self, client: Client, kind: str) -> Client:
        """The client, presenting itself as this kind of user from now on."""
        if kind == "password":
            client.set_user("anna")
            client.set_password(PASSWORD)
        elif kind == "certificate":
            certificate, key = self.files(self.user)
            await client.load_client_certificate(certificate)
            await client.load_private_key(key)
        return client

    def presented(self, policy: Any, kind: str) -> SyncClient:
        """The synchronous client as this kind of user; ``policy`` may be ``None``.  Blocks."""
        client = SyncClient(self.ready.opcua, timeout=30, watchdog_intervall=UNWATCHED)
        if policy is not None:
            client.application_uri = holder().content.extensions[0].value[0].value
            client.set_security(policy, *self.files(self.application), mode=SIGN_AND_ENCRYPT)
        client.tloop.post(self.present(client.aio_obj, kind))
        return client

    async def logIn(self, client: Client, kind: str) -> None:
        """Connect as a user of this kind, who may read."""
        self.assertTrue(await self.version(await self.present(client, kind)))
