"""Tests of the lines of the log."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, strategies as st
from twisted.logger import LogLevel
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.secrets import Secret
from ocppgw.logs.lines import jsonLine, textLine
from tests.logs.support import event, failed


class TextTests(SynchronousTestCase):
    """Lines for people."""

    def test_line(self) -> None:
        """Time in UTC, level, namespace, message."""
        line = textLine(event(level=LogLevel.warn, node="CP1"))
        self.assertEqual(line, "2026-03-01T12:00:00.123Z warn ocppgw.some.where: CP1 went\n")

    @given(st.text())
    def test_forging(self, text: str) -> None:
        """Whatever a charge point calls itself, it is one line, and one that can be printed."""
        line = textLine(event("{node} has {other!r}", node=text, other=text))
        self.assertEqual(line.count("\n"), 1)
        self.assertTrue(line.removesuffix("\n").isprintable())

    def test_traceback(self) -> None:
        """The lines of a traceback, and of its error, cannot be taken for lines of the log."""
        error = ValueError("no\n2026-03-01T12:00:00.000Z critical ocppgw: all is lost")
        first, *rest = textLine(event("It failed", log_failure=failed(error))).splitlines()
        self.assertIn("It failed: ValueError: no\\n2026", first)
        self.assertTrue(rest)
        self.assertTrue(all(line.startswith("    ") for line in rest), rest)

    def test_legacy(self) -> None:
        """What libraries print is told with the name of its source."""
        told = {"log_format": "{log_io}", "log_io": "x\ry", "log_namespace": "stdout"}
        self.assertIn("stdout: x\\ry", textLine(told))

    def test_bounded(self) -> None:
        """A message of a million characters does not fill the disk."""
        self.assertLess(len(textLine(event(node="x" * 1_000_000))), 9000)

    def test_brokenFormat(self) -> None:
        """A format that cannot be filled in still makes a line."""
        for format in ("{nothing}", "{", "{node!z}"):
            self.assertEqual(textLine(event(format, node="x")).count("\n"), 1)


class JsonTests(SynchronousTestCase):
    """Lines for programs."""

    def read(self, line: str) -> Any:
        self.assertEqual(line.count("\n"), 1)
        return json.loads(line)

    def test_line(self) -> None:
        """The same, and the fields of the message by their names."""
        said = self.read(jsonLine(event("{node} has {count}", node="CP1", count=3, other=1)))
        self.assertEqual(
            said,
            {
                "time": "2026-03-01T12:00:00.123Z",
                "level": "info",
                "namespace": "ocppgw.some.where",
                "message": "CP1 has 3",
                "fields": {"node": "CP1", "count": 3},
            },
        )

    def test_traceback(self) -> None:
        """A traceback is a list of lines."""
        said = self.read(jsonLine(event("It failed", log_failure=failed(ValueError("no")))))
        self.assertEqual(said["message"], "It failed: ValueError: no")
        self.assertIn("ValueError: no", said["traceback"][-1])

    def test_secrets(self) -> None:
        """A secret that got into a field by mistake is not written."""
        line = jsonLine(event("{password}", password=Secret("correct horse")))
        self.assertNotIn("horse", line)

    @given(st.text(), st.floats())
    def test_always(self, text: str, number: float) -> None:
        """Any text and any number make one line that a program can read."""
        said = self.read(jsonLine(event("{node} {number}", node=text, number=number)))
        self.assertEqual(said["fields"]["number"], str(number))
