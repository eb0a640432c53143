"""
How the interpreter is set for a process that runs for months and waits for two threads at once.

Process-wide, hence called by the command line only, once everything is up.
"""

from __future__ import annotations

import gc
import sys

SWITCH_INTERVAL = 0.0005
"""
Seconds after which a thread that asks for the interpreter gets it.

The store's thread asks for it after each statement; with the usual 5 ms a busy reactor lets a
commit of a hundred statements, and everybody who waits for it, wait for half a second.
"""

THRESHOLDS = (10_000, 20, 20)
"""Allocations that start a collection, instead of 700: a commit that waits is no garbage."""


def settle() -> None:
    """
    What was made so far lives as long as the process: never look for garbage in it again.

    Looking at all of it took a fifth of a second each time, during which nobody was answered.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    sys.setswitchinterval(SWITCH_INTERVAL)
