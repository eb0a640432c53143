"""
Which CPUs the threads of this process may run on, as Linux sees it (sched_setaffinity(2)).

A thread begins with the CPUs of the one that made it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

STAT = Path("/proc/thread-self/stat")
"""What the kernel knows of the thread that reads it (proc(5))."""

CPU = 36
"""Where that names the CPU, after the name of the program and its bracket."""


class Affinity:
    """The threads of this process and their CPUs.  Any thread."""

    @property
    def isKnown(self) -> bool:
        """Whether this system has such a thing."""
        return hasattr(os, "sched_setaffinity") and STAT.exists()

    def allowed(self) -> frozenset[int]:
        """Where the thread that asks may run."""
        return frozenset(os.sched_getaffinity(0))

    def here(self) -> int:
        """Where the thread that asks runs."""
        return int(STAT.read_text().rpartition(")")[2].split()[CPU])

    def threads(self) -> Iterator[tuple[str, int]]:
        """Name and number of every thread of Python's."""
        for thread in threading.enumerate():
            if thread.native_id is not None:
                yield thread.name, thread.native_id

    def place(self, thread: int, cpus: Iterable[int]) -> None:
        """
        Let a thread run on these only; one that has ended is left in peace.

        :raises OSError: when the system forbids it.
        """
        try:
            os.sched_setaffinity(thread, cpus)
        except ProcessLookupError:
            return
