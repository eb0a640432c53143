"""Tests of the URLs that are told for typing into charge points."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.listeners import ListenerTable
from ocppgw.web.serving import listenersOf


class ListenersTests(SynchronousTestCase):
    """What to type, by how the port is bound."""

    def url(self, table: ListenerTable, bound: str, address: str = "192.0.2.10") -> str | None:
        [found] = listenersOf((table,), bound, address)
        return found.url

    def test_everywhere(self) -> None:
        """A port on every interface is reached at this machine's own address."""
        for endpoint in ("tcp:8887", "tcp:8887:interface=0.0.0.0", r"tcp6:8887:interface=\:\:"):
            table = ListenerTable(endpoint)
            self.assertEqual(self.url(table, "ws://127.0.0.1:8887"), "ws://192.0.2.10:8887/")

    def test_free(self) -> None:
        """Where any free port was asked for, the URL has the one that was taken."""
        self.assertEqual(
            self.url(ListenerTable("tcp:0"), "ws://127.0.0.1:40123"), "ws://192.0.2.10:40123/"
        )

    def test_six(self) -> None:
        """An IPv6 address stands in brackets, and TLS in the scheme."""
        table = ListenerTable("tcp:8887", securityProfile=2)
        told = self.url(table, "wss://127.0.0.1:8887", "2001:db8::7")
        self.assertEqual(told, "wss://[2001:db8::7]:8887/")

    def test_one(self) -> None:
        """A port on one interface, or of a host with a name, is told as it is."""
        table = ListenerTable("tcp:8887:interface=192.0.2.99")
        self.assertEqual(self.url(table, "ws://192.0.2.99:8887"), "ws://192.0.2.99:8887/")
        table = ListenerTable("tcp:8887", hostName="gateway.example")
        self.assertEqual(self.url(table, "ws://gateway.example:8887"), "ws://gateway.example:8887/")

    def test_noNetwork(self) -> None:
        """A machine without an address of its own is reached from itself."""
        self.assertEqual(
            self.url(ListenerTable("tcp:8887"), "ws://127.0.0.1:8887", ""), "ws://127.0.0.1:8887/"
        )

    def test_closed(self) -> None:
        """A port that is not open has no URL."""
        self.assertIsNone(self.url(ListenerTable("tcp:8887"), ""))

    def test_local(self) -> None:
        """What only this machine reaches is known as that."""
        tables = tuple(
            ListenerTable(f"tcp:1:interface={name}")
            for name in ("localhost", "127.0.0.1", r"\:\:1")
        )
        tables += (ListenerTable("tcp:1"), ListenerTable("tcp:1:interface=192.0.2.1"))
        self.assertEqual(
            [one.isLocal for one in listenersOf(tables, "", "")], [True, True, True, False, False]
        )
