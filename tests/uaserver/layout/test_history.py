"""Which variables have a history, and which series it is."""

from __future__ import annotations

from typing import Any

from opcua import ua
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import live
from ocppgw.model.history import Series, Told
from ocppgw.model.idling import NAMES
from ocppgw.model.point import Point, Quality
from ocppgw.model.records import meterKey
from ocppgw.uaserver.nodes import HISTORY_READ, VARIABLE
from tests.uaserver.layout.site import (
    CODES,
    ENGINEER,
    NOBODY,
    OBSERVER,
    START,
    Site,
    everything,
    later,
)

STATUS = {
    "Status": Told.status,
    "StatusNumber": Told.statusNumber,
    "ErrorCode": Told.errorCode,
    "ErrorNumber": Told.errorNumber,
}


def isHistorizing(node: Any) -> bool:
    found = node.attribute(ua.AttributeIds.Historizing, ENGINEER)
    return bool(found.Value.Value)


class HistoryTests(SynchronousTestCase):
    """What the attributes promise is what HistoryRead gives."""

    def setUp(self) -> None:
        self.site = Site()
        self.site.measure("Current.Import", 5.0, phase="L1")
        self.site.measure("Odd.Thing.L1", 5.0)

    def series(self, path: str) -> Series:
        found = self.site.node(path).history
        assert isinstance(found, Series), path
        return found

    def test_status(self) -> None:
        """Status and ErrorCode, as words and numbers, of every connector."""
        for connector in (0, 1):
            for name, told in STATUS.items():
                series = self.series(f"Connectors/{connector}/{name}")
                self.assertEqual(series, Series("CP1", connector, told))

    def test_meterValues(self) -> None:
        """Everything that was sent, and all that may be sent one day."""
        for name, key in (
            ("Current.Import.L1", meterKey("Current.Import", "L1")),
            ("Voltage.L2-N@Inlet", meterKey("Voltage", "L2-N", "Inlet")),
            ("SignedData.Energy.Active.Import.Register",
             meterKey("SignedData.Energy.Active.Import.Register")),
        ):  # fmt: skip
            series = self.series(f"Connectors/1/MeterValues/{name}")
            self.assertEqual(series, Series("CP1", 1, (key,)))

    def test_vendor(self) -> None:
        """What a vendor named himself is found under its name, whatever it ends with."""
        series = self.series("Connectors/1/MeterValues/Vendor.Odd.Thing.L1")
        self.assertIn(meterKey("Vendor.Odd.Thing.L1"), series.of)

    def test_live(self) -> None:
        """Live values have the history of the measurements that they show, numbers only."""
        for name, keys in (
            ("Power", (meterKey("Power.Active.Import"),)),
            ("Energy", (meterKey("Energy.Active.Import.Register"),)),
            ("CurrentL1", (meterKey("Current.Import", "L1"), meterKey("Current.Import", "L1-N"))),
            ("PowerOffered", (meterKey("Power.Offered"),)),
        ):
            series = self.series(f"Connectors/1/Live/{name}")
            self.assertEqual((series.of, series.numbersOnly), (keys, True))
        self.assertIn(meterKey("SoC", "", "EV"), live.keysOf("soC"))

    def test_computed(self) -> None:
        """SessionEnergy is never measured and has none; all other Live values have."""
        without = {name for name in NAMES if not live.keysOf(name)}
        self.assertEqual(without, {"sessionEnergy"})
        self.assertIsNone(self.site.node("Connectors/1/Live/SessionEnergy").history)

    def test_attributes(self) -> None:
        """Historizing and AccessLevel say the same of every variable."""
        found = 0
        for node in everything(self.site):
            if node.nodeClass != VARIABLE:
                continue
            has = node.history is not None
            found += has
            self.assertEqual(isHistorizing(node), has, node.identifier)
            self.assertEqual(bool(node.accessLevel & HISTORY_READ), has, node.identifier)
            self.assertEqual(bool(node.userAccessLevel(OBSERVER) & HISTORY_READ), has)
            self.assertFalse(node.userAccessLevel(NOBODY) & HISTORY_READ)
        self.assertGreaterEqual(found, 8 + 13 + 2)

    def test_types(self) -> None:
        """A type's own variables have none: there is nothing to read."""
        node = self.site.find("/Types/ConnectorType/Status")
        self.assertIsNone(node.history)
        self.assertFalse(isHistorizing(node))

    def test_pastValue(self) -> None:
        """A point of the past has the node's type, its own times, and its own quality."""
        node = self.site.node("Connectors/1/MeterValues/Current.Import.L1")
        value = node.pastValue(Point(7.5, START, later(9)))
        self.assertEqual(value.Value.Value, 7.5)
        self.assertEqual((value.SourceTimestamp, value.ServerTimestamp), (START, later(9)))
        for quality, code in (
            (Quality.encodingInvalid, CODES.BadDataEncodingInvalid),
            (Quality.noBound, CODES.BadBoundNotFound),
        ):
            value = node.pastValue(Point(None, START, START, quality))
            self.assertEqual((value.Value.Value, value.StatusCode.value), (None, code))
