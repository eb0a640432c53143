"""Tests of MeterValues that are known by their form."""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any
from unittest.mock import patch

from hypothesis import event, given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.ocppj.parsing import usualCall
from ocppgw.v16 import decoding, forms
from ocppgw.v16.forms import LONGEST, MOST, SEEN, TRIES, FormReader, Forms, UsualValues
from ocppgw.v16.messages import MeterValuesRequest
from ocppgw.v16.numerals import plainRow
from ocppgw.v16.readings import WIDEST, wordsOf

TIME = "2026-11-01T12:00:00.000Z"

glance = decoding.glancing(MeterValuesRequest)


def text(payload: Any, messageId: str = "x", spaced: bool = False) -> bytes:
    """A Call of MeterValues."""
    separators = (", ", ": ") if spaced else (",", ":")
    said = json.dumps(payload, separators=separators)
    return f'[2,{json.dumps(messageId)},"MeterValues",{said}]'.encode()


def meterValues(*values: str, **more: Any) -> dict[str, Any]:
    """A payload with the values of phases."""
    sampled = [
        {"value": value, "measurand": "Voltage", "unit": "V", "phase": f"L{phase}"}
        for phase, value in enumerate(values, 1)
    ]
    return {"connectorId": 1, "meterValue": [{"timestamp": TIME, "sampledValue": sampled}]} | more


WORDS = {
    "measurand": st.sampled_from(["Voltage", "Energy.Active.Import.Register", "Mine"]),
    "unit": st.sampled_from(["V", "Wh", "kWh"]),
    "phase": st.sampled_from(["L1", "L2", "L3"]),
    "context": st.sampled_from(["Sample.Clock", "Transaction.End"]),
    "location": st.sampled_from(["Outlet", "Inlet"]),
    "format": st.sampled_from(["Raw", "SignedData"]),
}
NUMBERS = st.sampled_from(
    ["0", "1", "-5", "22.50", "230.1", "007", "-", "1.", "1,5", "", " 1", "x"]
)
SAMPLED = st.fixed_dictionaries({"value": NUMBERS}, optional=WORDS)
TIMES = st.sampled_from([TIME, "2026-11-01T12:00:00Z", "2026-11-01T12:00:00+02:00", "T1", "null"])


@st.composite
def shuffled(draw: st.DrawFn, fields: dict[str, Any]) -> dict[str, Any]:
    """The same object with its fields in another order."""
    return dict(draw(st.permutations(list(fields.items()))))


@st.composite
def payloads(draw: st.DrawFn) -> dict[str, Any]:
    """MeterValues of all kinds, with the fields in any order."""
    sampled = draw(st.lists(SAMPLED.flatmap(shuffled), min_size=1, max_size=4))
    value = draw(shuffled({"timestamp": draw(TIMES), "sampledValue": sampled}))
    payload: dict[str, Any] = {"connectorId": draw(st.integers(0, 12)), "meterValue": [value]}
    if draw(st.booleans()):
        payload["transactionId"] = draw(st.sampled_from([0, -1, 7, 123_456, 2**31 - 1, 1.5]))
    if draw(st.integers(0, 4)) == 0:
        payload["meterValue"] *= 2
    return draw(shuffled(payload))


@st.composite
def refilled(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """Two payloads of one form mostly: with other numbers and times."""
    first = draw(payloads())
    second = deepcopy(first)
    for value in second["meterValue"]:
        value["timestamp"] = draw(TIMES)
        for sampled in value["sampledValue"]:
            sampled["value"] = draw(NUMBERS)
    second["connectorId"] = draw(st.integers(0, 12))
    return first, second


class ReadingTests(SynchronousTestCase):
    """What is read by a form is what would be read without."""

    def reader(self, *learnt: bytes) -> FormReader:
        """A reader that has seen these often."""
        reader = FormReader(Forms())
        for one in learnt:
            for _ in range(SEEN):
                reader.call(one)
        return reader

    def assertAlike(self, reader: FormReader, one: bytes) -> bool:
        """Read a text as it is read without a form; whether its form was known."""
        call, usual = reader.call(one), usualCall(one)
        if call is None or usual is None:
            self.assertIs(call, usual)
            return False
        named = ("id", "token", "action", "payload", "deviations")
        for name in named:
            self.assertEqual(getattr(call, name), getattr(usual, name))
        said = call.said
        if said is None:
            return False
        assert isinstance(said, UsualValues)
        request = glance(call.payload)
        assert request is not None
        [value] = request.meterValue
        self.assertEqual(said.request(), request)
        self.assertEqual(said.connectorId, request.connectorId)
        self.assertEqual(said.transactionId, request.transactionId)
        self.assertEqual(said.timestamp, value.timestamp)
        self.assertEqual(said.row, plainRow([sampled.value for sampled in value.sampledValue]))
        for known, sampled in zip(said.form.values, value.sampledValue, strict=True):
            self.assertEqual(wordsOf(known), wordsOf(sampled))
        return True

    def test_known(self) -> None:
        """What was seen often is known, whatever its numbers, connector, id and time."""
        reader = self.reader(text(meterValues("230.1", "230.2", transactionId=5)))
        for place, values in enumerate((("1", "2"), ("-0.5", "1234567890123"))):
            payload = meterValues(*values, transactionId=place) | {"connectorId": place}
            payload["meterValue"][0]["timestamp"] = f"2026-11-01T12:00:0{place}Z"
            self.assertTrue(self.assertAlike(reader, text(payload, f"id {place}")))

    def test_firstOnes(self) -> None:
        """Nothing is learnt of what came a few times only."""
        reader = FormReader(Forms())
        one = text(meterValues("230.1"))
        isKnown = [self.assertAlike(reader, one) for _ in range(SEEN + 1)]
        self.assertEqual(isKnown, [False] * SEEN + [True])

    def test_shared(self) -> None:
        """What one link taught, another one knows at its second message."""
        shared, one = Forms(), text(meterValues("230.1"))
        for reader in (FormReader(shared) for _ in range(SEEN)):
            self.assertFalse(self.assertAlike(reader, one))
        last = FormReader(shared)
        self.assertEqual([self.assertAlike(last, one) for _ in range(2)], [False, True])

    def test_order(self) -> None:
        """The same words in another order are another form."""
        first, second = meterValues("1", "2"), meterValues("1", "2")
        second["meterValue"][0]["sampledValue"].reverse()
        reader = self.reader(text(first))
        self.assertFalse(self.assertAlike(reader, text(second)))

    def test_two(self) -> None:
        """A link may have two forms at a time, in any order."""
        first, second = text(meterValues("1", "2")), text(meterValues("3"))
        reader = self.reader(first, second)
        for one in (first, second, second, first, first):
            self.assertTrue(self.assertAlike(reader, one))

    def test_oddNumbers(self) -> None:
        """Texts that are no plain numbers are read without the form; those after them with it."""
        reader = self.reader(text(meterValues("1", "2")))
        for odd in ("", " 1", "1,5", "1.2.3", "-", "007", "1e3", "NaN", "1" * 16, 'a"b', "\\"):
            self.assertFalse(self.assertAlike(reader, text(meterValues(odd, "2"))), odd)
            self.assertTrue(self.assertAlike(reader, text(meterValues("3", "2"))))

    def test_oddIds(self) -> None:
        """So are message ids and other numbers that need to be looked at."""
        payload = meterValues("1", transactionId=1)
        usual = text(payload)
        reader = self.reader(usual)
        for messageId in ("x" * 36, "", "\N{LATIN SMALL LETTER E WITH ACUTE}", 'a"b', "x" * 37):
            isKnown = self.assertAlike(reader, text(payload, messageId))
            self.assertEqual(isKnown, messageId == "x" * 36)
        for name in (b'"transactionId":', b'"connectorId":'):
            for number in (b"01", b"-0", b"1.5", b"1e9", b"99999999999", b'"1"', b"null"):
                odd = usual.replace(name + b"1", name + number)
                self.assertNotEqual(odd, usual)
                self.assertFalse(self.assertAlike(reader, odd), number)

    def test_otherActions(self) -> None:
        """Nothing but MeterValues has a form."""
        one = text(meterValues("1")).replace(b"MeterValues", b"Mine")
        self.assertFalse(self.assertAlike(self.reader(one), one))

    def test_noForm(self) -> None:
        """What has its places where nobody can tell them has no form."""
        usual = text(meterValues("1", "2"))
        for odd in (
            usual.replace(b'"1"', b"1"),
            usual.replace(b'"connectorId":1,', b""),
            usual.replace(b"sampledValue", b"value"),
            usual.replace(b'"unit":"V"', b'"value":"3"', 1),
            usual.replace(b'"unit":"V"', b'"unit":null', 1),
            usual.replace(b'"connectorId":1', b'"connectorId":1,"connectorId":2'),
            usual.replace(b'"connectorId":1', b'"connectorId":1,"value":"5"'),
            usual.replace(b'"connectorId":1', b'"connectorId":1,"timestamp":"5"'),
        ):
            self.assertNotEqual(odd, usual)
            self.assertFalse(self.assertAlike(self.reader(odd), odd), odd)

    def test_useless(self) -> None:
        """Nor has what has to be looked at value by value: other units and words, too many."""
        usual = meterValues("1", "2")
        for field, word in (("unit", "kWh"), ("measurand", "Mine"), ("format", "SignedData")):
            odd = meterValues("1", "2")
            odd["meterValue"][0]["sampledValue"][1][field] = word
            self.assertFalse(self.assertAlike(self.reader(text(odd)), text(odd)), word)
        for number in (WIDEST, WIDEST + 1):
            usual["meterValue"][0]["sampledValue"] = [{"value": "1"}] * number
            isKnown = self.assertAlike(self.reader(text(usual)), text(usual))
            self.assertEqual(isKnown, number == WIDEST)

    def test_spaces(self) -> None:
        """Blanks are a part of the form."""
        spaced = text(meterValues("1", "2"), spaced=True)
        reader = self.reader(spaced)
        self.assertTrue(self.assertAlike(reader, spaced.replace(b'"1"', b'"5"')))
        self.assertFalse(self.assertAlike(reader, text(meterValues("1", "2"))))
        behind = text(meterValues("1", "2"))[:-1] + b"  ] "
        self.assertTrue(self.assertAlike(self.reader(behind), behind.replace(b'"1"', b'"5"')))

    @given(refilled(), st.booleans())
    def test_any(self, both: tuple[dict[str, Any], dict[str, Any]], spaced: bool) -> None:
        """Whatever MeterValues are learnt: others are read by their form as they are without."""
        first, second = (text(one, spaced=spaced) for one in both)
        reader = self.reader(first)
        for one in (second, first):
            event(f"known: {self.assertAlike(reader, one)}")


class BoundTests(SynchronousTestCase):
    """Who sends ever other texts costs little, and fills nothing."""

    def test_forms(self) -> None:
        """Of many forms none are known for ever."""
        shared = Forms()
        for number in range(3 * MOST):
            payload = meterValues("1", "2") | {f"meterValue{number}": 1}
            shared.formOf(text(payload))
            self.assertLessEqual(len(shared._found), MOST)

    def test_long(self) -> None:
        """A long text has no form; one that is a little shorter has."""
        payload = meterValues("1") | {"transactionId": 1}
        most = LONGEST - len(text(payload, spaced=True))
        for more, isKnown in ((most, True), (most + 1, False)):
            shared = Forms()
            one = text(payload, spaced=True).replace(b": [", b":" + b" " * (more + 1) + b"[", 1)
            found = [shared.formOf(one) for _ in range(2 * SEEN)]
            self.assertEqual(found[-1] is not None, isKnown, len(one))

    def test_tries(self) -> None:
        """A link whose texts have no form is looked at seldom after a while."""
        reader, looked = FormReader(Forms()), 0

        def look(shared: Forms, one: bytes) -> None:
            nonlocal looked
            looked += 1

        with patch.object(Forms, "formOf", look):
            for number in range(10 * TRIES):
                reader.call(text(meterValues(str(number))))
        self.assertEqual(looked, TRIES + 9)

    def test_learning(self) -> None:
        """A form that cannot be learnt is not learnt again each time."""
        one, shared = text(meterValues("1")).replace(b'"1"', b"1"), Forms()
        with patch.object(forms, "usualCall", side_effect=usualCall) as read:
            for _ in range(5 * SEEN):
                self.assertIsNone(shared.formOf(one))
        self.assertEqual(read.call_count, 1)
