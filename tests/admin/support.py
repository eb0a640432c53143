"""What the tests of ``ocppgw-admin`` share: a state folder with a life behind it."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access import linkaccess
from ocppgw.admin.operating import run
from ocppgw.admin.terminal import Terminal
from ocppgw.gateway.service import DATABASE
from ocppgw.model import facts as f
from ocppgw.model.records import ConfigurationPoint, MeterKey
from ocppgw.store.accesses import changeAccess
from ocppgw.store.alterations import alter
from ocppgw.store.backlog import Entry
from ocppgw.store.batches import write
from ocppgw.store.ids import Ids
from tests.store.contract import ADDED, T0, report, started, stopped

CHARGE_POINT_HASH = "$sha256$c2VjcmV0c2FsdA$bm90LWEtcmVhbC1oYXNo"
AUTHORIZATION_KEY = "00112233445566778899aabb"
INITIAL = "correct-horse-battery"


def reading(value: float, at: Any) -> f.Measured:
    """One meter value of transaction 1."""
    key = MeterKey("Energy.Active.Import.Register", "", "Outlet")
    return f.Measured(1, 1, (f.Reading(key, value, "", "Sample.Periodic", at, False),), at)


def lived() -> Sequence[f.Fact]:
    """What a charge point did."""
    point = ConfigurationPoint("AuthorizationKey", AUTHORIZATION_KEY, False, T0)
    return (
        ADDED,
        f.StatusReported(1, report()),
        f.ConfigurationReported((point,), (), T0),
        started(1, idTag="=TAG()"),
        reading(100.0, T0),
        reading(250.5, T0 + timedelta(minutes=15)),
        stopped(1),
        started(2, timestampText="2026-03-01T13:00:00Z"),
    )


class AdminCase(SynchronousTestCase):
    """A state folder, a configuration, and the command line."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp()).absolute()
        self.state = self.folder / "state"
        self.file = self.folder / "site.toml"
        self.said = self.complained = ""

    def live(self) -> None:
        """Fill the state folder."""
        alter(self.state / DATABASE, self._fill)
        (self.state / "pki" / "own").mkdir(parents=True)
        (self.state / "pki" / "own" / "note.txt").write_text("kept")
        (self.state / "initial-password").write_text(INITIAL + "\n")
        (self.state / "initial-password").chmod(0o600)
        self.file.write_text(self.configuration())

    def configuration(self) -> str:
        """The configuration's text."""
        return '[gateway]\nstate = "state"\n[ocpp]\nlisten = ["tcp:0"]\n[web]\nendpoint = "none"\n'

    def _fill(self, cursor: Any) -> None:
        write(cursor, Ids(), 1, [Entry("CP1", tuple(lived()))])
        changeAccess(cursor, linkaccess.PasswordSet("CP1", CHARGE_POINT_HASH))

    def run_(self, *arguments: str) -> int:
        """Run the script; its exit status."""
        out, err = io.StringIO(), io.StringIO()
        status = run(list(arguments), Terminal(io.StringIO(), out, err))
        self.said, self.complained = out.getvalue(), err.getvalue()
        return status

    def admin(self, *arguments: str) -> int:
        """The same, about this gateway."""
        return self.run_("--config", str(self.file), *arguments)
