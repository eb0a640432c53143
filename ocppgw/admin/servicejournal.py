"""
The end of what a service wrote into systemd's journal.

Asks ``journalctl``, for a bounded time and so many lines.  Fails with ``OSError``, whose text says
why there is nothing.
"""

from __future__ import annotations

import subprocess

LINES = 5000
"""Lines that are asked for."""

PATIENCE = 15.0
"""Seconds that it may take."""


def endOfJournal(unit: str, program: str = "journalctl") -> str:
    """The last lines of a unit, the newest last."""
    words = [f"--unit={unit}", f"--lines={LINES}", "--output=cat", "--no-pager", "--quiet"]
    remedy = f"add what journalctl -u {unit} says, as a user who may read it"
    try:
        done = subprocess.run([program, *words], capture_output=True, timeout=PATIENCE, check=False)
    except FileNotFoundError:
        raise OSError(f"no log file is configured, and there is no {program}") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OSError(f"{error}; {remedy}") from None
    if done.returncode or not done.stdout:
        why = done.stderr.decode("utf-8", "replace").strip() or f"the journal of {unit} is empty"
        raise OSError(f"{why}; {remedy}")
    return done.stdout.decode("utf-8", "replace")
