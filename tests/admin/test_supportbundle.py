"""``ocppgw-admin support-bundle``."""

from __future__ import annotations

import io
import json
import tarfile
import tomllib
from typing import Any

from ocppgw.access.secrets import Cost, Secret, hashPassword, scrypt
from ocppgw.admin.masking import Masking, withoutPersons
from ocppgw.admin.places import placeOf
from ocppgw.admin.supportbundle import run
from ocppgw.admin.terminal import Terminal
from tests.admin.support import AUTHORIZATION_KEY, CHARGE_POINT_HASH, INITIAL, AdminCase

USER_HASH = hashPassword(
    Secret("correct horse"), bytes(16), lambda p, salt, cost: scrypt(p, salt, Cost(10))
).text
PEM = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n-----END PRIVATE KEY-----\n"
CONFIGURATION = f"""
# the password is correct-horse-in-a-comment
[log]
file = "gateway.log"
[[users]]
name = "anna"
password = "{USER_HASH}"
[[idTags]]
idTag = "PERSONAL1"
"""
LOG = f"""2026-03-01T12:00:00Z info x: the initial password is {INITIAL}
2026-03-01T12:00:00Z info x: ws://CP1:opensesame@host/ and Authorization: Basic Q1AxOm9wZW4=
2026-03-01T12:00:00Z info x: {CHARGE_POINT_HASH} {AUTHORIZATION_KEY} password=hunter2 end
{PEM}
"""
FRAME = '[2,"1","ChangeConfiguration",{"key":"AuthorizationKey","value":"deadbeefdeadbeef"}]'
SECRETS = (
    *(USER_HASH, CHARGE_POINT_HASH, AUTHORIZATION_KEY, INITIAL, "correct-horse-in-a-comment"),
    *("opensesame", "Q1AxOm9wZW4", "hunter2", "MIIEvQIBADAN", "deadbeefdeadbeef", "PERSONAL1"),
)


class BundleTests(AdminCase):
    """What somebody elsewhere needs, and nothing that he must not have."""

    def setUp(self) -> None:
        super().setUp()
        self.live()
        (self.state / "pki" / "own" / "key.pem").write_text(PEM)
        (self.folder / "gateway.log").write_text(LOG)
        self.target = self.folder / "bundle.tar.gz"

    def configuration(self) -> str:
        return super().configuration() + CONFIGURATION

    def fetch(self, path: str) -> Any:
        """A console that answers."""
        if path.endswith("/frames"):
            authorize = '[2,"2","Authorize",{"idTag":"PERSONAL1"}]'
            return {"frames": [{"text": FRAME}, {"text": authorize}]}
        return {"chargePoints": [{"nodeName": "CP1"}]}

    def files(self, fetch: Any = None) -> dict[str, str]:
        options = {"file": self.target, "log": None}
        place = placeOf({"config": str(self.file), "state": None})
        terminal = Terminal(io.StringIO(), io.StringIO(), io.StringIO())
        self.assertEqual(run(options, place, terminal, fetch or self.fetch), 0)
        with tarfile.open(self.target) as tar:
            return {one.name: tar.extractfile(one).read().decode() for one in tar}  # type: ignore[union-attr]

    def test_noSecret(self) -> None:
        """No secret of the state folder, the configuration, the log or a frame is in any file."""
        files = self.files()
        for name, text in files.items():
            for secret in SECRETS:
                self.assertNotIn(secret, text, name)
        self.assertEqual(self.target.stat().st_mode & 0o777, 0o600)

    def test_content(self) -> None:
        """Versions, configuration, check, database, log and frames are there, and can be read."""
        files = self.files()
        self.assertEqual(json.loads(files["database.json"])["rows"]["charge_transaction"], 2)
        self.assertIn("ocppgw", json.loads(files["versions.json"])["packages"])
        configuration = tomllib.loads(files["configuration.toml"])
        anna = {"name": "anna", "password": "***", "role": "observer"}
        self.assertEqual(configuration["users"], [anna])
        self.assertEqual(configuration["ocpp"]["listen"], ["tcp:0"])
        self.assertIn("database: ", files["check.txt"])
        self.assertIn("info x: ws://***@host/", files["log.txt"])
        self.assertIn("ChangeConfiguration", files["frames.json"])

    def test_withoutConsole(self) -> None:
        """What cannot be had is named, and prevents nothing."""

        def nobody(path: str) -> Any:
            raise OSError("connection refused")

        (self.folder / "gateway.log").unlink()
        files = self.files(nobody)
        self.assertIn("not to be had", files["frames.json"])
        self.assertIn("not to be had", files["log.txt"])

    def test_corruptDatabase(self) -> None:
        """It works above all where the database does not."""
        (self.state / "ocppgw.sqlite3").write_bytes(b"nothing of the kind" * 100)
        files = self.files()
        self.assertIn("not a database", files["database.json"])
        self.assertIn("bad  database", files["check.txt"])

    def test_script(self) -> None:
        """By the command line, with the console off."""
        self.assertEqual(self.admin("support-bundle", str(self.target)), 0, self.complained)
        self.assertEqual(self.admin("support-bundle", str(self.target)), 1)


class MaskingTests(AdminCase):
    """Single texts."""

    def test_harmless(self) -> None:
        """What is no secret stays."""
        for text in ("ocpp.listen tcp:8887", '{"key":"HeartbeatInterval","value":"300"}', "a:b"):
            self.assertEqual(Masking()(text), text)

    def test_escaped(self) -> None:
        """JSON inside JSON is masked, too."""
        text = json.dumps({"text": FRAME})
        self.assertNotIn("deadbeef", Masking()(text))
        self.assertNotIn("TAG1", withoutPersons(json.dumps({"text": '{"idTag":"TAG1"}'})))
