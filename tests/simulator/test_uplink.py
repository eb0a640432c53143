"""How a charge point keeps its link."""

from __future__ import annotations

from random import Random

import attrs
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer
from zope.interface.verify import verifyObject

from ocppgw.simulator.chargepoint import ChargePoint
from ocppgw.simulator.memory import MemoryNetwork, MemoryWire
from ocppgw.simulator.uplink import GOODBYE, LONGEST_WAIT, Uplink
from ocppgw.simulator.wire import IDevice, ILine, IWire
from tests.simulator.central import Site


@implementer(IDevice)
@attrs.define
class Device:
    """Notes what it is told."""

    away: float = 0.0
    told: list[str] = attrs.field(factory=list)

    def opened(self, wire: IWire) -> None:
        self.told.append("opened")

    def received(self, text: bytes) -> None:
        self.told.append(text.decode())

    def closed(self) -> float:
        self.told.append("closed")
        return self.away


@attrs.define(eq=False)
class Stubborn(MemoryWire):
    """A connection whose other end never answers a close."""

    def close(self) -> None:
        pass


class UplinkTests(SynchronousTestCase):
    """Dialling, waiting, stopping."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.network = MemoryNetwork()
        self.device = Device()
        self.uplink = Uplink(self.network.dial, self.device, self.clock, Random(3))

    def dialled(self) -> int:
        return len(self.network.wires)

    def start(self) -> None:
        self.uplink.start()
        self.clock.advance(0)

    def test_link(self) -> None:
        """What comes in is handed on, from opening to closing."""
        self.start()
        self.network.wire.accept()
        self.network.wire.deliver(b"text")
        self.network.wire.drop()
        self.assertEqual(["opened", "text", "closed"], self.device.told)

    def test_startLater(self) -> None:
        """Dialling can be put off."""
        self.uplink.start(5)
        self.clock.advance(4.9)
        self.assertEqual(0, self.dialled())
        self.clock.advance(0.2)
        self.assertEqual(1, self.dialled())

    def test_backOff(self) -> None:
        """Failures in a row make the wait longer, up to a bound, and never quite the same."""
        self.start()
        waits = []
        for _ in range(12):
            self.network.wire.drop("refused")
            (call,) = self.clock.getDelayedCalls()
            waits.append(call.getTime() - self.clock.seconds())
            self.clock.advance(waits[-1])
        for number, wait in enumerate(waits):
            longest = min(LONGEST_WAIT, 2.0**number)
            self.assertTrue(longest / 2 <= wait <= longest, waits)
        self.assertEqual(12, len(set(waits)))

    def test_backOffEnds(self) -> None:
        """Once the peer has said something, the wait begins anew."""
        self.start()
        for _ in range(6):
            self.network.wire.drop()
            self.clock.advance(LONGEST_WAIT)
        self.network.wire.accept()
        self.network.wire.deliver(b"x")
        self.network.wire.drop()
        self.clock.advance(1)
        self.assertEqual(8, self.dialled())

    def test_away(self) -> None:
        """A charge point that stays away by intention is dialled for when it is back."""
        self.device.away = 44.0
        self.start()
        self.network.wire.accept()
        self.network.wire.drop()
        self.clock.advance(43)
        self.assertEqual(1, self.dialled())
        self.clock.advance(2)
        self.assertEqual(2, self.dialled())

    def test_stop(self) -> None:
        """Stopping closes the link, ends by it, and dials no more."""
        self.start()
        self.network.wire.accept()
        self.assertIsNone(self.successResultOf(self.uplink.stop()))
        self.assertTrue(self.network.wire.isEnded)
        self.assertEqual([], self.clock.getDelayedCalls())

    def test_stopWhileWaiting(self) -> None:
        """Stopping between two attempts ends at once, and so does a second stop."""
        self.start()
        self.network.wire.drop()
        self.successResultOf(self.uplink.stop())
        self.successResultOf(self.uplink.stop())
        self.assertEqual([], self.clock.getDelayedCalls())

    def test_stopByForce(self) -> None:
        """A peer that does not answer the close is left by force."""
        wires: list[Stubborn] = []

        def dial(line: ILine) -> IWire:
            wires.append(Stubborn(line))
            return wires[-1]

        uplink = Uplink(dial, self.device, self.clock, Random(3))
        uplink.start()
        self.clock.advance(0)
        wires[0].accept()
        stopped = uplink.stop()
        self.assertNoResult(stopped)
        self.clock.advance(GOODBYE)
        self.successResultOf(stopped)
        self.assertEqual([], self.clock.getDelayedCalls())

    def test_interfaces(self) -> None:
        """The parts provide what they promise."""
        self.start()
        verifyObject(IWire, self.network.wire)
        verifyObject(ILine, self.network.wire.line)
        point: ChargePoint = Site().point
        verifyObject(IDevice, point)
