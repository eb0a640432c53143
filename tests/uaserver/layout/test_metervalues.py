"""MeterValues: the grammar of names, and values exactly as sent."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st
from opcua import ua
from twisted.trial import unittest

from ocppgw.model.records import MeterKey
from ocppgw.uaserver.layout.metervalues import keysOf, nameOf
from ocppgw.v16.metering import LOCATIONS, MEASURANDS, PHASES
from tests.uaserver.layout.site import CODES, ENGINEER, Site, children

FOLDER = "Connectors/1/MeterValues"
OUTSIDE = ["", *(each for each in LOCATIONS.words if each != "Outlet")]


def dataType(node: Any) -> int:
    """The number of a node's DataType."""
    return int(node.attribute(ua.AttributeIds.DataType, ENGINEER).Value.Value.Identifier)


class Names(unittest.SynchronousTestCase):
    """Names and keys."""

    @given(
        st.sampled_from(list(MEASURANDS.words)),
        st.sampled_from(["", *PHASES.words]),
        st.sampled_from(OUTSIDE),
        st.booleans(),
    )
    def test_roundTrip(self, measurand: str, phase: str, location: str, signed: bool) -> None:
        """A name of the specification leads back to the one reading it is of."""
        key = MeterKey(f"SignedData.{measurand}" if signed else measurand, phase, location)
        self.assertEqual(keysOf(nameOf(key)), (key,))

    @given(st.text(min_size=1, max_size=20), st.sampled_from(["", "L1"]),
           st.sampled_from(["", "EV"]))  # fmt: skip
    def test_vendorNames(self, measurand: str, phase: str, location: str) -> None:
        """A vendor's measurand is found under its name, whatever it looks like."""
        key = MeterKey(f"Vendor.{measurand}", phase, location)
        self.assertIn(key, keysOf(nameOf(key)))


class MeterValues(unittest.SynchronousTestCase):
    """Nodes."""

    def setUp(self) -> None:
        self.site = Site()
        self.site.connect()

    def browsed(self) -> dict[str, str]:
        """Browse name to DisplayName of what browsing shows."""
        nodes = children(self.site, self.site.node(FOLDER))
        return {each.browseName.Name: each.displayName.Text for each in nodes}

    def test_browsedAreThoseSent(self) -> None:
        """Browsing shows what was sent, under names that people can read."""
        self.assertEqual(self.browsed(), {})
        self.site.measure("Current.Import", 16.0, phase="L1")
        self.site.measure("Power.Active.Import", 7.0, location="Inlet")
        self.site.measure("Voltage", 400.0, phase="L1-L2")
        self.site.measure("W", 5.0)
        self.site.measure("SignedData.Energy.Active.Import.Register", None, "OCMF|{}")
        self.assertEqual(
            self.browsed(),
            {
                "Current.Import.L1": "Current Import L1",
                "Power.Active.Import@Inlet": "Power Active Import (Inlet)",
                "Voltage.L1-L2": "Voltage L1-L2",
                "Vendor.W": "Vendor W",
                "SignedData.Energy.Active.Import.Register":
                    "SignedData Energy Active Import Register",
            },
        )  # fmt: skip

    def test_wholeGrammarResolves(self) -> None:
        """22 measurands x phases x locations can be bound before anything was sent."""
        for measurand in MEASURANDS.words:
            for phase in ("", *PHASES.words):
                for location in OUTSIDE:
                    name = nameOf(MeterKey(measurand, phase, location))
                    node = self.site.node(f"{FOLDER}/{name}")
                    code = node.valueFrom(self.site.record).StatusCode.value
                    self.assertEqual(code, CODES.BadWaitingForInitialData)
                    self.assertEqual(dataType(node), 11)

    def test_M10_signedDataResolves(self) -> None:
        """Signed data is a String node of its own, untouched."""
        path = f"{FOLDER}/SignedData.Energy.Active.Import.Register"
        self.assertEqual(self.site.code(path), CODES.BadWaitingForInitialData)
        self.site.measure("SignedData.Energy.Active.Import.Register", None, 'OCMF|{"a":1}')
        self.site.measure("Energy.Active.Import.Register", 5.0)
        self.assertEqual(self.site.value(path), 'OCMF|{"a":1}')
        self.assertEqual(dataType(self.site.node(path)), 12)
        self.assertEqual(self.site.value(f"{FOLDER}/Energy.Active.Import.Register"), 5.0)

    def test_otherNamesDoNot(self) -> None:
        """Outlet is left out of names; what nobody sent and OCPP does not know is not there."""
        for name in ("Voltage@Outlet", "Voltage.L4", "voltage", "Vendor.W", "W", "Voltage@Moon"):
            self.assertIsNone(self.site.find(f"CP1/{FOLDER}/{name}"), name)

    def test_M6_vendorMeasurand(self) -> None:
        """A measurand outside the specification is found below Vendor, as it was sent."""
        self.site.measure("Hall/Temp.L1", 21.5)
        self.assertEqual(self.site.value(f"{FOLDER}/Vendor.Hall%2FTemp.L1"), 21.5)

    def test_S8_notANumber(self) -> None:
        """A value that is no number is null and BadDataEncodingInvalid; others are shown."""
        self.site.measure("Voltage", None, "many")
        self.site.measure("Frequency", 50.0)
        self.assertEqual(self.site.code(f"{FOLDER}/Voltage"), CODES.BadDataEncodingInvalid)
        self.assertEqual(self.site.value(f"{FOLDER}/Frequency"), 50.0)

    def test_M4_phasesApart(self) -> None:
        """Each phase and place has its own node."""
        self.site.measure("Current.Import", 1.0, phase="L1")
        self.site.measure("Current.Import", 2.0, phase="L1-N")
        self.site.measure("Current.Import", 3.0, phase="L1", location="Inlet")
        for name, value in (("L1", 1.0), ("L1-N", 2.0), ("L1@Inlet", 3.0)):
            self.assertEqual(self.site.value(f"{FOLDER}/Current.Import.{name}"), value)

    def test_M12_offeredIsNotMeasured(self) -> None:
        """What is offered has nodes of its own and is never taken for measured."""
        self.site.measure("Power.Offered", 11000.0)
        self.assertEqual(self.site.value(f"{FOLDER}/Power.Offered"), 11000.0)
        self.assertEqual(self.site.value("Connectors/1/Live/PowerOffered"), 11000.0)
        self.assertEqual(self.site.code("Connectors/1/Live/Power"), CODES.BadWaitingForInitialData)

    def test_connectorsOnDemand(self) -> None:
        """A connector that nobody announced appears with its first message, up to 64."""
        self.assertIsNone(self.site.find("CP1/Connectors/9"))
        self.site.report("Available", 9)
        self.assertEqual(self.site.value("Connectors/9/Status"), "Available")
        self.site.report("Available", 65)
        self.assertIsNone(self.site.find("CP1/Connectors/65"))
        self.assertIsNone(self.site.find("CP1/Connectors/09"))
        shown = [each.browseName.Name for each in children(self.site, self.site.node("Connectors"))]
        self.assertEqual(shown, ["0", "1", "9"])
