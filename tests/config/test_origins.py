"""Tests of where settings come from."""

from __future__ import annotations

import re
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.comparing import reloaded
from ocppgw.config.configuration import Configuration
from ocppgw.config.overriding import Overrides, merge
from tests.config.support import FILE, read

TEXT = """\
# A site.
[gateway]
name = "Depot"

[ocpp]   # the charge points
callTimeout = 5
listen = [
  "tcp:8887",
]

[[ocpp.listeners]]
endpoint = "tcp:8888"

[[ocpp.listeners]]
identityPrefix = "EAST-"
endpoint = "tcp:8889"

[configuration]
HeartbeatInterval = 60

[[idTags]]
idTag = "A"
[[idTags]]
idTag = "B"
"""


class LinesTests(SynchronousTestCase):
    """What is known of a file."""

    def test_lines(self) -> None:
        """Each key that stands in the file is told with its line, and no other."""
        origins = read(TEXT).origins
        self.assertEqual(origins.file, FILE)
        lines = TEXT.split("\n")
        for path, word in (
            ("gateway.name", "name"),
            ("ocpp.callTimeout", "callTimeout"),
            ("ocpp.listen", "listen"),
            ("ocpp.listeners[2].identityPrefix", "identityPrefix"),
            ("configuration", "[configuration]"),
            ("configuration.HeartbeatInterval", "HeartbeatInterval"),
        ):
            self.assertTrue(lines[origins.lines[path] - 1].startswith(word), path)
        self.assertEqual(origins.lines["ocpp.listeners[1].endpoint"], 12)
        self.assertEqual(origins.lines["ocpp.listeners[2].endpoint"], 16)
        self.assertNotIn("ocpp.strict", origins.lines)

    def test_many(self) -> None:
        """Of tables that may stand thousands of times only the first line is kept."""
        self.assertEqual({path for path in read(TEXT).origins.lines if "idTag" in path}, {"idTags"})

    def test_lineEnds(self) -> None:
        """A file of a Windows editor has the same lines."""
        self.assertEqual(read(TEXT.replace("\n", "\r\n")).origins, read(TEXT).origins)

    def test_severalLines(self) -> None:
        """Where a text of several lines looks like the key itself, no line is told."""
        made = read("[configuration]\nA = '''x\nA = 5'''\n")
        self.assertEqual(made.configuration["A"], "x\nA = 5")
        self.assertEqual(made.origins.lines["configuration.A"], 0)

    def test_dotted(self) -> None:
        """A dotted key and an inline table are found, or told without a line."""
        made = read('ocpp.callTimeout = 5\ngateway = {name = "x"}\n')
        self.assertEqual(made.origins.lines["ocpp.callTimeout"], 1)
        self.assertEqual(made.origins.lines["gateway.name"], 0)

    def test_example(self) -> None:
        """Of the file that comes with the gateway each line is found."""
        path = Path(__file__).parents[2] / "etc" / "ocppgw.toml"
        text = re.sub(r"(?m)^#(?=[\w\[])", "", path.read_text("utf-8"))
        lines = read(text).origins.lines
        self.assertGreater(len(lines), 50)
        self.assertNotIn(0, lines.values())

    def test_equal(self) -> None:
        """Where something stands changes nothing of what holds."""
        self.assertEqual(read(f"\n\n{TEXT}"), read(TEXT))


class OptionsTests(SynchronousTestCase):
    """What the command line beats."""

    def test_given(self) -> None:
        """Each option names the key that it beats; one that is not given, none."""
        made = merge(read(TEXT), Overrides(ocpp=("tcp:1",), web="none"))
        self.assertEqual(made.origins.options, {"ocpp.listen": "--ocpp", "web.endpoint": "--web"})
        self.assertEqual(made.origins.lines, read(TEXT).origins.lines)
        every = merge(Configuration(), Overrides("s", ("tcp:1",), "opc.tcp://h:1/", "none"))
        self.assertEqual(
            set(every.origins.options.values()), {"--state", "--ocpp", "--opcua", "--web"}
        )


class ReloadTests(SynchronousTestCase):
    """After the file was read again."""

    def test_line(self) -> None:
        """What moved in the file is found where it is now."""
        made = reloaded(read(TEXT), read(f"\n{TEXT}"))
        self.assertEqual(made.origins, read(f"\n{TEXT}").origins)

    def test_waiting(self) -> None:
        """A value that waits for a restart does not hold: told is where the old one comes from."""
        old, new = read("[ocpp]\nstrict = true\n"), read('[ocpp]\nlisten = ["tcp:1"]\n')
        made = reloaded(old, new)
        self.assertEqual(made.ocpp.listen, Configuration().ocpp.listen)
        self.assertNotIn("ocpp.listen", made.origins.lines)
        self.assertNotIn("ocpp.strict", made.origins.lines)
        back = reloaded(new, old)
        self.assertEqual(back.origins.lines["ocpp.listen"], 2)
        self.assertEqual(back.origins.lines["ocpp.strict"], 2)

    def test_listeners(self) -> None:
        """The same for tables that only a restart can change."""
        old = read('[[ocpp.listeners]]\nendpoint = "tcp:1"\n')
        new = read('\n\n[[ocpp.listeners]]\nendpoint = "tcp:2"\nhostName = "x"\n')
        made = reloaded(old, new)
        self.assertEqual(made.origins.lines["ocpp.listeners[1].endpoint"], 2)
        self.assertNotIn("ocpp.listeners[1].hostName", made.origins.lines)

    def test_options(self) -> None:
        """The command line goes on beating the file."""
        options = Overrides(web="none")
        old, new = read(TEXT), read(f"\n{TEXT}")
        made = reloaded(merge(old, options), merge(new, options))
        self.assertEqual(made.origins.options, {"web.endpoint": "--web"})
        self.assertEqual(made.origins.lines, new.origins.lines)
