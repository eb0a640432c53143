"""``ocppgw-admin export``."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from typing import Any

from ocppgw.gateway.service import DATABASE
from ocppgw.model import facts as f
from ocppgw.model.records import MeterKey, Settings
from ocppgw.store.alterations import alter
from ocppgw.store.backlog import Entry
from ocppgw.store.batches import write
from ocppgw.store.ids import Ids
from tests.admin.support import AdminCase
from tests.store.contract import T0, started

REGISTER = MeterKey("Energy.Active.Import.Register", "", "Outlet")


def _fillMany(cursor: Any) -> None:
    """Two charge points, two connectors each, two transactions on each; all mixed up."""
    begins, values = [], []
    for name, first in (("CP1", 10), ("CP2", 20)):
        for place in range(4):
            number, connectorId = first + place, 1 + place % 2
            begins.append(Entry(name, (started(number, connectorId=connectorId),)))
            for step in range(3):
                at = T0 + timedelta(minutes=10 * (place // 2) + step)
                said = f.Reading(REGISTER, number + step / 10, "", "Sample.Periodic", at, False)
                values.append((step, Entry(name, (f.Measured(connectorId, number, (said,), at),))))
    values.sort(key=lambda pair: (pair[0] % 2, -pair[0]))
    added = f.ChargePointAdded("CP2", "CP2", T0, Settings())
    entries = [Entry("CP2", (added,)), *reversed(begins), *(entry for _, entry in values)]
    write(cursor, Ids(), 1, entries)


class ExportTests(AdminCase):
    """Rows for other programs."""

    def setUp(self) -> None:
        super().setUp()
        self.live()

    def rows(self, what: str) -> list[dict[str, str]]:
        self.assertEqual(self.admin("export", what), 0, self.complained)
        return list(csv.DictReader(self.said.splitlines()))

    def test_chargePoints(self) -> None:
        """Every charge point with what it is."""
        [row] = self.rows("charge-points")
        self.assertEqual((row["chargePoint"], row["identity"]), ("CP1", "CP1"))
        self.assertEqual(row["knownSince"], "2026-03-01T12:00:00Z")

    def test_transactions(self) -> None:
        """Every transaction; one that runs has no end; an idTag is no formula."""
        first, second = self.rows("transactions")
        self.assertEqual((first["transactionId"], first["meterStop"]), ("1", "700"))
        self.assertEqual(first["idTag"], "'=TAG()")
        self.assertEqual((second["transactionId"], second["stopTime"]), ("2", ""))

    def test_meterValues(self) -> None:
        """Every meter value, with its transaction."""
        rows = self.rows("meter-values")
        self.assertEqual([row["value"] for row in rows], ["100.0", "250.5"])
        self.assertEqual({row["transactionId"] for row in rows}, {"1"})

    def test_json(self) -> None:
        """As JSON, an object a line, each transaction holds its meter values."""
        self.assertEqual(self.admin("export", "-f", "json", "transactions"), 0)
        first, second = map(json.loads, self.said.splitlines())
        self.assertEqual(first["idTag"], "=TAG()")
        self.assertEqual([one["value"] for one in first["meterValues"]], [100.0, 250.5])
        self.assertEqual(first["meterValues"][0]["time"], "2026-03-01T12:00:00.123456Z")
        self.assertEqual(second["meterValues"], [])

    def test_jsonOfMany(self) -> None:
        """Each transaction has its own values, by time, in whatever order they were kept."""
        alter(self.state / DATABASE, _fillMany)
        self.assertEqual(self.admin("export", "-f", "json", "transactions"), 0)
        found = {
            (one["chargePoint"], one["transactionId"]): [
                each["value"] for each in one["meterValues"]
            ]
            for one in map(json.loads, self.said.splitlines())
            if one["transactionId"] >= 10
        }
        self.assertEqual(
            found,
            {
                (name, number): [number + step / 10 for step in range(3)]
                for name, numbers in (("CP1", (10, 11, 12, 13)), ("CP2", (20, 21, 22, 23)))
                for number in numbers
            },
        )

    def test_file(self) -> None:
        """A file is made for its owner's eyes, and never overwritten."""
        target = self.folder / "out.csv"
        self.assertEqual(self.admin("export", "-o", str(target), "charge-points"), 0)
        self.assertIn("CP1", target.read_text())
        self.assertEqual(target.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.admin("export", "-o", str(target), "charge-points"), 1)

    def test_wrongUse(self) -> None:
        """Wrong use is one line and status 1."""
        for arguments in ((), ("export",), ("export", "x"), ("export", "-f", "x", "transactions")):
            self.assertEqual(self.admin(*arguments), 1, arguments)
            self.assertEqual(self.complained.count("\n"), 1)
