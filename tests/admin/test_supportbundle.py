"""``ocppgw-admin support-bundle``."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path
from typing import Any

from ocppgw.access.secrets import Cost, Secret, hashPassword, scrypt
from ocppgw.admin.masking import Masking, withoutPersons
from ocppgw.admin.places import placeOf
from ocppgw.admin.supportbundle import LOG_END, fetchFrom, run
from ocppgw.admin.terminal import Terminal
from ocppgw.config.web import WebSection
from ocppgw.store.lock import Lock
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


class BundleCase(AdminCase):
    """A gateway with a log and a key, of which a bundle is made."""

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
        known = {"nodeName": "CP1", "connected": True, "lastSeen": "2026-03-01T12:00:00Z"}
        return {"chargePoints": [known]}

    def files(self, fetch: Any = None, journalctl: str = "no-journalctl") -> dict[str, str]:
        options = {"file": self.target, "log": None, "unit": "ocppgw", "web": None}
        place = placeOf({"config": str(self.file), "state": None})
        terminal = Terminal(io.StringIO(), io.StringIO(), io.StringIO())
        self.assertEqual(run(options, place, terminal, fetch or self.fetch, journalctl), 0)
        with tarfile.open(self.target) as tar:
            return {one.name: tar.extractfile(one).read().decode() for one in tar}  # type: ignore[union-attr]


class BundleTests(BundleCase):
    """What somebody elsewhere needs, and nothing that he must not have."""

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

    def test_silent(self) -> None:
        """A charge point without frames is told from one that is not connected."""
        seen = {"nodeName": "CP1", "connected": False, "lastSeen": "2026-03-01T12:00:00Z"}
        answers = {"chargePoints": [seen], "frames": []}
        [found] = json.loads(self.files(lambda path: answers)["frames.json"]).values()
        del seen["nodeName"]
        self.assertEqual(found, {**seen, "frames": []})

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


class ConsoleTests(AdminCase):
    """Whose frames they are: a port of this machine may be anybody's."""

    def setUp(self) -> None:
        super().setUp()
        self.live()

    def listener(self) -> int:
        """The port of another process."""
        script = (
            "import socket; s = socket.create_server(('127.0.0.1', 0)); "
            "print(s.getsockname()[1], flush=True); input()"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.addCleanup(process.communicate, "\n")
        assert process.stdout is not None
        return int(process.stdout.readline())

    def refusal(self, port: int) -> str:
        """Why nobody is asked at this port."""
        return str(self.assertRaises(OSError, self.fetcher, port))

    def fetcher(self, port: int) -> Any:
        """Who asks at this port."""
        section = WebSection(f"tcp:{port}:interface=127.0.0.1")
        return fetchFrom(placeOf({"config": str(self.file), "state": None}), section)

    def beGateway(self) -> None:
        """This process is the gateway."""
        lock = Lock(placeOf({"config": str(self.file), "state": None}).database)
        self.addCleanup(lock.release)

    def test_notRunning(self) -> None:
        """Frames are in the memory of a gateway: of one that is stopped there are none."""
        self.assertIn("the gateway is not running", self.refusal(self.listener()))

    def test_anotherGateway(self) -> None:
        """The frames of a gateway with another state folder are not taken for this one's."""
        self.beGateway()
        port = self.listener()
        self.assertRegex(self.refusal(port), rf"{port} is another's, process [1-9]\d* .*--web")

    def test_thisGateway(self) -> None:
        """The one that has the database in use and listens is asked."""
        self.beGateway()
        with socket.create_server(("127.0.0.1", 0)) as port:
            self.assertTrue(callable(self.fetcher(port.getsockname()[1])))


class JournalTests(BundleCase):
    """The log of a service of systemd."""

    def configuration(self) -> str:
        return super().configuration().replace('file = "gateway.log"', "")

    def journalctl(self, script: str) -> str:
        """A program in its place; its path."""
        path = self.folder / "journalctl"
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        return str(path)

    def log(self, script: str) -> str:
        """What the bundle has of it."""
        return self.files(journalctl=self.journalctl(script))["log.txt"]

    def test_content(self) -> None:
        """The end of the unit's journal stands in the bundle, masked like a log file."""
        log = self.folder / "gateway.log"
        said = self.log(f'echo "$@"; cat {log}')
        self.assertIn("--unit=ocppgw", said.splitlines()[0])
        self.assertIn("info x: ws://***@host/", said)

    def test_noSecret(self) -> None:
        """No secret of the journal is in the bundle."""
        said = self.log(f"cat {self.folder / 'gateway.log'}")
        for secret in ("opensesame", "Q1AxOm9wZW4", "hunter2", INITIAL):
            self.assertNotIn(secret, said)

    def test_long(self) -> None:
        """Only so much of it is taken."""
        said = self.log("yes 0123456789abcde | head -n 200000; echo the end")
        self.assertTrue(said.endswith("the end\n"))
        self.assertLessEqual(len(said), LOG_END)

    def test_notReadable(self) -> None:
        """A user who may not read the journal, or a machine without one, is told in the bundle."""
        for script, expected in (
            ("echo 'not seeing messages from other users' >&2", "not seeing messages"),
            ("exit 1", "journalctl -u ocppgw"),
        ):
            said = self.log(script)
            self.assertIn("not to be had", said)
            self.assertIn(expected, said)
            self.target.unlink()
        missing = self.files(journalctl=str(Path(self.folder, "none")))["log.txt"]
        self.assertIn("no log file is configured, and there is no ", missing)


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
