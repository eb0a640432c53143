"""MeterValues become readings in base units."""

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.answering.responders import metering
from ocppgw.config.repeated import ChargePointTable
from ocppgw.model import facts as f
from ocppgw.model.batch import Batch
from ocppgw.model.facts import Reading
from ocppgw.model.records import MeterKey
from ocppgw.v16.readings import WIDEST
from tests.central.support import START, Ring, configured, stamp
from tests.conformance import shows

REGISTER = "Energy.Active.Import.Register"


class MeteringCase(SynchronousTestCase):
    """A charge point that meters."""

    def setUp(self) -> None:
        self.begin(Ring(self))

    def begin(self, ring: Ring) -> None:
        self.ring = ring
        self.chargePoint = ring.connect()

    def send(self, *sampled: Any, **more: Any) -> None:
        """Send values of one moment; they are answered."""
        value = {"timestamp": stamp(self.ring.now()), "sampledValue": list(sampled)}
        payload = {"connectorId": 1, "meterValue": [value]} | more
        self.assertEqual(self.chargePoint.call("MeterValues", payload)[2], {})

    def readings(self) -> tuple[Reading, ...]:
        """What came of the last message."""
        found: tuple[Reading, ...] = self.ring.noted(f.Measured)[-1].readings
        return found

    def reading(self, **sampled: Any) -> Reading:
        self.send(sampled)
        [found] = self.readings()
        return found


class ValueTests(MeteringCase):
    """What a sampled value means."""

    def test_defaults(self) -> None:
        """Without anything else it is the import register in Wh, periodic, at the outlet."""
        found = self.reading(value="1234.5")
        self.assertEqual(found.key, MeterKey(REGISTER))
        self.assertEqual((found.value, found.text), (1234.5, "1234.5"))
        self.assertEqual((found.context, found.sourceTime), ("Sample.Periodic", START))

    @shows("MeterValues from the charge point")
    def test_baseUnits(self) -> None:
        """kWh becomes Wh, kW W, K and Fahrenheit Celsius."""
        self.assertEqual(self.reading(value="1.1", unit="kWh").value, 1100.0)
        power = self.reading(value="7.4", unit="kW", measurand="Power.Active.Import")
        self.assertEqual(power.value, 7400.0)
        for value, unit in (("300.15", "K"), ("80.6", "Fahrenheit")):
            found = self.reading(value=value, unit=unit, measurand="Temperature")
            self.assertAlmostEqual(found.value or 0.0, 27.0)

    def test_M2_noUnit(self) -> None:
        """Without unit each measurand has its own, not Wh for all."""
        for measurand in ("Voltage", "Power.Active.Import", "Current.Import", "Frequency", "SoC"):
            self.assertEqual(self.reading(value="50", measurand=measurand).value, 50.0)
        self.assertEqual(self.ring.connector().live.frequency.value, 50.0)  # type: ignore[union-attr]

    def test_M3_celcius(self) -> None:
        """Both spellings of Celsius are understood, and Hertz or none for a frequency."""
        for unit in ("Celcius", "Celsius"):
            self.assertEqual(self.reading(value="31", unit=unit, measurand="Temperature").value, 31)
        self.assertEqual(self.reading(value="50", unit="Hertz", measurand="Frequency").value, 50)

    def test_M4_phases(self) -> None:
        """Measurand, phase and location make the reading; ``L1-N`` on a current is taken."""
        self.send(
            {"value": "10", "measurand": "Current.Import", "phase": "L1-N"},
            {"value": "5", "phase": "L2"},
            {"value": "6", "phase": "L2", "location": "Inlet"},
            {"value": "0.1", "measurand": "Current.Import", "phase": "N"},
        )
        self.assertEqual(
            [(one.key.measurand, one.key.phase, one.key.location) for one in self.readings()],
            [
                ("Current.Import", "L1-N", ""),
                (REGISTER, "L2", ""),
                (REGISTER, "L2", "Inlet"),
                ("Current.Import", "N", ""),
            ],
        )
        self.assertEqual(self.ring.connector().live.currentL1.value, 10.0)  # type: ignore[union-attr]

    def test_M5_suffix(self) -> None:
        """A phase at the end of the measurand is a phase."""
        self.assertEqual(self.reading(value="230", measurand="Voltage.L1").key.phase, "L1")

    def test_M6_vendorMeasurand(self) -> None:
        """A measurand that nobody knows is kept as it is."""
        found = self.reading(value="3", measurand="Humidity")
        self.assertEqual((found.key.measurand, found.value), ("Humidity", 3.0))

    def test_M9_clockAndPeriodic(self) -> None:
        """Clock-aligned and periodic values are the same reading, told apart by context."""
        clock = self.reading(value="1", context="Sample.Clock")
        periodic = self.reading(value="2", context="Sample.Periodic")
        self.assertEqual(clock.key, periodic.key)
        self.assertEqual((clock.context, periodic.context), ("Sample.Clock", "Sample.Periodic"))

    def test_M10_signedData(self) -> None:
        """Signed data goes through untouched, named as such or not."""
        for sampled in ({"value": "OCMF|{}|x", "format": "SignedData"}, {"value": "ab" * 500}):
            found = self.reading(**sampled)
            self.assertTrue(found.signed)
            self.assertEqual((found.value, found.text), (None, sampled["value"]))

    def test_withoutScale(self) -> None:
        """Usual values come to the same whether the site scales anything else or not."""
        values = [
            {"value": "1234"},
            {"value": "230.1", "measurand": "Voltage", "phase": "L1", "location": "Outlet"},
            {"value": "-5", "measurand": "Current.Import", "context": "Transaction.Begin"},
            {"value": "55", "measurand": "SoC", "location": "EV", "unit": "Percent"},
            {"value": "1.1", "measurand": "Power.Active.Import", "unit": "kW"},
            {"value": "7", "measurand": "Odd"},
            {"value": "abcd", "format": "SignedData"},
        ]
        self.send(*values)
        plain = self.readings()
        table = ChargePointTable("CP1", scale={"RPM": 2.0})
        self.begin(Ring(self, configured(table)))
        self.send(*values)
        self.assertEqual(self.readings(), plain)

    def test_scale(self) -> None:
        """The site's factor corrects what a charge point gets wrong."""
        table = ChargePointTable("CP1", scale={REGISTER: 1000.0, "Current.Import": -1.0})
        self.begin(Ring(self, configured(table)))
        self.assertEqual(self.reading(value="1.1").value, 1100.0)
        self.assertEqual(self.reading(value="16", measurand="Current.Import").value, -16.0)
        self.assertEqual(self.reading(value="230", measurand="Voltage").value, 230.0)


class FormTests(MeteringCase):
    """Content that is written differently."""

    def test_S6_foreignContext(self) -> None:
        """A context that nobody knows is Other."""
        self.assertEqual(self.reading(value="1", context="Alfen").context, "Other")

    def test_S7_numberAsMeterValue(self) -> None:
        """A JSON number is taken, and its text is kept."""
        found = self.reading(value=12.5)
        self.assertEqual((found.value, found.text), (12.5, "12.5"))
        self.assertIn("S7", self.ring.deviations())

    def test_S8_blanksAndComma(self) -> None:
        """Blanks and a decimal comma are understood; what is no number leaves the others alone."""
        self.send({"value": " 1,5 "}, {"value": "", "phase": "L1"}, {"value": "7", "phase": "L2"})
        self.assertEqual([one.value for one in self.readings()], [1.5, None, 7.0])
        self.assertIn("S8", self.ring.deviations())

    def test_S9_objectInsteadOfList(self) -> None:
        """One object where a list should be is a list of one."""
        value = {"timestamp": stamp(START), "sampledValue": {"value": "5"}}
        payload = {"connectorId": 1, "meterValue": value}
        self.assertEqual(self.chargePoint.call("MeterValues", payload)[2], {})
        self.assertEqual(self.readings()[0].value, 5.0)

    def test_S10_nothing(self) -> None:
        """An empty list is answered and changes nothing."""
        self.send()
        self.assertEqual(self.chargePoint.call("MeterValues", {"connectorId": 1})[0], 3)
        self.assertEqual(self.ring.noted(f.Measured), [])

    def test_S23_noConnector(self) -> None:
        """Without connectorId the values belong to the only connector."""
        value = {"timestamp": stamp(START), "sampledValue": [{"value": "5"}]}
        self.assertEqual(self.chargePoint.call("MeterValues", {"meterValue": [value]})[2], {})
        self.assertEqual(self.ring.noted(f.Measured)[0].connectorId, 1)

    def test_T5_badTime(self) -> None:
        """A time that is none is the time of receipt."""
        value = {"timestamp": "now", "sampledValue": [{"value": "5"}]}
        payload = {"connectorId": 1, "meterValue": [value]}
        self.assertEqual(self.chargePoint.call("MeterValues", payload)[2], {})
        self.assertEqual(self.readings()[0].sourceTime, START)

    def test_severalMoments(self) -> None:
        """Several moments of one message keep their times and their order."""
        values = [
            {"timestamp": f"2026-05-04T11:59:{second}Z", "sampledValue": [{"value": str(second)}]}
            for second in (10, 20)
        ]
        self.chargePoint.call("MeterValues", {"connectorId": 1, "meterValue": values})
        self.assertEqual([one.sourceTime.second for one in self.readings()], [10, 20])


class BelongingTests(MeteringCase):
    """Which transaction values belong to."""

    def start(self) -> int:
        sent = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": stamp(START)}
        return int(self.chargePoint.call("StartTransaction", sent)[2]["transactionId"])

    def belongsTo(self, **more: Any) -> int | None:
        self.send({"value": "10"}, **more)
        found: int | None = self.ring.noted(f.Measured)[-1].transactionId
        return found

    def test_named(self) -> None:
        """The one that is named."""
        self.start()
        self.assertEqual(self.belongsTo(transactionId=77), 77)

    def test_X4_running(self) -> None:
        """Without a usable id the one that runs on the connector."""
        running = self.start()
        self.assertEqual(self.belongsTo(), running)
        self.assertEqual(self.belongsTo(transactionId=-1), running)
        self.assertEqual(self.belongsTo(transactionId=0), running)

    def test_none(self) -> None:
        """None where none runs, and none for the main meter."""
        self.assertIsNone(self.belongsTo())
        self.start()
        self.assertIsNone(self.belongsTo(connectorId=0))

    def test_committed(self) -> None:
        """The values are on disk before they are answered."""
        ring = Ring(self, delay=1.0)
        chargePoint = ring.connect()
        value = {"timestamp": stamp(START), "sampledValue": [{"value": "5"}]}
        payload = {"connectorId": 1, "meterValue": [value]}
        self.assertIsNone(chargePoint.call("MeterValues", payload, "x"))
        self.assertEqual(dict(ring.connector().readings), {})
        ring.advance(1)
        self.assertIsNotNone(chargePoint.answerTo("x"))


class TogetherTests(MeteringCase):
    """Values of one instant are kept by columns, unless something about one of them is odd."""

    USUAL = (
        {"value": "1500", "unit": "Wh"},
        {"value": "-7.5", "measurand": "Power.Active.Import", "unit": "W"},
        {"value": "16", "measurand": "Current.Import", "phase": "L1", "unit": "A"},
    )

    def raw(self) -> Any:
        """The readings of the last message, as they were kept."""
        return self.ring.noted(f.Measured)[-1].readings

    def test_sharedPlan(self) -> None:
        """Two usual messages share what their values are of."""
        self.send(*self.USUAL)
        one = self.raw()
        self.send(*self.USUAL)
        self.assertIsInstance(one, Batch)
        self.assertIs(self.raw().plan, one.plan)
        self.assertEqual([reading.value for reading in one], [1500.0, -7.5, 16.0])
        self.assertEqual([reading.text for reading in one], ["1500", "-7.5", "16"])

    def test_oneIsOdd(self) -> None:
        """Beside an odd value the others are what they are without it."""
        self.send(*self.USUAL)
        usual = tuple(self.readings())
        for odd in (
            {"value": "1.5", "unit": "kWh"},
            {"value": " 7"},
            {"value": "AB", "format": "SignedData"},
            {"value": "1", "measurand": "Foreign"},
        ):
            self.send(*self.USUAL, odd)
            self.assertNotIsInstance(self.raw(), Batch)
            self.assertEqual(tuple(self.readings())[:3], usual)

    def test_wide(self) -> None:
        """A message of very many values is taken in one by one, and no time is lost before."""
        with patch.object(metering, "takenApart", side_effect=AssertionError):
            self.send(*(self.USUAL[:1] * (WIDEST + 1)))
        self.assertNotIsInstance(self.raw(), Batch)
        self.assertEqual(len(self.readings()), WIDEST + 1)
