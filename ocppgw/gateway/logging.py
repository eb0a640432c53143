"""
Which log twistd is given: ours, unless its command line asks for another one.

Made before twistd forks, so that a log that cannot be written prevents the start.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ocppgw.logs.journal import Journal

TWISTD_LOG = "twistd.log"
"""Where a daemon logs whose command line says nothing."""


def journalFor(twistd: Mapping[str, Any]) -> Journal | None:
    """
    The log for the options that twistd itself was given.

    ``None`` where they name an observer or syslog: then twistd makes its own.
    """
    if twistd.get("logger") or twistd.get("syslog"):
        return None
    file = twistd.get("logfile") or ""
    if file == "-" or (not file and twistd.get("nodaemon", True)):
        return Journal(sys.stdout)
    # A daemon goes to the root of the file system.
    return Journal(sys.stdout, Path(file or TWISTD_LOG).absolute())
