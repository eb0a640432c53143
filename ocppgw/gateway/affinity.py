"""
Which CPUs the threads of this process may run on, as Linux sees it (sched_setaffinity(2)).

A thread begins with the CPUs of the one that made it.  One thread does nothing but keep those that
the process was given: it is how a change of them is seen by somebody who has placed all others.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from pathlib import Path

STAT = Path("/proc/thread-self/stat")
"""What the kernel knows of the thread that reads it (proc(5))."""

CPU = 36
"""Where that names the CPU, after the name of the program and its bracket."""

WITNESS = "cpus"
"""The name of the thread that does nothing."""


class Affinity:
    """The threads of this process and their CPUs.  One thread asks."""

    def __init__(self) -> None:
        self._end = threading.Event()
        self._witness = threading.Thread(target=self._end.wait, name=WITNESS, daemon=True)

    @property
    def isKnown(self) -> bool:
        """Whether this system has such a thing."""
        return hasattr(os, "sched_setaffinity") and STAT.exists()

    def start(self) -> None:
        """Begin, before any thread is placed."""
        self._witness.start()

    def stop(self) -> None:
        """No more is asked."""
        self._end.set()

    def allowed(self) -> frozenset[int]:
        """Where a thread may run that was not placed."""
        assert self._witness.native_id is not None, "started"
        return frozenset(os.sched_getaffinity(self._witness.native_id))

    def own(self) -> frozenset[int]:
        """Where the thread that asks may run."""
        return frozenset(os.sched_getaffinity(0))

    def here(self) -> int:
        """Where the thread that asks runs."""
        return int(STAT.read_text().rpartition(")")[2].split()[CPU])

    def threads(self) -> Iterator[tuple[str, int]]:
        """Name and number of every thread of Python's."""
        asking = threading.current_thread()
        for thread in threading.enumerate():
            # After a fork the one that is left has another number, which it does not know.
            number = threading.get_native_id() if thread is asking else thread.native_id
            if number is not None:
                yield thread.name, number

    def place(self, thread: int, cpus: frozenset[int]) -> None:
        """
        Let a thread run on these only; one that has ended is left in peace.

        What has these already is not touched: then the kernel goes on to treat them as its own
        choice, which grows with what the process is given.

        :raises OSError: when the system forbids it.
        """
        with contextlib.suppress(ProcessLookupError):
            if os.sched_getaffinity(thread) != cpus:
                os.sched_setaffinity(thread, cpus)
