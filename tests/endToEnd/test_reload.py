"""SIGHUP: what the operator changes in the files takes effect in the running process."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from asyncua import Client
from ocpp.v16 import call
from twisted.internet.defer import Deferred, inlineCallbacks

from ocppgw.access.secrets import Secret, hashPassword, scrypt
from tests.endToEnd.chargepoint import ForeignChargePoint, callIn
from tests.endToEnd.gateway import UNWATCHED, Scada, ScadaContext
from tests.endToEnd.test_process import PORTS, ProcessCase
from tests.uaserver.pki import holder

Steps = Generator[Deferred[Any], Any, None]

BEFORE = """
[log]
repeatInterval = 0
[ocpp]
heartbeatInterval = 300
[authorization]
default = "Invalid"
[[idTags]]
idTag = "KNOWN"
"""

AFTER = """
[log]
repeatInterval = 0
format = "json"
[ocpp]
heartbeatInterval = 77
maxMessageSize = 5000
[authorization]
default = "Invalid"
[[idTags]]
idTag = "NEW"
[[chargePoints]]
identity = "CP9"
connectors = 2
[[users]]
name = "anna"
role = "observer"
password = "%s"
[[users]]
name = "carla"
certificate = "carla.der"
"""


async def interval(chargePoint: ForeignChargePoint) -> int:
    """What BootNotification is answered with."""
    boot = call.BootNotification(charge_point_vendor="Foreign", charge_point_model="Model F")
    return int((await chargePoint.call(boot)).interval)


async def authorized(chargePoint: ForeignChargePoint, idTag: str) -> str:
    """What Authorize is answered with."""
    return str((await chargePoint.call(call.Authorize(id_tag=idTag))).id_tag_info["status"])


class ReloadTests(ProcessCase):
    """A process, its file, and the signal."""

    @inlineCallbacks
    def test_reload(self) -> Steps:
        """Charge points and SCADA meet the new file at once; the log names what has to wait."""
        file = self.folder / "site.toml"
        file.write_text(BEFORE)
        process = self.run_(*PORTS, "--config", "site.toml")
        ready = yield process.ready
        foreign = self.foreign()
        yield foreign.run(self.before(ready))
        self.carla = holder("carla", uri=None)
        (self.folder / "carla.der").write_bytes(self.carla.der)
        (self.folder / "carla.pem").write_bytes(self.carla.keyPem)
        file.write_text(AFTER % hashPassword(Secret("correct horse"), bytes(16), scrypt).text)
        process.signal("HUP")
        line = yield process.line("Configuration read again")
        for part in ("ocpp.heartbeatInterval", "idTags[KNOWN] removed", "chargePoints[CP9] added"):
            self.assertIn(part, line)
        waiting = yield process.line("A restart is needed for")
        self.assertIn("ocpp.maxMessageSize 1048576 -> 5000", waiting)
        self.assertTrue(waiting.startswith("{"), "the log's format changed, too")
        yield foreign.run(self.after(ready))
        process.signal("TERM")
        yield process.ended
        self.assertNotIn("Traceback", process.said)

    async def before(self, ready: tuple[str, ...]) -> None:
        chargePoint = await callIn(ready[0], "CP1")
        self.assertEqual(await interval(chargePoint), 300)
        self.assertEqual(await authorized(chargePoint, "KNOWN"), "Accepted")
        self.assertEqual(await authorized(chargePoint, "NEW"), "Invalid")
        await chargePoint.close()

    async def after(self, ready: tuple[str, ...]) -> None:
        chargePoint = await callIn(ready[0], "CP1")
        self.assertEqual(await interval(chargePoint), 77)
        self.assertEqual(await authorized(chargePoint, "KNOWN"), "Invalid")
        self.assertEqual(await authorized(chargePoint, "NEW"), "Accepted")
        await chargePoint.close()
        async with ScadaContext(ready[1]) as scada:
            self.assertEqual(await scada.read("CP9/OcppIdentifier"), "CP9")
        async with ScadaContext(ready[1], "anna", "correct horse") as scada:
            self.assertEqual(await scada.read("CP9/OcppIdentifier"), "CP9")
        client = Client(ready[1], timeout=20, watchdog_intervall=UNWATCHED)
        await client.load_client_certificate(str(self.folder / "carla.der"))
        await client.load_private_key(str(self.folder / "carla.pem"))
        async with client:
            self.assertEqual(await Scada(client).read("CP9/OcppIdentifier"), "CP9")

    @inlineCallbacks
    def test_badFile(self) -> Steps:
        """A file with a mistake changes nothing; one line says where it is, and SCADA sees it."""
        file = self.folder / "site.toml"
        file.write_text(BEFORE)
        process = self.run_(*PORTS, "--config", "site.toml")
        ready = yield process.ready
        file.write_text(BEFORE + "\n[[users]]\nname = 3\n")
        process.signal("HUP")
        line = yield process.line("was not read again")
        self.assertIn("users[1].name", line)
        yield self.foreign().run(self.before(ready))
        yield self.foreign().run(self.shown(ready))

    async def shown(self, ready: tuple[str, ...]) -> None:
        async with ScadaContext(ready[1]) as scada:
            [seen] = await scada.watch("/Gateway/ConfigurationStatus")
            value = await seen.until(lambda one: "not read again" in str(one.Value.Value))
            self.assertIn("users[1].name", value.Value.Value)
