"""Tests of reading payloads into structs and writing them, to the letter and tolerantly."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.ocppj.errorcodes import (
    FORMATION_VIOLATION,
    OCCURENCE_VIOLATION,
    PROPERTY_VIOLATION,
    PROTOCOL_ERROR,
    TYPE_VIOLATION,
)
from ocppgw.v16.actions import ACTIONS
from ocppgw.v16.decoding import Invalid, check, decode, encode
from ocppgw.v16.messages import (
    AuthorizeRequest,
    BootNotificationRequest,
    ChangeConfigurationRequest,
    ChargingSchedulePeriod,
    GetConfigurationConfirmation,
    Message,
    MeterValuesRequest,
    RemoteStartTransactionRequest,
    StartTransactionRequest,
    StatusNotificationRequest,
    StopTransactionRequest,
)
from tests.v16.declared import messages

STRUCTS = [struct for one in ACTIONS.values() for struct in (one.request, one.confirmation)]
ANY_MESSAGE = st.sampled_from(STRUCTS).flatmap(messages)
STATUS = {"connectorId": 1, "errorCode": "NoError", "status": "Available"}
SAMPLE = {"value": "1"}

FINITE = st.floats(allow_nan=False, allow_infinity=False)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | FINITE | st.text(max_size=30),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)


def raw(payload: Any) -> bytes:
    """A payload as it comes."""
    return payload if isinstance(payload, bytes) else json.dumps(payload).encode()


def compact(payload: Any) -> bytes:
    """The same without blanks, as we would write it."""
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace")


def meterValues(**sample: Any) -> dict[str, Any]:
    """MeterValues with one sample."""
    values = [{"timestamp": "2024-05-01T12:00:00Z", "sampledValue": [SAMPLE | sample]}]
    return {"connectorId": 1, "meterValue": values}


class Letter(SynchronousTestCase):
    """Messages that keep to the specification."""

    @settings(max_examples=200)
    @given(ANY_MESSAGE)
    def test_roundTrip(self, message: Message) -> None:
        """What we write is read back as it was, both ways, and nothing is odd about it."""
        for strict in (True, False):
            decoded = decode(type(message), encode(message), strict)
            self.assertEqual((decoded.message, decoded.deviations), (message, ()))

    @given(ANY_MESSAGE)
    def test_absentIsLeftOut(self, message: Message) -> None:
        """Nothing that is absent is sent, not even as null."""
        self.assertNotIn(None, json.loads(encode(message)).values())

    @given(ANY_MESSAGE, st.data())
    def test_writtenOtherwise(self, message: Message, data: st.DataObject) -> None:
        """Order of fields, blanks and escapes make no difference."""
        fields = data.draw(st.permutations(list(json.loads(encode(message)).items())))
        for layout in ({"indent": 2}, {"separators": (" ,", " : ")}):
            text = json.dumps(dict(fields), **layout)
            self.assertEqual(decode(type(message), text.encode()).message, message)

    @given(ANY_MESSAGE, st.data())
    def test_incomplete(self, message: Message, data: st.DataObject) -> None:
        """A strict reader calls a missing field a ProtocolError."""
        fields = json.loads(encode(message))
        for name in [one for one in message.__struct_fields__ if one in fields]:
            left = {one: value for one, value in fields.items() if one != name}
            try:
                decode(type(message), raw(left), strict=True)
            except Invalid as error:
                self.assertEqual((error.errorCode, error.path), (PROTOCOL_ERROR, name))

    def test_errorCodes(self) -> None:
        """A strict reader tells the kinds of mistakes apart."""
        for change, code in (
            ({"connectorId": "1"}, TYPE_VIOLATION),
            ({"connectorId": 1.0}, TYPE_VIOLATION),
            ({"connectorId": -1}, PROPERTY_VIOLATION),
            ({"connectorId": 2**70}, PROPERTY_VIOLATION),
            ({"info": "x" * 51}, PROPERTY_VIOLATION),
            ({"info": None}, TYPE_VIOLATION),
            ({"info": 5}, TYPE_VIOLATION),
            ({"status": "available"}, PROPERTY_VIOLATION),
            ({"status": "Occupied"}, PROPERTY_VIOLATION),
            ({"timestamp": "yesterday"}, PROPERTY_VIOLATION),
            ({"more": 1}, FORMATION_VIOLATION),
        ):
            payload = raw(STATUS | change)
            error = self.assertRaises(
                Invalid, decode, StatusNotificationRequest, payload, strict=True
            )
            self.assertEqual((error.errorCode, error.path), (code, next(iter(change))))

    def test_errorCodesOfTheWhole(self) -> None:
        """What is no JSON, no object or too short a list has its code as well."""
        few = {"connectorId": 1, "meterValue": []}
        for payload, code in (
            (b"{", FORMATION_VIOLATION),
            (b"[]", TYPE_VIOLATION),
            (b'{"connectorId":NaN}', FORMATION_VIOLATION),
            (raw(few), OCCURENCE_VIOLATION),
        ):
            error = self.assertRaises(Invalid, decode, MeterValuesRequest, payload, strict=True)
            self.assertEqual(error.errorCode, code)

    def test_check(self) -> None:
        """What we are about to send is held to the letter, and the field at fault is named."""
        check(ChangeConfigurationRequest(key="a", value="b" * 500))
        for message, path in (
            (ChangeConfigurationRequest(key="a" * 51, value=""), "key"),
            (RemoteStartTransactionRequest(idTag="x" * 21), "idTag"),
            (RemoteStartTransactionRequest(idTag="x", connectorId=0), "connectorId"),
        ):
            self.assertEqual(self.assertRaises(Invalid, check, message).path, path)


class Tolerance(SynchronousTestCase):
    """Messages as charge points send them, a test per row of the quirks table."""

    def read(self, struct: type[Message], payload: Any, *kinds: str) -> Any:
        """
        The message, read tolerantly.

        Its deviations have these kinds; a strict reader refuses it.
        """
        decoded = decode(struct, raw(payload))
        self.assertEqual([one.kind for one in decoded.deviations], list(kinds))
        self.assertRaises(Invalid, decode, struct, raw(payload), strict=True)
        return decoded.message

    def status(self, change: dict[str, Any], *kinds: str) -> StatusNotificationRequest:
        """A StatusNotification that is right but for this."""
        message = self.read(StatusNotificationRequest, STATUS | change, *kinds)
        assert isinstance(message, StatusNotificationRequest)
        return message

    def sample(self, change: dict[str, Any], *kinds: str) -> Any:
        """The only sample of a MeterValues that is right but for this."""
        message = self.read(MeterValuesRequest, meterValues(**change), *kinds)
        return message.meterValue[0].sampledValue[0]

    def test_S1_extraFields(self) -> None:
        """Unknown fields are ignored wherever they stand, and each is counted with its path."""
        payload = meterValues(extra=1)
        payload["also"] = {"deep": [1]}
        decoded = decode(MeterValuesRequest, raw(payload))
        paths = [(one.kind, one.path) for one in decoded.deviations]
        inner = "meterValue[0].sampledValue[0].extra"
        self.assertEqual(paths, [("S1", "also"), ("S1", inner)])
        self.assertEqual(decoded.message, decode(MeterValuesRequest, raw(meterValues())).message)

    def test_S2_tooLongTexts(self) -> None:
        """A text that is too long is kept completely."""
        payload = {"chargePointVendor": "v" * 33, "chargePointModel": "m"}
        message = self.read(BootNotificationRequest, payload, "S2")
        self.assertEqual(message.chargePointVendor, "v" * 33)

    def test_S3_noVendorNoModel(self) -> None:
        """A BootNotification without vendor and model is understood."""
        message = self.read(BootNotificationRequest, {}, "S3", "S3")
        self.assertEqual((message.chargePointVendor, message.chargePointModel), ("", ""))
        empty = {"chargePointVendor": "", "chargePointModel": ""}
        self.assertEqual(decode(BootNotificationRequest, raw(empty)).deviations, ())

    def test_S4_unknownErrorCode(self) -> None:
        """An unknown error code is an OtherError; its text becomes the vendor's code."""
        message = self.status({"errorCode": "Error"}, "S4")
        self.assertEqual((message.errorCode, message.vendorErrorCode), ("OtherError", "Error"))

    def test_S4_vendorErrorCodeStays(self) -> None:
        """A vendor's code that was sent is not overwritten; a wrong case is no foreign word."""
        message = self.status({"errorCode": "Error", "vendorErrorCode": "E7"}, "S4")
        self.assertEqual((message.errorCode, message.vendorErrorCode), ("OtherError", "E7"))
        message = self.status({"errorCode": "noerror"}, "S4")
        self.assertEqual((message.errorCode, message.vendorErrorCode), ("NoError", None))

    def test_S5_statusInWrongCase(self) -> None:
        """A status in another case or with blanks is the one that is meant."""
        for word in ("available", "AVAILABLE", " Available "):
            self.assertEqual(self.status({"status": word}, "S5").status, "Available")

    def test_S5_foreignStatus(self) -> None:
        """``Occupied`` and words that nobody knows are kept as they were sent."""
        for word in ("Occupied", "Parked"):
            self.assertEqual(self.status({"status": word}, "S5").status, word)

    def test_S6_unknownContext(self) -> None:
        """An unknown reading context is ``Other``."""
        self.assertEqual(self.sample({"context": "Sample.Odd"}, "S6").context, "Other")

    def test_S7_numberAsMeterValue(self) -> None:
        """A number as value is understood, with its digits exactly as sent."""
        for number in (b"230.10", b"5", b"1e3", b"-0.0", b"123456789012345678901234567890.5"):
            payload = raw(meterValues()).replace(b'"1"', number)
            message = self.read(MeterValuesRequest, payload, "S7")
            value = message.meterValue[0].sampledValue[0].value
            self.assertEqual(value, number.decode())

    def test_S8_valueTextIsKept(self) -> None:
        """Blanks, commas and empty texts are kept as sent; `readings` makes numbers of them."""
        for text in ("", " 230,5 "):
            decoded = decode(MeterValuesRequest, raw(meterValues(value=text)))
            sample = decoded.message.meterValue[0].sampledValue[0]
            self.assertEqual((sample.value, decoded.deviations), (text, ()))

    def test_S9_objectInsteadOfList(self) -> None:
        """An object where a list belongs is a list of one."""
        payload = meterValues()
        payload["meterValue"] = payload["meterValue"][0]
        message = self.read(MeterValuesRequest, payload, "S9")
        self.assertEqual(len(message.meterValue), 1)
        payload["meterValue"]["sampledValue"] = SAMPLE
        message = self.read(MeterValuesRequest, payload, "S9", "S9")
        self.assertEqual(message.meterValue[0].sampledValue[0].value, "1")

    def test_S10_noSamples(self) -> None:
        """Empty lists are taken, and change nothing."""
        payload = meterValues()
        payload["meterValue"][0]["sampledValue"] = []
        message = self.read(MeterValuesRequest, payload, "S10")
        self.assertEqual(message.meterValue[0].sampledValue, ())
        message = self.read(MeterValuesRequest, {"connectorId": 1, "meterValue": []}, "S10")
        self.assertEqual(message.meterValue, ())

    def test_S11_configurationValues(self) -> None:
        """Values that are numbers or truth values become texts, a ``readonly`` text a truth."""
        keys = [
            {"key": "a", "readonly": "true", "value": 300},
            {"key": "b", "readonly": "False", "value": True},
            {"key": "c"},
        ]
        kinds = ["S11"] * 5
        message = self.read(GetConfigurationConfirmation, {"configurationKey": keys}, *kinds)
        found = [(one.readonly, one.value) for one in message.configurationKey]
        self.assertEqual(found, [(True, "300"), (False, "true"), (False, None)])

    def test_S12_integersAsTexts(self) -> None:
        """Integers that are texts or have fractions are understood, rounded half up."""
        for sent, expected in (("1234", 1234), (1234.0, 1234), (1234.5, 1235), ("12.4", 12)):
            start = {"connectorId": 1, "idTag": "a", "timestamp": "2024-05-01T12:00:00Z"}
            message = self.read(StartTransactionRequest, start | {"meterStart": sent}, "S12")
            self.assertEqual(message.meterStart, expected)
        self.assertEqual(self.status({"connectorId": "1"}, "S12").connectorId, 1)

    def test_S22_idTags(self) -> None:
        """An idTag may be up to 255 long; blanks and NULs around it do not belong to it."""
        for sent, expected in (
            ("x" * 21, "x" * 21),
            ("x" * 300, "x" * 255),
            (" 04:A1.b2\0\0", "04:A1.b2"),
            (12345, "12345"),
        ):
            decoded = decode(AuthorizeRequest, raw({"idTag": sent}))
            self.assertEqual(decoded.message.idTag, expected)
            self.assertEqual([one.kind for one in decoded.deviations], ["S22"])

    def test_S23_missingConnectorId(self) -> None:
        """A missing connectorId is ``None``; who answers decides which connector is meant."""
        message = self.read(
            StatusNotificationRequest, {"errorCode": "NoError", "status": "Faulted"}, "S23"
        )
        self.assertIsNone(message.connectorId)
        payload = meterValues()
        for sent in ({}, {"connectorId": None}, {"connectorId": [1]}):
            payload.pop("connectorId", None)
            decoded = decode(MeterValuesRequest, raw(payload | sent))
            self.assertIsNone(decoded.message.connectorId)
            self.assertEqual(len(decoded.deviations), 1)

    def test_S24_duplicateKeys(self) -> None:
        """Of a name that stands twice in an object the last one holds, and it is counted."""
        twice = b'{"connectorId":1,"errorCode":"NoError","status":"Faulted","status":"Charging"}'
        self.assertEqual(self.read(StatusNotificationRequest, twice, "S24").status, "Charging")
        inner = raw(meterValues()).replace(b'"value"', b'"value":"9:9","value"')
        message = self.read(MeterValuesRequest, inner, "S24")
        self.assertEqual(message.meterValue[0].sampledValue[0].value, "1")

    def test_S24_whateverIsRepeated(self) -> None:
        """It is found with any layout, and where escapes hide the colons."""
        for text in (
            b'{"idTag" :"a","idTag": "a"}',
            b'{"idTag":"a:b","idTag":"a\\u003ab"}',
            b'{"idTag":"\\u003A","idTag":":"}',
        ):
            self.read(AuthorizeRequest, text, "S24")
        for text in (b'{"idTag":"a:\\":b"}', b'{"idTag":"a\\u003ab"}', b'{ "idTag" : "null" }'):
            self.assertEqual(decode(AuthorizeRequest, text).deviations, ())

    def test_growingNumber(self) -> None:
        """A number that grows does not hide that something was repeated (S24)."""
        text = b'{"startPeriod":0,"limit":1,"limit":1e11}'
        decoded = decode(ChargingSchedulePeriod, text)
        self.assertEqual(len(encode(decoded.message)), len(text))
        self.assertEqual([one.kind for one in decoded.deviations], ["S24"])

    def test_T5_timestamps(self) -> None:
        """A timestamp that is null or missing is ``None``, and any text is kept for `times`."""
        for sent in ({"timestamp": None}, {}):
            value = sent | {"sampledValue": [SAMPLE]}
            message = self.read(MeterValuesRequest, {"connectorId": 1, "meterValue": [value]}, "T5")
            self.assertIsNone(message.meterValue[0].timestamp)
        self.assertIsNone(self.status({"timestamp": None}, "T5").timestamp)
        decoded = decode(StatusNotificationRequest, raw(STATUS | {"timestamp": "yesterday"}))
        self.assertEqual(decoded.message.timestamp, "yesterday")

    def test_X16_unknownReason(self) -> None:
        """An unknown reason is ``Other``, and what was sent is kept as example."""
        stop = {"meterStop": 1, "timestamp": "2024-05-01T12:00:00Z", "transactionId": 7}
        payload = raw(stop | {"reason": "Bored"})
        decoded = decode(StopTransactionRequest, payload)
        self.assertEqual(decoded.message.reason, "Other")
        self.assertEqual(
            [(one.kind, one.example) for one in decoded.deviations], [("X16", "Bored")]
        )

    def test_M3_units(self) -> None:
        """Both spellings of Celsius and hertz are units; another case is the unit meant."""
        for unit in ("Celsius", "Celcius", "Hertz"):
            self.assertEqual(decode(MeterValuesRequest, raw(meterValues(unit=unit))).deviations, ())
        self.assertEqual(self.sample({"unit": "kwh"}, "M3").unit, "kWh")
        self.assertEqual(self.sample({"unit": "Furlong"}, "M3").unit, "Furlong")

    def test_M6_foreignMeasurand(self) -> None:
        """A measurand that nobody knows is kept as it was sent."""
        self.assertEqual(self.sample({"measurand": "W"}, "M6").measurand, "W")

    def test_emptyWord(self) -> None:
        """An empty word for what may be absent is as good as absent."""
        self.assertIsNone(self.sample({"phase": ""}, "type").phase)

    def test_S20_bytesThatAreNotUtf8(self) -> None:
        """They are replaced and counted."""
        message = self.read(AuthorizeRequest, b'{"idTag":"a\xff"}', "S20")
        self.assertEqual(message.idTag, "a\N{REPLACEMENT CHARACTER}")
