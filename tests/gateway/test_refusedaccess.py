"""Refused people and clients as events of the gateway."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.attempts import ACCEPTED, LOG_IN, Attempt
from ocppgw.crossing import OutwardDoor
from ocppgw.gateway.refusedaccess import refusedAccess, watcher
from ocppgw.model.happenings import Kind
from ocppgw.uaserver.sessions.sessions import SESSION

T0 = datetime(2026, 3, 1, tzinfo=UTC)
WRITE = Attempt("Write", "BadUserAccessDenied", "10.0.0.1", "anna", "ns=2;s=CP1/Enabled")


class RefusedAccessTests(SynchronousTestCase):
    """Attempts in, events out."""

    def test_refused(self) -> None:
        """What was tried, from where, how it ended and how often; the name stands apart."""
        event = refusedAccess(WRITE, 3, T0)
        assert event is not None
        self.assertEqual((event.kind, event.nodeName, event.at), (Kind.accessRefused, "", T0))
        reason = "Write by opcua from 10.0.0.1: BadUserAccessDenied: ns=2;s=CP1/Enabled"
        self.assertEqual(event.details, {"Reason": reason, "Count": 3, "User": "anna"})

    def test_none(self) -> None:
        """A log-in that succeeds is no refusal; what is not shown to somebody who looks is none."""
        self.assertIsNone(refusedAccess(Attempt(LOG_IN, ACCEPTED, "10.0.0.1", "anna"), 1, T0))
        for what in ("Read", "HistoryRead", "CreateMonitoredItems"):
            denied = Attempt(what, "BadUserAccessDenied", "10.0.0.1", "anna")
            self.assertIsNone(refusedAccess(denied, 1, T0))

    def test_strayed(self) -> None:
        """Who comes with the token of a session that is over only reconnects: that is no event."""
        for status in ("BadSessionIdInvalid", "BadSessionNotActivated"):
            strayed = Attempt(SESSION, status, "10.0.0.1", "", "no such session")
            self.assertIsNone(refusedAccess(strayed, 1, T0))
        thief = Attempt(SESSION, "BadSecureChannelIdInvalid", "10.0.0.1", "")
        self.assertIsNotNone(refusedAccess(thief, 1, T0))

    def test_listening(self) -> None:
        """Events are made while somebody listens, and only then."""
        calls: list[Callable[[], None]] = []
        door = OutwardDoor(calls.append, lambda: None)
        watch = watcher(door)
        watch(WRITE, 1, T0)
        door.listen()
        watch(WRITE, 2, T0)
        [event], lost = door.take()
        self.assertEqual((event.details["Count"], lost), (2, 0))
