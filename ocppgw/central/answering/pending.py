"""
An answer that takes time: hundreds of charge points wait for one each, as long as a disk takes.

What a Deferred would do, for one who makes it and one who is told.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from ocppgw.ocppj.frames import CallError, CallResult

Frame = CallResult | CallError | None
"""What goes back, if anything."""


class Pending(Struct, eq=False, gc=False):
    """
    Ends once, with a frame.

    :ivar isOver: whether it has.
    :ivar frame: with what.
    :ivar told: to be set by whoever finds that it is not over: called with ``whose`` and the frame.
    :ivar whose: set by the same one.
    """

    isOver: bool = False
    frame: Frame = None
    told: Callable[[Any, Frame], object] | None = None
    whose: Any = None

    def end(self, frame: Frame) -> None:
        """Here it is."""
        self.isOver = True
        self.frame = frame
        if self.told is not None:
            self.told(self.whose, frame)
