"""Wrong rights, met by a user who may not do everything: one line, with file and remedy."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from pathlib import Path
from shutil import which
from typing import Any

from twisted.internet.defer import Deferred, inlineCallbacks

from tests.central.tls.authority import Authority
from tests.endToEnd.test_process import PORTS, ProcessCase

Steps = Generator[Deferred[Any], Any, None]
NOBODY = 65534
SETPRIV = which("setpriv")


class RightsTests(ProcessCase):
    """
    A process without any capability, which has the rights of a file's owner and no more.

    Only root can give a file to somebody else.  The process goes on with root's number, because
    another user might be unable to enter the folders that Python is in.
    """

    if os.geteuid() != 0 or SETPRIV is None:
        skip = "only root with setpriv can have files of another user"

    through = (SETPRIV or "", "--bounding-set=-all", "--inh-caps=-all")

    def setUp(self) -> None:
        super().setUp()
        self.state = self.folder / "ocppgw-state"
        self.file = self.folder / "site.toml"
        self.file.write_text("")

    @inlineCallbacks
    def refused(self, *parts: str) -> Steps:
        """The start ends, and the one line with the first of these parts has the others, too."""
        process = self.run_("--config", "site.toml", *PORTS)
        status = yield process.ended
        self.assertEqual(status, 1, process.said)
        self.assertNotIn("Traceback", process.said)
        lines = [one for one in process.lines if parts[0] in one]
        self.assertEqual(len(lines), 1, process.said)
        for part in parts:
            self.assertIn(part, lines[0])

    @inlineCallbacks
    def started(self) -> Steps:
        """A first life, by which the state folder comes to be."""
        process = self.run_("--config", "site.toml", *PORTS)
        ready = yield process.ready
        self.assertIsNotNone(ready, process.said)
        process.signal("TERM")
        yield process.ended

    def lock(self, path: Path, mode: int = 0o600) -> str:
        """Give a file or folder to somebody else alone; its path."""
        os.chown(path, NOBODY, NOBODY)
        path.chmod(mode)
        return str(path)

    @inlineCallbacks
    def test_configuration(self) -> Steps:
        """A configuration that cannot be read."""
        self.lock(self.file)
        yield self.refused("site.toml", "accepted is a TOML file that can be read")

    @inlineCallbacks
    def test_parent(self) -> Steps:
        """No right to make the state folder."""
        self.lock(self.folder, 0o755)
        yield self.refused(str(self.state), "the gateway's user")

    @inlineCallbacks
    def test_state(self) -> Steps:
        """A state folder of somebody else."""
        self.state.mkdir()
        yield self.refused(self.lock(self.state, 0o700), "the gateway's user")

    @inlineCallbacks
    def test_filesOfTheState(self) -> Steps:
        """A file or folder in it that belongs to somebody else, after a start by another user."""
        yield self.started()
        paths = (
            self.state / "ocppgw.sqlite3.lock",
            self.state / "ocppgw.sqlite3",
            self.state / "pki" / "own" / "key.pem",
        )
        for path in paths:
            yield self.refused(self.lock(path), "the gateway's user")
            os.chown(path, 0, 0)

    @inlineCallbacks
    def test_log(self) -> Steps:
        """A log that cannot be written."""
        self.file.write_text("[log]\nfile = 'gateway.log'\n")
        path = self.folder / "gateway.log"
        path.write_text("")
        yield self.refused(self.lock(path), "the log cannot be written", "the gateway's user")

    @inlineCallbacks
    def test_certificates(self) -> Steps:
        """A key that only somebody else may read, of each part that has one."""
        Authority().issue("gateway.example").write(self.folder / "own.pem")
        path = self.lock(self.folder / "own.pem")
        listener = "[[ocpp.listeners]]\nendpoint = 'tcp:0'\nsecurityProfile = 2\n"
        write: Callable[[str], object] = self.file.write_text
        for text in (
            f"{listener}certificates = ['own.pem']\n",
            "[web]\nendpoint = 'tcp:0'\ncertificates = ['own.pem']\n",
            "[[users]]\nname = 'x'\ncertificate = 'own.pem'\n",
        ):
            write(text)
            yield self.refused(path, "site.toml: ", "accepted")
