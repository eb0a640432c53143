"""Tests of the command line, which beats the file."""

from __future__ import annotations

from pathlib import Path

import attrs
from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.configuration import Configuration
from ocppgw.config.errors import ConfigurationError
from ocppgw.config.overriding import Overrides, merge
from tests.config.support import read

ENDPOINTS = st.integers(0, 65535).map("tcp:{}:interface=127.0.0.1".format)
OVERRIDES = st.builds(
    Overrides,
    state=st.none() | st.just("elsewhere") | st.just("/var/lib/x"),
    ocpp=st.lists(ENDPOINTS, unique=True, max_size=3).map(tuple),
    opcua=st.none() | st.integers(0, 65535).map("opc.tcp://127.0.0.1:{}/x/".format),
    web=st.none() | st.just("none") | ENDPOINTS,
)
FILE = read(
    '[gateway]\nname = "n"\nstate = "s"\n[ocpp]\nlisten = ["tcp:1", "tcp:2"]\nstrict = true'
)


class MergeTests(SynchronousTestCase):
    """What comes of a file and a command line."""

    def test_nothingSaid(self) -> None:
        """A command line without options leaves everything as the file says."""
        self.assertEqual(merge(FILE, Overrides()), FILE)

    def test_listenIsReplaced(self) -> None:
        """``--ocpp`` given at all replaces all of the file's listeners."""
        made = merge(FILE, Overrides(ocpp=("tcp:0",)))
        self.assertEqual(made.ocpp.listen, ("tcp:0",))

    @given(OVERRIDES)
    def test_whatWasSaidHolds(self, overrides: Overrides) -> None:
        """Each option given has its value, each other one the file's; no other key changes."""
        made = merge(FILE, overrides)
        state, url = FILE.gateway.state, FILE.opcua.url
        self.assertEqual(made.gateway.state, Path(overrides.state) if overrides.state else state)
        self.assertEqual(made.ocpp.listen, overrides.ocpp or FILE.ocpp.listen)
        self.assertEqual(made.opcua.url, overrides.opcua or url)
        self.assertEqual(made.web.endpoint, overrides.web or "")
        self.assertEqual(attrs.evolve(made.ocpp, listen=FILE.ocpp.listen), FILE.ocpp)
        self.assertEqual(attrs.evolve(made.opcua, url=url), FILE.opcua)
        self.assertEqual(attrs.evolve(made.gateway, state=state), FILE.gateway)

    @given(OVERRIDES, OVERRIDES)
    def test_lastWordCounts(self, first: Overrides, second: Overrides) -> None:
        """Merging twice is the same as having said the later one where it says something."""
        both = Overrides(
            second.state or first.state,
            second.ocpp or first.ocpp,
            second.opcua or first.opcua,
            second.web or first.web,
        )
        self.assertEqual(merge(merge(FILE, first), second), merge(FILE, both))

    def test_stateIsRelativeToTheWorkingDirectory(self) -> None:
        """A path on the command line is relative to where one stands, not to the file."""
        self.assertEqual(merge(FILE, Overrides(state="x")).gateway.state, Path("x"))


class RefusedTests(SynchronousTestCase):
    """Options that are not accepted."""

    def assertRefused(self, overrides: Overrides, option: str, *parts: str) -> None:
        """One line names the command line, the option and what is accepted."""
        error = self.assertRaises(ConfigurationError, merge, Configuration(), overrides)
        self.assertEqual(len(str(error).splitlines()), 1)
        self.assertTrue(str(error).startswith(f"command line: {option}: "), str(error))
        for part in ("accepted is", *parts):
            self.assertIn(part, str(error))

    def test_ocpp(self) -> None:
        """A wrong endpoint is told with its place among the ``--ocpp`` options."""
        self.assertRefused(Overrides(ocpp=("tcp:1", "8887\n")), "--ocpp[2]", "tcp:8887")

    def test_opcua(self) -> None:
        """A wrong URL is told with the form of a right one."""
        self.assertRefused(Overrides(opcua="http://x:1/"), "--opcua", "opc.tcp://HOST:PORT/PATH")

    def test_web(self) -> None:
        """A wrong console address is told with both forms of a right one."""
        self.assertRefused(Overrides(web="8080"), "--web", "none, or an endpoint")

    def test_openWeb(self) -> None:
        """A console that other machines could reach without TLS is refused."""
        self.assertRefused(Overrides(web="tcp:8080"), "--web", "TLS", "behindProxy")

    def test_state(self) -> None:
        """An empty folder name is refused."""
        self.assertRefused(Overrides(state=""), "--state", "a path")
