"""MeterValues whose form is known come to what they come to without."""

from __future__ import annotations

from collections.abc import Callable
from unittest import mock

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.watching import frames
from ocppgw.config.repeated import ChargePointTable
from ocppgw.model import facts as f
from ocppgw.model.batch import Batch
from ocppgw.ocppj.frames import Call
from ocppgw.v16 import forms
from ocppgw.v16.forms import SEEN, FormReader
from tests.central import test_belonging, test_metering
from tests.central.support import RawChargePoint, Ring, configured


def watched(test: SynchronousTestCase, isTaught: bool = True) -> list[Call]:
    """
    The Calls that are read by their form.

    :param isTaught: have each text known before it is read.
    """
    found: list[Call] = []
    usual: Callable[[FormReader, bytes], Call | None] = FormReader.call

    def call(reader: FormReader, text: bytes) -> Call | None:
        if isTaught:
            reader._tries = 0
            reader._look(text)
        read = usual(reader, text)
        if read is not None and read.said is not None:
            found.append(read)
        return read

    if isTaught:
        test.patch(forms, "SEEN", 1)
    test.patch(RawChargePoint, "separators", (",", ":"))
    test.patch(FormReader, "call", call)
    return found


class Learnt(SynchronousTestCase):
    """All of it with forms that are known before the first message."""

    def setUp(self) -> None:
        watched(self)
        super().setUp()


class ValueTests(Learnt, test_metering.ValueTests):
    """What a sampled value means."""


class FormTests(Learnt, test_metering.FormTests):
    """How values are put into messages."""


class BelongingTests(Learnt, test_metering.BelongingTests):
    """To which connector values belong."""


class TogetherTests(Learnt, test_metering.TogetherTests):
    """Values of one instant."""


class UnconfirmedTests(Learnt, test_belonging.UnconfirmedTests):
    """Values of a transaction whose start was not confirmed."""


class UnknownTests(Learnt, test_belonging.UnknownTests):
    """Values of a transaction that nobody knows."""


class FinalTests(Learnt, test_belonging.FinalTests):
    """Values that come after the end."""


class KnownTests(test_metering.MeteringCase):
    """A form is found out on the way, and used."""

    def test_used(self) -> None:
        """After a few messages a form is used, with facts as before."""
        found = watched(self, isTaught=False)
        self.begin(Ring(self))
        facts = []
        for number in range(SEEN + 2):
            self.send({"value": str(number), "unit": "Wh"}, {"value": "7", "phase": "L1"})
            facts.append(self.ring.noted(f.Measured)[-1])
        self.assertEqual(len(found), 2)
        for number, fact in enumerate(facts):
            assert isinstance(fact.readings, Batch)
            self.assertEqual([reading.value for reading in fact.readings], [number, 7.0])
            self.assertEqual(
                [one.key for one in fact.readings], [one.key for one in self.readings()]
            )

    def test_recorded(self) -> None:
        """The recorder of frames is told that such a text has few values; of others it counts."""
        counted = mock.Mock(wraps=frames._valuesIn)
        self.patch(frames, "_valuesIn", counted)
        found = watched(self, isTaught=False)
        self.begin(Ring(self))
        for number in range(SEEN + 2):
            self.send(*[{"value": str(number), "measurand": "Voltage", "phase": "L1-N"}] * 3)
        self.assertEqual((len(found), counted.call_count), (2, SEEN))

    def test_fewValues(self) -> None:
        """What has a form has few values, whatever is in it, so that nobody need count them."""
        wide = [
            [{"value": "1"}] * 64,
            [{"value": "1", "unit": "Wh"}] * 64,
            [{"value": "1", "phase": "L1"}] * 62,
            [{"value": "1", "phase": "N", "unit": "Wh"}] * 46,
        ]
        found = watched(self)
        self.begin(Ring(self))
        for number, values in enumerate(wide, 1):
            self.send(*values)
            self.assertEqual(len(found), number)
            self.assertLess(frames._valuesIn(found[-1].payload), 3 * frames.VALUES)

    def test_scaled(self) -> None:
        """Where a site scales values, what has a known form is scaled as well."""
        table = ChargePointTable("CP1", scale={test_metering.REGISTER: 1000.0})
        found = watched(self)
        self.begin(Ring(self, configured(table)))
        self.assertEqual(self.reading(value="1.5", unit="Wh").value, 1500.0)
        self.assertEqual(len(found), 1)

    def test_strict(self) -> None:
        """Where a charge point is held to the letter, the form is no excuse."""
        found = watched(self)
        self.begin(Ring(self, configured(ChargePointTable("CP1", strict=True))))
        self.chargePoint.boot()
        odd = {
            "connectorId": 1,
            "meterValue": [{"timestamp": "T1", "sampledValue": [{"value": "1"}]}],
        }
        self.assertEqual(self.chargePoint.call("MeterValues", odd)[0], 4)
        self.assertEqual(len(found), 1)
