"""Tests of keeping the certificate of the OPC UA side."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.gateway.opcuacertificate import DAY, OpcUaCertificate
from ocppgw.uaserver.security.ownidentity import VALIDITY, OwnIdentity, Wanted

BEGIN = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
WANTED = Wanted("urn:gw:ocppgw", "ocppgw")


class Reactor(Clock):
    """A clock that also takes calls from threads."""

    def callFromThread(self, call: Callable[..., Any], *args: Any) -> None:
        call(*args)


class AtOnce:
    """A pool without threads."""

    def callInThreadWithCallback(
        self, done: Callable[[bool, Any], None], call: Callable[..., Any], *args: Any, **kw: Any
    ) -> None:
        try:
            result = call(*args, **kw)
        except Exception:  # noqa: BLE001 - as the real pool does
            done(False, Failure())
        else:
            done(True, result)


class OpcUaCertificateTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.reactor = Reactor()
        self.replaced: list[OwnIdentity] = []
        self.kept = self.build()

    def build(self) -> OpcUaCertificate:
        """What keeps the certificate in the folder."""
        pool: Any = AtOnce()
        return OpcUaCertificate(self.folder, lambda: WANTED, pool, self.reactor, self.now)

    def now(self) -> datetime:
        """The time of day goes with the clock."""
        return BEGIN + timedelta(seconds=self.reactor.seconds())

    def begin(self) -> OwnIdentity:
        """Prepare and start."""
        identity = self.successResultOf(self.kept.prepare())
        self.kept.start(self.replaced.append)
        self.addCleanup(self.kept.stop)
        return identity

    def test_shown(self) -> None:
        """The object Gateway shows when the certificate ends."""
        self.assertEqual(self.kept.values(), {})
        identity = self.begin()
        self.assertEqual(self.kept.values(), {"CertificateExpiry": identity.expiry})

    def test_restart(self) -> None:
        """A restart has the same certificate."""
        first = self.begin()
        again = self.successResultOf(self.build().prepare())
        self.assertEqual(again.certificate, first.certificate)

    def test_renewed(self) -> None:
        """It is renewed in a running gateway, once, before it ends."""
        first = self.begin()
        days = VALIDITY.days - 31
        for passed in (1, days // 2, days - days // 2 - 1):  # the clock leaps; each is one look
            self.reactor.advance(passed * DAY)
            self.assertEqual(self.replaced, [])
        for _ in range(3):
            self.reactor.advance(DAY)
        [renewed] = self.replaced
        self.assertGreater(renewed.expiry, first.expiry + timedelta(days=days))
        self.assertEqual(self.kept.values(), {"CertificateExpiry": renewed.expiry})

    def test_failed(self) -> None:
        """A look that fails is logged, and the next day's look is tried all the same."""
        first = self.begin()
        path = self.folder / "certificate.der"
        path.write_bytes(b"noise")
        self.reactor.advance(DAY)
        self.assertEqual(len(self.flushLoggedErrors(OSError)), 1)
        self.assertEqual(self.kept.values(), {"CertificateExpiry": first.expiry})
        path.unlink()
        self.reactor.advance(DAY)
        self.assertEqual(len(self.replaced), 1)

    def test_wrongAtTheStart(self) -> None:
        """A certificate that cannot be read prevents the start."""
        self.folder.mkdir()
        (self.folder / "certificate.der").write_bytes(b"noise")
        failure = self.failureResultOf(self.kept.prepare(), OSError)
        self.assertIn("certificate.der", failure.getErrorMessage())

    def test_stopped(self) -> None:
        """Once stopped, nothing is looked at any more."""
        self.begin()
        self.successResultOf(self.kept.stop())
        self.assertEqual(self.reactor.getDelayedCalls(), [])
