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

STARTING = (100_000, 50, 100)
"""The same while the start makes what stays anyway."""

THRESHOLDS = (5_000, 1, 480)
"""
Allocations that start a collection, instead of 700: a commit that waits is no garbage.  The
second collection has two of the first to look at: what stays is looked at twice in any case, and
with six of them it held its thread for 25 ms and more while charge points connected.
"""


def begin() -> None:
    """The start is about to make some hundred thousand objects, none of them garbage."""
    gc.set_threshold(*STARTING)


def settle() -> None:
    """
    What was made so far lives as long as the process: never look for garbage in it again.

    Looking at all of it took a fifth of a second each time, during which nobody was answered; so
    it is not done here either: the start leaves fewer than 100 objects behind that are garbage.
    """
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    sys.setswitchinterval(SWITCH_INTERVAL)


def grow() -> None:
    """
    Much was made that is going to stay, such as monitored items: leave that out as well.

    Only in a process that `settle` was called in.  Nothing is looked for first, because that
    would hold the thread; what was garbage in circles by then stays, so call it seldom.  For the
    same reason nobody asks how much is left out already: that would count it all.
    """
    if gc.get_threshold() == THRESHOLDS:
        gc.freeze()
