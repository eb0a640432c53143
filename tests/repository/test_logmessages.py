"""Every warning and error of the log is documented, with what to do about it."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from docs.tables.logmessages import ACTIONS, MISTAKES
from tests.repository.logs import formatsOf
from tests.repository.tree import Module, modules

ELSEWHERE = ("ocppgw.simulator",)
"""A simulated charge point is no gateway."""


class LogMessageTests(SynchronousTestCase):
    """The table in ``docs/logmessages.rst`` and the source."""

    def setUp(self) -> None:
        found = {
            format: module.name
            for module in modules("ocppgw")
            if not module.name.startswith(ELSEWHERE)
            for format in formatsOf(module)
        }
        self.found = found

    def test_documented(self) -> None:
        """Each message of the source has its sentence in ``docs/tables/logmessages.py``."""
        missing = sorted(
            f"{module}: {format}"
            for format, module in self.found.items()
            if format not in ACTIONS and format not in MISTAKES
        )
        self.assertEqual(missing, [])

    def test_noneTooMany(self) -> None:
        """Each message of the table is in the source, and only once in the table."""
        self.assertEqual(sorted((set(ACTIONS) | MISTAKES) - set(self.found)), [])
        self.assertEqual(sorted(set(ACTIONS) & MISTAKES), [])


class WhatIsFound(SynchronousTestCase):
    """The search itself."""

    def test_formats(self) -> None:
        """Messages by whatever logger, given as text, by a constant, or put together of both."""
        source = (
            'A = "one"\nB = f"two {{x}} {A}"\nlog.warn("three")\nself._log.error(A)\n'
            'log.failure(B, failure=f)\nlog.info("four")\nother.warn("five")\nlog.warn(call())\n'
            'write, words = (log.warn, "six") if x else (log.info, "seven")\n'
        )
        found = list(formatsOf(Module("m", source)))
        self.assertEqual(sorted(found), sorted(["three", "one", "two {x} one", "call()", "six"]))
