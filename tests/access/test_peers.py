"""Addresses of peers, however they are written."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.peers import hostOf, isLoopback, meansThisMachine, neighbourhood


class PeerTests(SynchronousTestCase):
    """Where somebody comes from."""

    def test_host(self) -> None:
        """The host is what stands before the last colon, IPv6 with brackets or without."""
        peers = ["10.0.0.1:5", "[::1]:5", "::1:5", "unknown", ""]
        self.assertEqual([hostOf(peer) for peer in peers], ["10.0.0.1", "::1", "::1", "", ""])

    def test_loopback(self) -> None:
        """Every way to write this machine's own address counts as this machine."""
        for host in ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "::1%lo"]:
            self.assertTrue(isLoopback(host), host)

    def test_remote(self) -> None:
        """Every other address does not, nor does a name that claims to be this machine."""
        for host in ["10.0.0.1", "0.0.0.0", "::", "::ffff:10.0.0.1", "fe80::1", "localhost", ""]:
            self.assertFalse(isLoopback(host), host)

    def test_thisMachine(self) -> None:
        """Where somebody listens or asks, localhost is this machine as well, and nothing else."""
        for name in ["localhost", "127.0.0.1", "::1"]:
            self.assertTrue(meansThisMachine(name), name)
        for name in ["", "0.0.0.0", "localhost.example", "10.0.0.1"]:
            self.assertFalse(meansThisMachine(name), name)

    def test_neighbourhood(self) -> None:
        """IPv4 counts by address, IPv6 by the network in which addresses are free to choose."""
        for host, expected in (
            ("192.0.2.1", "192.0.2.1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
            ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
            ("fe80::1%eth0", "fe80::/64"),
            ("unknown", "unknown"),
            ("", ""),
        ):
            self.assertEqual(neighbourhood(host), expected)
