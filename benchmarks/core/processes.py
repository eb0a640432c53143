"""
A server in a process of its own and what it costs: processor time and memory, by Linux's count.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs

from benchmarks.core.experiment import Unavailable

PATIENCE = 120.0
"""Seconds for a server to become ready."""


@attrs.frozen
class Usage:
    """What a process had used at one moment."""

    cpu: float
    """Seconds of processor time of all its threads, dead ones too."""
    threads: Mapping[str, float]
    """Seconds of each living thread, by the number and the name of the thread."""
    memory: int
    """Bytes of resident memory that are its own (PSS)."""


def cpu(pid: int) -> float:
    """Seconds of processor time that a process has used, to the microsecond."""
    return time.clock_gettime(~pid << 3 | 2)


def threads(pid: int) -> dict[str, float]:
    """Seconds of processor time of each living thread."""
    used = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        name = (task / "comm").read_text().strip()
        used[f"{task.name} {name}"] = int((task / "schedstat").read_text().split()[0]) / 1e9
    return used


def memory(pid: int) -> int:
    """Bytes of memory, shared pages counted in part."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    found = re.search(r"^Pss: +(\d+) kB", rollup, re.MULTILINE)
    assert found, rollup
    return int(found[1]) * 1024


def usage(pid: int) -> Usage:
    """All of it."""
    return Usage(cpu(pid), threads(pid), memory(pid))


@attrs.frozen
class Server:
    """A running server; ``ready`` is what its ready line matched."""

    pid: int
    ready: re.Match[str]
    log: Path


@contextmanager
def serving(
    command: Sequence[str],
    ready: str,
    folder: Path,
    *,
    at: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Iterator[Server]:
    """
    Start a server, wait until its output has a line that matches, and kill it in the end.

    Its output goes to ``folder/log``; ``at`` is the working folder.
    """
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            command,
            stdout=file,
            stderr=subprocess.STDOUT,
            cwd=at,
            env=None if environment is None else {**os.environ, **environment},
        )
    try:
        yield Server(process.pid, _ready(log, ready, process), log)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _ready(log: Path, ready: str, process: subprocess.Popen[bytes]) -> re.Match[str]:
    """The match, once it is there."""
    pattern = re.compile(ready)
    for _ in range(int(PATIENCE / 0.05)):
        found = pattern.search(log.read_text(errors="replace"))
        if found:
            return found
        if process.poll() is not None:
            break
        time.sleep(0.05)
    raise Unavailable(f"did not start:\n{log.read_text(errors='replace')[-2000:]}")
