"""Whatever stands in a payload, decoding ends well."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.ocppj.errorcodes import PROTOCOL_ERROR
from ocppgw.v16.decoding import Decoded, Invalid, decode, encode, glancing, study
from ocppgw.v16.findings import MOST
from ocppgw.v16.messages import (
    AuthorizeRequest,
    BootNotificationRequest,
    HeartbeatRequest,
    Message,
    MeterValuesRequest,
    StartTransactionRequest,
    StatusNotificationRequest,
    StopTransactionRequest,
)
from tests.v16.declared import messages
from tests.v16.test_decoding import JSON, STATUS, STRUCTS, compact, meterValues, raw

TEXTS = st.sampled_from(["", ":", "\\", "\\u003a", "null", " A ", "Accepted", "Charging", "1"])


class AnswerAlways(SynchronousTestCase):
    """Five messages are understood whatever their content; nothing else ever happens."""

    ALWAYS = (
        BootNotificationRequest,
        MeterValuesRequest,
        StartTransactionRequest,
        StatusNotificationRequest,
        StopTransactionRequest,
    )

    def test_empty(self) -> None:
        """An empty one is understood."""
        for struct in self.ALWAYS:
            self.assertTrue(decode(struct, b"{}").deviations)

    @settings(max_examples=150)
    @given(st.sampled_from(ALWAYS), st.data())
    def test_anyContent(self, struct: type[Message], data: st.DataObject) -> None:
        """So is one with anything at all in its fields, and it can be written again."""
        names = list(struct.__struct_fields__)
        payload = data.draw(st.dictionaries(st.sampled_from(names), JSON))
        encode(decode(struct, raw(payload)).message)

    @settings(max_examples=300)
    @given(st.sampled_from(STRUCTS), st.data())
    def test_glance(self, struct: type[Message], data: st.DataObject) -> None:
        """What a glance takes is nothing that a study would find odd, and means the same."""
        names = [*struct.__struct_fields__, "other"]
        payload = data.draw(st.dictionaries(st.sampled_from(names), JSON | TEXTS))
        texts = [raw(payload), compact(payload), json.dumps(payload, indent=1).encode()]
        text = data.draw(st.sampled_from(texts))
        glanced = glancing(struct)(text)
        if glanced is not None:
            self.assertEqual(study(struct, text), Decoded(glanced))

    @settings(max_examples=300)
    @given(st.sampled_from(STRUCTS), st.data())
    def test_glanceAtNull(self, struct: type[Message], data: st.DataObject) -> None:
        """A glance takes any message to the letter, and none in which something is null."""
        message = data.draw(messages(struct))
        sent = json.loads(encode(message))
        name = data.draw(st.sampled_from([*struct.__struct_fields__, "other"]))
        for text in (raw, compact):
            self.assertEqual(glancing(struct)(text(sent)), message)
            self.assertIsNone(glancing(struct)(text(sent | {name: None})))

    @settings(max_examples=150)
    @given(st.sampled_from(STRUCTS), JSON | st.binary(max_size=40), st.booleans())
    def test_nothingElseIsRaised(self, struct: type[Message], payload: Any, strict: bool) -> None:
        """Whatever comes is a message or Invalid."""
        try:
            decode(struct, raw(payload), strict)
        except Invalid as error:
            self.assertTrue(error.errorCode)

    def test_notToBeMadeSenseOf(self) -> None:
        """An Authorize without idTag is none."""
        error = self.assertRaises(Invalid, decode, AuthorizeRequest, b"{}")
        self.assertEqual((error.errorCode, error.path), (PROTOCOL_ERROR, "idTag"))

    def test_hostile(self) -> None:
        """Depth, size and half characters end in Invalid or in a bounded list of deviations."""
        for payload in (b'{"a":' + b"[" * 100_000, b'{"a":"\\ud800"}', b'{"a":Infinity}'):
            self.assertRaises(Invalid, decode, HeartbeatRequest, payload)
        many = raw({str(number): number for number in range(5000)})
        self.assertEqual(len(decode(HeartbeatRequest, many).deviations), MOST)
        for number in (b"9" * 5000, b"1e999999999", b"-1e-999999999"):
            payload = raw(STATUS).replace(b"1", number, 1)
            decode(StatusNotificationRequest, payload)
            decode(MeterValuesRequest, raw(meterValues()).replace(b'"1"', number))
