"""``ocppgw-admin check``."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ocppgw.admin.check import look
from ocppgw.admin.places import placeOf
from ocppgw.admin.ports import whyNot
from ocppgw.central.entrance.tls.selfsigned import selfSigned
from ocppgw.gateway.service import DATABASE
from ocppgw.store.lock import Lock
from ocppgw.uaserver.security.ownidentity import Wanted, prepared
from tests.admin.support import AdminCase

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)


class CheckTests(AdminCase):
    """One line for each thing, with what to do."""

    def setUp(self) -> None:
        super().setUp()
        self.live()
        self.own = self.state / "pki" / "own"
        made = datetime(2026, 3, 1, 10, tzinfo=UTC)
        prepared(self.own, Wanted("urn:x:ocppgw", "ocppgw", (), ("localhost",)), made)

    def look(self, now: datetime = NOW) -> dict[str, str]:
        """The worst line about each thing, by what it is about."""
        place = placeOf({"config": str(self.file), "state": None})
        found = sorted(look(place, now), key=lambda one: ["ok", "warn", "bad"].index(one.level))
        return {one.what: str(one) for one in found}

    def bad(self, what: str, *parts: str, now: datetime = NOW) -> None:
        """Exactly one thing is bad, and its line says what to do."""
        lines = self.look(now)
        self.assertEqual([name for name, line in lines.items() if line.startswith("bad")], [what])
        for part in parts:
            self.assertIn(part, lines[what])

    def test_well(self) -> None:
        """Where all is well every line says ok, and the status is 0."""
        self.assertEqual(self.admin("check"), 0, self.said)
        for line in self.said.splitlines():
            self.assertRegex(line, r"^(ok  |warn) [a-zA-Z ]+: ")
        self.assertEqual({line[:2] for line in self.look().values()}, {"ok"})

    def test_status(self) -> None:
        """Where anything is bad, the status is 1."""
        (self.own / "key.pem").chmod(0o644)
        self.assertEqual(self.admin("check"), 1)

    def test_configuration(self) -> None:
        """A mistake in the configuration is a line; the rest is looked at all the same."""
        self.file.write_text("[ocpp]\nlisten = 3\n")
        self.assertEqual(self.run_("-c", str(self.file), "-s", str(self.state), "check"), 1)
        self.assertIn("bad  configuration:", self.said)
        self.assertIn("ocpp.listen", self.said)
        self.assertIn("ok   database:", self.said)

    def test_certificateFile(self) -> None:
        """So is a certificate that the configuration names and that is none."""
        with self.file.open("a") as file:
            file.write('[[users]]\nname = "anna"\ncertificate = "missing.pem"\n')
        self.bad("configuration", "users[1].certificate", "missing.pem", "accepted")

    def test_corrupt(self) -> None:
        """A corrupt database, and the way back."""
        database = self.state / DATABASE
        data = bytearray(database.read_bytes())
        data[4096 * 3 : 4096 * 12] = b"\xff" * (4096 * 9)
        database.write_bytes(data)
        self.bad("database", str(database), "restore")

    def test_noDatabase(self) -> None:
        """A file that is no database."""
        (self.state / DATABASE).write_bytes(b"nothing of the kind" * 100)
        self.bad("database", "not a database", "restore a backup")

    def test_newer(self) -> None:
        """A database of a newer release."""
        with closing(sqlite3.connect(self.state / DATABASE)) as connection:
            connection.execute("PRAGMA user_version = 99")
        self.bad("database", "newer ocppgw")

    def test_older(self) -> None:
        """One of an older release is well: the next start upgrades it."""
        with closing(sqlite3.connect(self.state / DATABASE)) as connection:
            connection.execute("PRAGMA user_version = 2")
        self.assertIn("the next start upgrades it", self.look()["database"])

    def test_clock(self) -> None:
        """A clock that stands before what was stored last."""
        self.bad("clock", "set it", now=datetime(2026, 3, 1, 11, tzinfo=UTC))

    def test_ended(self) -> None:
        """A certificate that has ended, and one that soon will."""
        end = self.end()
        self.bad("certificate", "has ended", "move it away", now=end + timedelta(days=1))
        lines = self.look(end - timedelta(days=3))
        self.assertTrue(lines["certificate"].startswith("warn"), lines)

    def end(self) -> datetime:
        from cryptography.x509 import load_der_x509_certificate

        data = (self.own / "certificate.der").read_bytes()
        return load_der_x509_certificate(data).not_valid_after_utc

    def test_endedOfAPort(self) -> None:
        """A certificate of a port for charge points that has ended."""
        [shown, _] = selfSigned(self.folder, "localhost", datetime(2025, 1, 1, tzinfo=UTC))
        with self.file.open("a") as file:
            file.write(
                '[[ocpp.listeners]]\nendpoint = "tcp:0"\nsecurityProfile = 2\n'
                f'certificates = ["{shown.certificate}"]\n'
            )
        self.bad("certificate", str(shown.certificate), "has ended", "a new one")

    def test_foreignKey(self) -> None:
        """A certificate beside the key of another one."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (self.own / "key.pem").write_bytes(text)
        self.bad("certificate", "is not the certificate of key.pem")

    def test_openKey(self) -> None:
        """A key that other users can read, and a file that nobody can write."""
        (self.own / "key.pem").chmod(0o644)
        self.bad("state", "key.pem", "chmod 600")
        (self.own / "key.pem").chmod(0o400)
        self.bad("state", "key.pem", "chmod u+w")

    def test_takenPort(self) -> None:
        """A port that is taken, and by whom."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.listen(f"tcp:{port}:interface=127.0.0.1")
            self.bad("port for charge points", str(port), f"process {os.getpid()}", "stop it")

    def test_ownPort(self) -> None:
        """A port that a running gateway holds is well."""
        lock = Lock(self.state / DATABASE)
        self.addCleanup(lock.release)
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.listen(f"tcp:{taken.getsockname()[1]}:interface=127.0.0.1")
            line = self.look()["port for charge points"]
        # This process is the tests' own, which a gateway's would not be.
        self.assertTrue("taken by" in line, line)

    def test_lowPort(self) -> None:
        """A low port that somebody has is taken, whatever rights whoever looks has."""
        forbidden = lambda host, port: errno.EACCES  # noqa: E731
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assertEqual(whyNot("127.0.0.1", port, forbidden), errno.EADDRINUSE)
        self.assertEqual(whyNot("127.0.0.1", port, forbidden), errno.EACCES)

    def test_foreignAddress(self) -> None:
        """An address that is another machine's."""
        self.listen("tcp:18887:interface=192.0.2.1")
        self.bad("port for charge points", "an address that this machine has not")

    def listen(self, endpoint: str) -> None:
        text = self.file.read_text().replace('"tcp:0"', f'"{endpoint}"')
        self.file.write_text(text)

    def configuration(self) -> str:
        url = '[opcua]\nurl = "opc.tcp://127.0.0.1:0/ocppgw/"\n'
        return super().configuration() + url

    def test_nothingYet(self) -> None:
        """Before the first start nothing is bad."""
        empty = str(self.folder / "empty")
        place = placeOf({"config": str(self.file), "state": empty})
        levels = [one.level for one in look(place, NOW)]
        self.assertNotIn("bad", levels)
        self.assertFalse(Path(empty).exists())
