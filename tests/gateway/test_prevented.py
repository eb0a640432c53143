"""Tests of saying what prevents a start."""

from __future__ import annotations

import errno

from twisted.internet.error import CannotListenError
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.gateway.prevented import explained
from ocppgw.interfaces import StoreFailed


class ExplainedTests(SynchronousTestCase):
    """What happened, where, and what to do."""

    def test_takenPort(self) -> None:
        """A taken port, of charge points and console or of OPC UA."""
        taken = OSError(errno.EADDRINUSE, "address already in use")
        for error in (taken, CannotListenError("127.0.0.1", 8887, taken)):
            self.assertIn("name another port; ocppgw-admin check says who", explained(error))
        self.assertIn("8887", explained(CannotListenError("127.0.0.1", 8887, taken)))

    def test_rights(self) -> None:
        """A file or port that the user may not have."""
        error = PermissionError(errno.EACCES, "Permission denied", "/var/lib/ocppgw/pki")
        self.assertIn("/var/lib/ocppgw/pki", explained(error))
        self.assertIn("give the gateway's user that right", explained(error))

    def test_ownWords(self) -> None:
        """What says itself what to do is left as it is."""
        for error in (StoreFailed("x is corrupt: restore a backup"), OSError("x is no key")):
            self.assertEqual(explained(error), str(error))
