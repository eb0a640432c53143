"""Tests of deciding about certificates: what becomes of it, and its entry in the audit trail."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.gateway.trusting import Trusting
from ocppgw.model.facts import CommandEnded
from ocppgw.model.outcomes import Answered, Refusal, Refused
from ocppgw.uaserver.security.certificates import Certificate
from tests.uaserver.pki import turnedAway
from tests.web.support import AtOnce

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


class TrustingTests(SynchronousTestCase):
    """One client that was turned away."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.trustList, self.certificate = turnedAway(self.folder)
        self.thumbprint = self.certificate.thumbprint.hex()
        self.entries: list[CommandEnded] = []
        atOnce: Any = AtOnce()
        self.changes: list[frozenset[Certificate]] = []
        self.trusting = Trusting(
            self.folder, self.entries.append, self.changed, atOnce, atOnce, lambda: NOON
        )

    def changed(self) -> None:
        """Somebody is trusted no more: keep who still is."""
        self.changes.append(self.trustList.trust().trusted)

    def decide(self, trust: bool, thumbprint: str = "") -> Any:
        return self.successResultOf(
            self.trusting.decide(thumbprint or self.thumbprint, trust, "erna")
        )

    def test_trusted(self) -> None:
        """It is trusted from then on, and the trail says by whom."""
        outcome = self.decide(trust=True)
        self.assertEqual((type(outcome), outcome.status), (Answered, "Trusted"))
        self.assertEqual(self.trustList.trust().trusted, {self.certificate})
        [entry] = self.entries
        self.assertEqual(
            (entry.name, entry.user, entry.status, entry.origin, entry.at),
            ("TrustCertificate", "erna", "Trusted", "web", NOON),
        )
        self.assertIn(self.thumbprint, entry.arguments)
        self.assertIn(self.certificate.commonName, entry.arguments)

    def test_rejected(self) -> None:
        """It is trusted no more."""
        self.decide(trust=True)
        self.assertEqual(self.decide(trust=False).status, "Distrusted")
        self.assertEqual(self.trustList.trust().trusted, frozenset())
        self.assertEqual(self.entries[-1].name, "RejectCertificate")

    def test_channels(self) -> None:
        """Open channels are looked at once a file left the trusted ones, and only then."""
        self.decide(trust=True)
        self.decide(trust=True)
        self.assertEqual(self.changes, [])
        self.decide(trust=False)
        self.decide(trust=False)
        self.assertEqual(self.changes, [frozenset()])

    def test_unknown(self) -> None:
        """One that there is not is told so, and somebody tried."""
        outcome = self.decide(trust=True, thumbprint="00" * 20)
        self.assertEqual(outcome.refusal, Refusal.unknownTarget)
        self.assertEqual(self.entries[0].status, "unknownTarget")

    def test_known(self) -> None:
        """Each is shown with what a person compares."""
        [one] = self.successResultOf(self.trusting.certificates())
        self.assertEqual((one.thumbprint, one.isTrusted), (self.thumbprint, False))
        self.assertEqual((one.name, one.keyBits), (self.certificate.commonName, 2048))
        self.assertEqual(one.uris, self.certificate.uris)

    def test_diskFails(self) -> None:
        """A disk that refuses is told of."""
        if os.geteuid() == 0:
            (self.folder / "trusted").rmdir()
        else:
            (self.folder / "trusted").chmod(0o500)
        outcome = self.decide(trust=True)
        self.assertIsInstance(outcome, Refused)
        self.assertIn("could not be moved", outcome.detail)
        self.assertEqual(self.entries[0].status, "failed")
