"""Tests of finding the address by which others reach this machine."""

from __future__ import annotations

import socket
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.gateway.ownaddress import ownAddress


class Probe:
    """
    A UDP socket on a machine with some addresses.

    :ivar closed: whether it was given back.
    """

    def __init__(self, own: str) -> None:
        self.own = own
        self.closed = False

    def __enter__(self) -> Probe:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True

    def connect(self, address: tuple[str, int]) -> None:
        if not self.own:
            raise OSError("Network is unreachable")

    def getsockname(self) -> tuple[str, int]:
        return self.own, 40000


class OwnAddressTests(SynchronousTestCase):
    """What is told of machines of different kinds."""

    def found(self, **own: str) -> str:
        probes: list[Probe] = []

        def newSocket(family: Any, kind: Any) -> Probe:
            self.assertEqual(kind, socket.SOCK_DGRAM)
            probes.append(Probe(own.get(socket.AddressFamily(family).name, "")))
            return probes[-1]

        address = ownAddress(newSocket)
        self.assertTrue(all(one.closed for one in probes))
        return address

    def test_usual(self) -> None:
        """The address towards everybody else, IPv4 first, because charge points speak that."""
        self.assertEqual(self.found(AF_INET="192.0.2.7", AF_INET6="2001:db8::7"), "192.0.2.7")

    def test_six(self) -> None:
        """IPv6 where there is nothing else."""
        self.assertEqual(self.found(AF_INET6="2001:db8::7"), "2001:db8::7")

    def test_none(self) -> None:
        """Without a network none is made up."""
        self.assertEqual(self.found(), "")
