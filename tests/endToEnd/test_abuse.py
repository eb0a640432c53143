"""
Hostile peers on real sockets, each beside two hundred charge points that behave and whose answers
keep coming.  What each gets, byte for byte, is in ``tests.central.test_abuse``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from typing import Any

import attrs
from twisted.internet import reactor
from twisted.internet.defer import Deferred, gatherResults, inlineCallbacks
from twisted.internet.endpoints import clientFromString, connectProtocol
from twisted.internet.task import LoopingCall
from twisted.trial.unittest import TestCase

from ocppgw.central.centralsystem import CentralSystem
from ocppgw.central.recording import Recorder
from ocppgw.config.configuration import Configuration
from ocppgw.interfaces import Snapshot
from ocppgw.model.registry import Registry
from ocppgw.store.memory import MemoryStore
from tests.endToEnd.peers import Peer, frame

CROWD = 200
ROUNDS = 5
BEAT = b'[2,"1","Heartbeat",{}]'


class CrowdCase(TestCase):
    """A Central System with a crowd, and a way to call in beside it."""

    timeout = 120

    @inlineCallbacks
    def setUp(self) -> Any:  # type: ignore[override]
        configuration = Configuration()
        ocpp = attrs.evolve(configuration.ocpp, listen=("tcp:0:interface=127.0.0.1",))
        self.registry, store = Registry(), MemoryStore()
        self.central = CentralSystem(
            attrs.evolve(configuration, ocpp=ocpp),
            self.registry,
            Recorder(self.registry, store),
            store,
            reactor,
            lambda: datetime.now(UTC),
            Random(1),
        )
        self.central.take(Snapshot())
        self.peers: list[Peer] = []
        yield self.central.startService()
        self.crowd = yield gatherResults([self.peer(f"GOOD{n}") for n in range(CROWD)])

    @inlineCallbacks
    def tearDown(self) -> Any:  # type: ignore[override]
        for peer in self.peers:
            peer.transport.abortConnection()
        yield gatherResults([peer.ended for peer in self.peers])
        yield self.central.stopService()
        self.assertEqual(self.flushLoggedErrors(), [])

    @inlineCallbacks
    def peer(self, identity: str = "BAD") -> Any:
        """Somebody with an open WebSocket."""
        port = self.central.urls()[0].rpartition(":")[2]
        endpoint = clientFromString(reactor, f"tcp:127.0.0.1:{port}")
        peer = yield connectProtocol(endpoint, Peer(identity))
        self.peers.append(peer)
        yield peer.opened
        return peer

    @inlineCallbacks
    def crowdIsServed(self) -> Any:
        """Everybody in the crowd asks and is answered, some times."""
        for _ in range(ROUNDS):
            answers = yield gatherResults([peer.call("Heartbeat", {}) for peer in self.crowd])
            self.assertEqual([answer[0] for answer in answers], [3] * CROWD)

    @inlineCallbacks
    def again(self, peer: Peer, what: bytes) -> Any:
        """Somebody sends the same over and over while the crowd is served."""
        sending = LoopingCall(peer.transport.write, what)
        sending.start(0.001)
        yield self.crowdIsServed()
        sending.stop()

    def received(self, identity: str = "BAD") -> int:
        """Messages that were listened to."""
        record = self.registry.record(identity)
        assert record is not None
        return record.traffic.messagesReceived


class AbuseTests(CrowdCase):
    """Each in its own way."""

    @inlineCallbacks
    def test_deaf(self) -> Any:
        """Who does not read its answers is read no further: nothing piles up."""
        bad = yield self.peer()
        bad.transport.pauseProducing()
        bad.transport.write(frame(BEAT) * 1_000_000)
        yield self.crowdIsServed()
        self.assertLess(self.received(), 200_000)

    @inlineCallbacks
    def test_flood(self) -> Any:
        """Ten thousand messages a second are read no faster than ``maxMessageRate``."""
        bad = yield self.peer()
        yield self.again(bad, frame(BEAT) * 10_000)
        self.assertFalse(bad.isGone)
        self.assertLess(self.received(), 20_000)

    @inlineCallbacks
    def test_fragments(self) -> Any:
        """Endless fragments end with 1009."""
        bad = yield self.peer()
        bad.transport.write(frame(b"[", fin=False))
        yield self.again(bad, frame(b"", 0, fin=False) * 100)
        yield bad.ended
        self.assertEqual(bad.closeCode, 1009)

    @inlineCallbacks
    def test_overTheLimit(self) -> Any:
        """A frame over the limit ends with 1009, by its announced length."""
        bad = yield self.peer()
        bad.transport.write(b"\x81\xff" + (2**62).to_bytes(8, "big") + bytes(4))
        yield self.again(bad, b" " * 65536)
        yield bad.ended
        self.assertEqual(bad.closeCode, 1009)

    @inlineCallbacks
    def test_byteByByte(self) -> Any:
        """One byte at a time is served like everybody else."""
        bad = yield self.peer()
        bad.transport.setTcpNoDelay(True)
        octets = iter(frame(BEAT) * 10_000)
        sending = LoopingCall(lambda: bad.transport.write(bytes([next(octets)])))
        sending.start(0)
        yield self.crowdIsServed()
        sending.stop()
        self.assertFalse(bad.isGone)

    @inlineCallbacks
    def test_reservedBits(self) -> Any:
        """RSV bits that nobody agreed on end with 1002."""
        bad = yield self.peer()
        yield self.again(bad, frame(BEAT, rsv=4))
        yield bad.ended
        self.assertEqual(bad.closeCode, 1002)

    @inlineCallbacks
    def test_unreadable(self) -> Any:
        """Invalid UTF-8, deep JSON and huge numbers get their CallErrors or answers."""
        bad = yield self.peer()
        for text in (
            b'[2,"1","Authorize",{"idTag":"\xff\xfe"}]',
            b'[2,"1","Heartbeat",' + b"[" * 500_000,
            b'[2,"1","StopTransaction",{"transactionId":' + b"9" * 500_000 + b"}]",
        ):
            bad.transport.write(frame(text))
        yield self.crowdIsServed()
        answered: Deferred[Any] = bad.call("Heartbeat", {})
        yield answered
        self.assertEqual([one[0] for one in bad.answers[:3]], [3, 4, 3])

    @inlineCallbacks
    def test_everythingAtOnce(self) -> Any:
        """All of them together disturb nobody either."""
        loops = []
        for number, what in enumerate(
            (
                frame(BEAT) * 1000,
                frame(b"x" * 1000),
                frame(b"[" * 100_000),
                frame(b"", 0, fin=False) * 100,
                frame(BEAT, 9) * 100,
                b"\0" * 1000,
            )
        ):
            bad = yield self.peer(f"BAD{number}")
            loops.append(LoopingCall(bad.transport.write, what))
            loops[-1].start(0.005)
        yield self.crowdIsServed()
        for loop in loops:
            loop.stop()
