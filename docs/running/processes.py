"""
Starting what a block says, waiting for it, and ending it: each with a time limit.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

POLL = 0.2
"""Seconds between two looks at what a process has said."""

GRACE = 20.0
"""Seconds that a process has to end by itself once it is told to."""


class Failed(Exception):
    """A command did not do what the page says; the text has its last lines."""


@attrs.frozen
class Running:
    """A process in the background, with the file that it writes to."""

    process: subprocess.Popen[bytes]
    log: Path

    def end(self) -> None:
        """Tell it to end, and see to it; with it whatever it started."""
        if self.process.poll() is None:
            _signal(self.process, signal.SIGTERM)
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            _signal(self.process, signal.SIGKILL)
            self.process.wait(GRACE)

    def until(self, text: str, limit: float) -> None:
        """Wait until it has said something.  Raises `Failed`."""
        end = time.monotonic() + limit
        while text not in _said(self.log):
            if self.process.poll() is not None or time.monotonic() > end:
                raise Failed(f"it never said {text!r}\n{_tail(self.log)}")
            time.sleep(POLL)


def start(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path, typing: str = ""
) -> Running:
    """Start a process in a session of its own."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(words),
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    assert process.stdin is not None
    process.stdin.write(f"{typing}\n".encode() * bool(typing))
    process.stdin.close()
    return Running(process, log)


def finish(running: Running, limit: float) -> None:
    """Wait for the end of a process that is to end well.  Raises `Failed`."""
    try:
        status = running.process.wait(limit)
    except subprocess.TimeoutExpired as error:
        raise Failed(f"it did not end within {limit:g} s\n{_tail(running.log)}") from error
    finally:
        running.end()
    if status != 0:
        raise Failed(f"it ended with status {status}\n{_tail(running.log)}")


def _signal(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return


def _said(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")


def _tail(log: Path) -> str:
    return "\n".join(f"    {line}" for line in _said(log).splitlines()[-15:])
