"""
The API held against its own document by somebody else's tool, schemathesis.

It sends what the document allows and what it forbids, to a whole gateway with a charge point.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThread

from tests.browser.case import ConsoleCase

EXAMPLES = 30
"""Requests for each operation and phase."""

SEED = os.environ.get("OCPPGW_SEED", "1")
"""Another one tries other requests."""

LONGEST = 900
"""Seconds that it may take on a slow machine."""

RATE = "45/s"
"""Below what one address may send."""


class DocumentTests(ConsoleCase):
    """Nothing is answered that the document does not tell of."""

    timeout = LONGEST + 30

    def test_document(self) -> Deferred[None]:
        """The tool finds nothing."""
        self.callIn("CP1")
        return deferToThread(self.hold)

    def hold(self) -> None:
        """Run it, and show what it found."""
        done = subprocess.run(
            (
                *(str(Path(sys.executable).with_name("schemathesis")), "run"),
                f"{self.ready.web}api/v1/openapi.json",
                *("--max-examples", str(EXAMPLES), "--rate-limit", RATE, "--seed", SEED),
                *("--request-timeout", "40", "--no-color"),
            ),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=LONGEST,
            check=False,
        )
        if done.returncode:
            raise AssertionError(done.stdout[-8000:] + done.stderr[-2000:])
