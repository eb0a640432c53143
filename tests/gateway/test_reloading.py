"""Tests of reading the configuration again."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.logger import capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.users import Users
from ocppgw.config.configuration import Configuration
from ocppgw.config.errors import ConfigurationError
from ocppgw.gateway.reloading import MOST, Read, Reloading
from tests.config.support import read


class ReloadingTests(SynchronousTestCase):
    """All that can change, or nothing; and words about it."""

    def setUp(self) -> None:
        self.answers: list[Deferred[Read]] = []
        self.used: list[Configuration] = []
        self.error: Exception | None = None
        self.reloading = Reloading(read(""), lambda: self.answers.pop(0), self.use)

    def use(self, read: Read) -> None:
        if self.error is not None:
            raise self.error
        self.used.append(read.configuration)

    def reload(self, answer: Any) -> list[tuple[str, str]]:
        """Reload with what is read; the lines of the log."""
        self.answers.append(answer if isinstance(answer, Deferred) else succeed(answer))
        with capturedLogs() as events:
            self.successResultOf(self.reloading.reload())
        self.flushLoggedErrors()
        said = [{**one, "log_failure": None} for one in events]
        return [(one["log_level"].name, one["log_format"].format(**one)) for one in said]

    def test_changed(self) -> None:
        """What changed is named, and in force."""
        lines = self.reload(Read(read("[ocpp]\ncallTimeout = 5"), Users()))
        expected = "Configuration read again; changed: ocpp.callTimeout 30.0 -> 5.0"
        self.assertEqual(lines, [("info", expected)])
        self.assertEqual(self.used[0].ocpp.callTimeout, 5.0)
        self.assertEqual(self.reloading.values(), {"ConfigurationStatus": "ok"})

    def test_restart(self) -> None:
        """What waits for a restart is named each time until then, and is not in force."""
        new = read('[ocpp]\nlisten = ["tcp:1"]')
        for _ in range(2):
            _, (level, line) = self.reload(Read(new, Users()))
            self.assertEqual(level, "warn")
            self.assertIn('A restart is needed for: ocpp.listen ["tcp:8887"] -> ["tcp:1"]', line)
            self.assertIn("restart needed for: ocpp.listen", self.reloading.status)
        self.assertEqual(self.used[-1].ocpp.listen, ("tcp:8887",))
        self.reload(Read(read(""), Users()))
        self.assertEqual(self.reloading.status, "ok")

    def test_badFile(self) -> None:
        """A file that cannot be used changes nothing and is told in one line."""
        error = ConfigurationError("site.toml", "ocpp.callTimeout", "no")
        [(level, line)] = self.reload(fail(error))
        self.assertEqual(level, "error")
        self.assertIn("nothing changed: site.toml: ocpp.callTimeout: no", line)
        self.assertEqual(self.used, [])
        self.assertEqual(self.reloading.status, "not read again: site.toml: ocpp.callTimeout: no")

    def test_unusable(self) -> None:
        """The same for a log file or a certificate that cannot be used."""
        self.error = OSError("no such folder")
        before = self.reloading.configuration
        [(level, line)] = self.reload(Read(read("[ocpp]\ncallTimeout = 5"), Users()))
        self.assertEqual(level, "error")
        self.assertIn("no such folder", line)
        self.assertIs(self.reloading.configuration, before)

    def test_mistake(self) -> None:
        """A mistake of ours is logged with its traceback, and the next time may be better."""
        self.error = ValueError("ours")
        [(level, _)] = self.reload(Read(read(""), Users()))
        self.assertEqual(level, "critical")
        self.error = None
        self.reload(Read(read(""), Users()))
        self.assertEqual(self.reloading.status, "ok")

    def test_many(self) -> None:
        """A long list of changes is one line that can be read."""
        text = "".join(f'[[idTags]]\nidTag = "T{number}"\n' for number in range(MOST + 7))
        [(_, line)] = self.reload(Read(read(text), Users()))
        self.assertTrue(line.endswith("; and 7 more"))

    def test_stopped(self) -> None:
        """What is still being read when the gateway stops is not put in force any more."""
        first: Deferred[Read] = Deferred()
        self.answers.append(first)
        done = self.reloading.reload()
        self.reloading.stop()
        first.callback(Read(read("[ocpp]\ncallTimeout = 5"), Users()))
        self.successResultOf(done)
        self.assertEqual(self.used, [])

    def test_oneAfterAnother(self) -> None:
        """A signal that comes while files are being read waits its turn."""
        first: Deferred[Read] = Deferred()
        self.answers += [first, succeed(Read(read("[ocpp]\ncallTimeout = 6"), Users()))]
        self.reloading.reload()
        second = self.reloading.reload()
        self.assertNoResult(second)
        first.callback(Read(read("[ocpp]\ncallTimeout = 5"), Users()))
        self.successResultOf(second)
        self.assertEqual([one.ocpp.callTimeout for one in self.used], [5.0, 6.0])
