"""Tests of endpoint strings and OPC UA URLs."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.internet.endpoints import serverFromString
from twisted.internet.testing import MemoryReactor
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.addresses import (
    Endpoint,
    OpcUaUrl,
    endpointParts,
    interfaceAndPort,
    isPort,
    opcUaAddress,
)
from ocppgw.config.errors import Unacceptable

GOOD = [
    "tcp:8887",
    "tcp:0",
    "tcp:65535",
    "tcp:port=8887",
    "tcp:8887:interface=127.0.0.1",
    "tcp:8887:interface=gateway.example",
    "tcp:8887:127.0.0.1:100",
    "tcp:8887:backlog=1024:interface=10.0.0.1",
    r"tcp:8887:interface=\:\:1",
    "tcp6:8887",
    r"tcp6:8887:interface=\:\:1",
]

BAD = [
    "",
    "8887",
    "tcp",
    "tcp:",
    "tcp::8887",
    "tcp:65536",
    "tcp:-1",
    "tcp:x",
    "tcp:\u0663",
    "tcp:80:port=81",
    "tcp:80:interface=::1",
    "tcp:80:interface=300.1.1.1",
    "tcp:80:interface=a b",
    "tcp:80:backlog=0",
    "tcp:80:backlog=x",
    "tcp:80:127.0.0.1:5:6",
    "tcp:80:colour=blue",
    "tcp:80\\",
    "tcp6:80:interface=127.0.0.1",
    "tcp6:80:interface=localhost",
    "ssl:443",
    "unix:/run/x",
    "TCP:80",
]


class EndpointTests(SynchronousTestCase):
    """Where charge points connect."""

    def test_good(self) -> None:
        """What is accepted, Twisted makes an endpoint of."""
        for text in GOOD:
            self.assertEqual(Endpoint().read(text), text)
            serverFromString(MemoryReactor(), text)

    def test_bad(self) -> None:
        """What Twisted would refuse, or could not listen on, is refused before the start."""
        for text in BAD:
            self.assertRaises(Unacceptable, Endpoint().read, text)

    @given(
        st.text(alphabet=list("tcp6:=\\0189interfacebacklog.,"), max_size=30).map("tcp:".__add__)
    )
    def test_neverLooserThanTwisted(self, text: str) -> None:
        """No text is accepted that Twisted would stumble over later."""
        try:
            Endpoint().read(text)
        except Unacceptable:
            return
        serverFromString(MemoryReactor(), text)

    def test_parts(self) -> None:
        """An endpoint's parts are found, escapes undone."""
        self.assertEqual(
            endpointParts(r"tcp6:80:interface=\:\:1=x"),
            (["tcp6", "80"], {"interface": "::1=x"}),
        )

    def test_interfaceAndPort(self) -> None:
        """Where an endpoint listens is found, by place or by name; none stays empty."""
        for text, found in (
            ("tcp:8887", ("", "8887")),
            ("tcp:8887:127.0.0.1:100", ("127.0.0.1", "8887")),
            (r"tcp6:interface=\:\:1:port=80", ("::1", "80")),
        ):
            self.assertEqual(interfaceAndPort(text), found)

    @given(st.lists(st.text(min_size=1), min_size=1))
    def test_escapedParts(self, parts: list[str]) -> None:
        """Any text comes back from an endpoint string in which it was escaped."""
        table = str.maketrans({character: f"\\{character}" for character in "\\:="})
        text = ":".join(part.translate(table) for part in parts)
        self.assertEqual(endpointParts(text), (parts, {}))

    @given(st.integers())
    def test_ports(self, number: int) -> None:
        """A port is a number from 0 to 65535."""
        self.assertEqual(isPort(str(number)), 0 <= number <= 65535)


class OpcUaUrlTests(SynchronousTestCase):
    """Where OPC UA clients connect."""

    def test_good(self) -> None:
        """Host, port and path are told apart; a path left out is the root."""
        for url, expected in {
            "opc.tcp://127.0.0.1:4840/ocppgw/": ("127.0.0.1", 4840, "/ocppgw/"),
            "opc.tcp://0.0.0.0:0": ("0.0.0.0", 0, "/"),
            "opc.tcp://[::1]:4840/a/b": ("::1", 4840, "/a/b"),
            "opc.tcp://gw-1.example:65535/": ("gw-1.example", 65535, "/"),
        }.items():
            self.assertEqual(OpcUaUrl().read(url), url)
            self.assertEqual(opcUaAddress(url), expected)

    def test_bad(self) -> None:
        """Other schemes, a missing host or port, and what no server can listen on are refused."""
        for url in [
            "",
            "opc.tcp://",
            "opc.tcp://host/path",
            "opc.tcp://host:/path",
            "opc.tcp://:4840/",
            "opc.tcp://host:65536/",
            "opc.tcp://256.0.0.1:1/",
            "opc.tcp://::1:4840/",
            "opc.tcp://[1.2.3.4]:1/",
            "opc.tcp://[x]:1/",
            "opc.tcp://user@host:1/",
            "opc.tcp://host:1/a b",
            "opc.tcp://host:1/?a",
            "opc.tcp://host:1/#a",
            "http://host:1/",
            " opc.tcp://host:1/",
        ]:
            self.assertRaises(Unacceptable, OpcUaUrl().read, url)
