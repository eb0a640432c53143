"""Tests of writing frames."""

from __future__ import annotations

import json

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.ocppj.errorcodes import INTERNAL_ERROR
from ocppgw.ocppj.frames import DESCRIPTION_LENGTH, CallError, newCall
from ocppgw.ocppj.parsing import parse

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=36)
IDS = TEXTS.filter(bool)


class Writing(SynchronousTestCase):
    """What we write is OCPP-J to the letter."""

    @given(IDS, TEXTS)
    def test_roundTrip(self, messageId: str, text: str) -> None:
        """A Call, its answer and its refusal are read back strictly as they were written."""
        call = newCall(messageId, "DataTransfer", json.dumps({"data": text}).encode())
        for frame in (call, call.result(b'{"status":"Accepted"}'), call.error("X", text)):
            self.assertEqual(parse(frame.serialise(), lenient=False), frame)

    def test_compact(self) -> None:
        """Nothing superfluous is sent."""
        self.assertEqual(newCall("1", "Reset", b"{}").serialise(), b'[2,"1","Reset",{}]')

    def test_description(self) -> None:
        """A description is cut to the 255 characters that are allowed."""
        sent = CallError("1", b'"1"', INTERNAL_ERROR, "x" * 1000).serialise()
        self.assertEqual(len(json.loads(sent)[3]), DESCRIPTION_LENGTH)
