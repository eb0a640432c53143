"""
Everything that a client can do, done by node-opcua to a gateway with a charge point.

Skipped where Node.js is missing, or its packages are: ``make interop`` installs them.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from twisted.internet.defer import Deferred

from ocppgw.access.secrets import Secret, hashPassword, scrypt
from tests.endToEnd.gateway import GatewayCase
from tests.uaserver.pki import CLIENT_URI, Holder, holder, keepChain

HERE = Path(__file__).parent / "opcua"
NODE = shutil.which("node")
MISSING = (
    "Node.js is missing"
    if NODE is None
    else "the packages are missing: run make interop"
    if not (HERE / "node_modules").is_dir()
    else ""
)


class NodeOpcUaCase(GatewayCase):
    """Runs the client."""

    timeout, longest = 300, 240.0
    if MISSING:
        skip = MISSING

    async def steps(self, **settings: Any) -> dict[str, dict[str, Any]]:
        """Run the script; what it told of each step."""
        assert NODE is not None
        # Its certificate goes to a folder of ours instead of the user's.
        environment = {**os.environ, "XDG_CONFIG_HOME": str(self.folder.absolute() / "node")}
        process = await asyncio.create_subprocess_exec(
            NODE,
            str(HERE / "client.js"),
            json.dumps({"url": self.ready.opcua, **settings}),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
        )
        try:
            output, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        lines = [json.loads(line) for line in output.splitlines() if line.startswith(b"{")]
        steps = {line["step"]: line for line in lines}
        self.assertIn("end", steps, steps)
        return steps

    def judge(self, steps: dict[str, dict[str, Any]], least: int) -> None:
        """Was everything done as it ought to be, with so many nodes or more?"""
        self.assertGreater(steps["browse"]["ours"], least)
        self.assertEqual(set(steps["read"]["statuses"]), {"Good", "BadAttributeIdInvalid"})
        self.assertEqual(steps["monitor"]["refused"], [])
        self.assertGreater(steps["monitor"]["monitored"], least // 2)
        self.assertGreater(steps["write"]["statuses"]["Good"], 5)
        allowed = {"Good", "GoodCompletesAsynchronously"}
        self.assertLessEqual(set(steps["write"]["statuses"]), allowed)
        self.assertGreater(steps["call"]["statuses"]["Good"], 10)
        self.assertLessEqual(
            set(steps["call"]["statuses"]), {"Good", "BadInvalidArgument", "BadInvalidState"}
        )
        self.assertEqual(steps["reconnect"]["read"], "Good")
        self.assertEqual(steps["transfer"]["status"], "Good")


class EverythingTests(NodeOpcUaCase):
    def test_everything(self) -> Deferred[None]:
        """
        Every node is browsed, every attribute read, every Variable monitored, every writable
        one written, every method called; the session moves to another connection, and another
        session takes a subscription over.
        """

        async def scenario() -> None:
            await self.connect()
            self.judge(await self.steps(), 500)

        return self.play(scenario)


class SecurityCase(NodeOpcUaCase):
    """A gateway with users that trusts the client."""

    more = f"""
[[users]]
name = "anna"
password = "{hashPassword(Secret("correct horse"), bytes(16), scrypt).text}"
role = "engineer"
[[users]]
name = "scada"
certificate = "user.der"
role = "engineer"
"""
    opcua = 'anonymousLoopback = "none"'

    def startGateway(self) -> Any:
        self.user, self.application = holder("user", uri=None), holder("node")
        (self.folder / "user.der").write_bytes(self.user.der)
        trusted = self.folder / "state" / "pki" / "trusted"
        trusted.mkdir(parents=True)
        (trusted / "node.der").write_bytes(self.application.der)
        return super().startGateway()

    def files(self, who: Holder, name: str) -> dict[str, str]:
        """Certificate and key as the files that Node.js reads."""
        certificate, key = self.folder / f"{name}.crt", self.folder / f"{name}.pem"
        certificate.write_bytes(who.content.public_bytes(Encoding.PEM))
        key.write_bytes(who.keyPem)
        paths = {"certificateFile": certificate, "privateKeyFile": key}
        return {name: str(path.absolute()) for name, path in paths.items()}

    def play_(self, policy: str, mode: str, user: str) -> Deferred[None]:
        """Everything beneath one charge point."""

        async def scenario() -> None:
            await self.connect()
            byName = {"name": "anna", "password": "correct horse"}
            der = {"certificateFile": str((self.folder / "user.der").absolute())}
            steps = await self.steps(
                policy=policy,
                mode=mode,
                user=byName if user == "name" else self.files(self.user, "user") | der,
                applicationUri=CLIENT_URI,
                root="ns=2;s=CP1",
                **self.files(self.application, "node"),
            )
            self.judge(steps, 100)

        return self.play(scenario)


class SecurityTests(SecurityCase):
    """The same under each policy and mode, as each kind of user."""

    def test_basic256Sha256Sign(self) -> Deferred[None]:
        """Basic256Sha256, signed, with a user name."""
        return self.play_("Basic256Sha256", "Sign", "name")

    def test_basic256Sha256(self) -> Deferred[None]:
        """Basic256Sha256, signed and encrypted, with a user's certificate."""
        return self.play_("Basic256Sha256", "SignAndEncrypt", "certificate")

    def test_aes128Sign(self) -> Deferred[None]:
        """Aes128_Sha256_RsaOaep, signed, with a user's certificate."""
        return self.play_("Aes128_Sha256_RsaOaep", "Sign", "certificate")

    def test_aes128(self) -> Deferred[None]:
        """Aes128_Sha256_RsaOaep, signed and encrypted, with a user name."""
        return self.play_("Aes128_Sha256_RsaOaep", "SignAndEncrypt", "name")

    def test_aes256Sign(self) -> Deferred[None]:
        """Aes256_Sha256_RsaPss, signed, with a user name."""
        return self.play_("Aes256_Sha256_RsaPss", "Sign", "name")

    def test_aes256(self) -> Deferred[None]:
        """Aes256_Sha256_RsaPss, signed and encrypted, with a user's certificate."""
        return self.play_("Aes256_Sha256_RsaPss", "SignAndEncrypt", "certificate")


class ChainTests(SecurityCase):
    """A gateway with a certificate of the site's own authority."""

    def startGateway(self) -> Any:
        keepChain(self.folder / "state" / "pki" / "own")
        return super().startGateway()

    def test_chain(self) -> Deferred[None]:
        """The site's own certificate comes with its issuers."""
        return self.play_("Basic256Sha256", "SignAndEncrypt", "name")
