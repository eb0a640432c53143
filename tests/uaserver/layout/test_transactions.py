"""Transactions: the running one and the last finished one."""

from __future__ import annotations

from twisted.trial import unittest

from ocppgw.model import facts as f
from ocppgw.model.records import MeterKey
from tests.uaserver.layout.site import CODES, START, Site, later

RUNNING = "Connectors/1/Transaction"
LAST = "Connectors/1/LastTransaction"


class Transactions(unittest.SynchronousTestCase):
    """A session from its start to its end."""

    def setUp(self) -> None:
        self.site = Site()
        self.site.connect()
        self.site.start()

    def register(self, value: float) -> None:
        """The meter stands at so much."""
        self.site.measure("Energy.Active.Import.Register", value)

    def test_running(self) -> None:
        """A running transaction shows what is known, and waits for its end."""
        self.site.at = later(60)
        self.register(1500.0)
        for name, value in (
            ("Active", True), ("TransactionId", 7), ("IdTag", "TAG1"), ("StartTime", START),
            ("MeterStart", 1000.0), ("Energy", 500.0), ("Duration", 60.0),
        ):  # fmt: skip
            self.assertEqual(self.site.value(f"{RUNNING}/{name}"), value, name)
            self.assertEqual(self.site.code(f"{RUNNING}/{name}"), CODES.Good, name)
        for name in ("StopTime", "MeterStop", "StopReason"):
            self.assertEqual(self.site.code(f"{RUNNING}/{name}"), CODES.BadWaitingForInitialData)

    def test_X6_recovered(self) -> None:
        """Where no start was told, what is guessed of it is Uncertain; the id is what was sent."""
        at = later(30)
        self.site.apply(
            f.TransactionStarted(4711, 1, "", "Accepted", 1200, "", at, at, isRecovered=True)
        )
        for name in ("IdTag", "StartTime", "MeterStart"):
            self.assertEqual(self.site.code(f"{RUNNING}/{name}"), CODES.Uncertain, name)
        self.assertEqual(self.site.code(f"{RUNNING}/Energy"), CODES.UncertainSubNormal)
        self.assertEqual(self.site.code(f"{RUNNING}/TransactionId"), CODES.Good)
        self.assertEqual(self.site.value(f"{RUNNING}/TransactionId"), 4711)

    def test_B20_suspect(self) -> None:
        """Active is Uncertain while the end was probably lost, until it goes on or ends."""
        suspected = f.TransactionSuspected(7, 1, later(60))
        self.site.apply(suspected)
        self.assertEqual(self.site.code(f"{RUNNING}/TransactionId"), CODES.Good)
        self.assertTrue(self.site.value(f"{RUNNING}/Active"))
        self.assertEqual(self.site.code(f"{RUNNING}/Active"), CODES.Uncertain)
        self.site.report("Charging")
        self.assertEqual(self.site.code(f"{RUNNING}/Active"), CODES.Good)
        self.site.apply(suspected)
        self.site.stop(2000)
        self.assertEqual(self.site.code(f"{RUNNING}/Active"), CODES.Good)
        self.assertFalse(self.site.value(f"{RUNNING}/Active"))

    def test_timeOfDuration(self) -> None:
        """A duration that grows carries the time up to which it is true, and so moves on."""
        self.assertEqual(self.site.read(f"{RUNNING}/Duration").SourceTimestamp, START)
        self.site.at = later(60)
        self.register(1500.0)
        self.assertEqual(self.site.read(f"{RUNNING}/Duration").SourceTimestamp, later(60))
        self.site.at = later(90)
        self.site.stop(1750)
        for where in (RUNNING, LAST):
            self.assertEqual(self.site.read(f"{where}/Duration").SourceTimestamp, later(90))

    def test_finished(self) -> None:
        """A finished one is seen in both places and counted."""
        self.assertEqual(self.site.value(f"{LAST}/Number"), 0)
        self.site.at = later(90)
        self.site.stop(1750)
        for where in (RUNNING, LAST):
            for name, value in (
                ("Active", False), ("StopTime", later(90)), ("MeterStop", 1750.0),
                ("Energy", 750.0), ("Duration", 90.0), ("StopReason", "Local"),
            ):  # fmt: skip
                self.assertEqual(self.site.value(f"{where}/{name}"), value, name)
        self.assertEqual(self.site.value(f"{LAST}/Number"), 1)

    def test_lastStaysGood(self) -> None:
        """What is over stays Good without a link; what ran follows the link."""
        self.site.stop(1750)
        self.site.lose(later(10))
        self.assertEqual(self.site.code(f"{LAST}/Energy"), CODES.Good)
        self.assertEqual(
            self.site.code(f"{RUNNING}/Energy"), CODES.UncertainNoCommunicationLastUsableValue
        )

    def test_lastOutlivesTheNext(self) -> None:
        """The last finished one stays while the next one runs."""
        self.site.stop(1750)
        self.site.at = later(200)
        self.site.start(8)
        self.assertEqual(self.site.value(f"{RUNNING}/TransactionId"), 8)
        self.assertEqual(self.site.value(f"{LAST}/TransactionId"), 7)

    def test_registerJumpedBack(self) -> None:
        """An energy whose register jumped back is UncertainSubNormal."""
        self.site.at = later(10)
        self.register(1500.0)
        self.site.at = later(20)
        self.register(20.0)
        self.assertEqual(self.site.code(f"{RUNNING}/Energy"), CODES.UncertainSubNormal)
        self.assertEqual(self.site.code("Connectors/1/Live/SessionEnergy"),
                         CODES.UncertainSubNormal)  # fmt: skip

    def test_endThatNobodyMeasured(self) -> None:
        """A transaction that was closed without a meter value has none: BadNoData."""
        self.site.stop(None)
        self.assertEqual(self.site.code(f"{LAST}/MeterStop"), CODES.BadNoData)

    def test_sumWithSilence(self) -> None:
        """The charge point's energy is the sum over its connectors."""
        self.register(1200.0)
        reading = f.Reading(
            MeterKey("Energy.Active.Import.Register"), 300.0, "300", "Sample.Periodic", START
        )
        self.site.apply(f.Measured(2, None, (reading,), START))
        self.assertEqual(self.site.value("Energy"), 1500.0)
