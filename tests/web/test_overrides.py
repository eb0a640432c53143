"""Tests of the hints that name the setting for a quirk."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.declaring import keysOf
from ocppgw.config.repeated import ChargePointTable
from ocppgw.web.overrides import KEYS, OVERRIDES, TABLES

QUIRKS = Path(__file__).parents[2] / "docs" / "fieldquirks.rst"

FOR_PEOPLE = frozenset(
    """
    identity node name description enabled locked securityProfile serialNumber strict
    heartbeatInterval offlineQuality
    """.split()
)
"""Keys of a charge point that are no answer to a quirk."""


def rows() -> Iterator[tuple[str, str]]:
    """Each row of the document, and its text."""
    parts = re.split(r"^   \* - ([A-Z]\d+)$", QUIRKS.read_text(), flags=re.MULTILINE)
    return zip(parts[1::2], parts[2::2], strict=True)


class OverridesTests(SynchronousTestCase):
    """What would silence a quirk."""

    def test_documented(self) -> None:
        """Wherever the document of quirks names keys, the console names one of them."""
        declared = {key.name for table in TABLES.values() for key in keysOf(table)}
        seen = 0
        for kind, text in rows():
            named = set(re.findall(r"``(\w+)``|``(\w+) =", text.partition("- ``test_")[0]))
            if keys := {one or other for one, other in named} & declared:
                self.assertIn(KEYS.get(kind), keys, kind)
                seen += 1
        self.assertGreater(seen, 10)

    def test_kinds(self) -> None:
        """Each kind is a row of the document."""
        self.assertEqual(KEYS.keys() - dict(rows()).keys(), set())

    def test_everyKey(self) -> None:
        """No key that a charge point's table has for its quirks is left out."""
        keys = {key.name for key in keysOf(ChargePointTable)}
        self.assertEqual(keys - set(KEYS.values()), FOR_PEOPLE)

    def test_nearest(self) -> None:
        """Where a setting can be for one charge point alone, that table is named."""
        self.assertEqual(OVERRIDES["C15"].table, "[[chargePoints]]")
        self.assertIn("cannot stand pings", OVERRIDES["C15"].key.text)
        self.assertEqual(OVERRIDES["C16"].table, "[ocpp]")
        self.assertEqual(OVERRIDES["C21"].table, "[[ocpp.listeners]]")
