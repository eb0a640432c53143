"""``ocppgw-admin export``."""

from __future__ import annotations

import csv
import json

from tests.admin.support import AdminCase


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
