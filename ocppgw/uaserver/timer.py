"""
One thing that will be done later, and time itself on the OPC UA thread.

Everything else asks an `IReactorTime` for time, so that tests use Twisted's
``Clock``; in service it is `LoopTime`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from twisted.internet.interfaces import IReactorTime
from zope.interface import implementer


@implementer(IReactorTime)
class LoopTime:
    """The part of `IReactorTime` that we use, on an asyncio loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop

    def seconds(self) -> float:
        return self._loop.time()

    def callLater(self, delay: float, callable: Callable[..., Any], *args: Any, **kw: Any) -> Any:
        return self._loop.call_later(max(delay, 0.0), lambda: callable(*args, **kw))

    def getDelayedCalls(self) -> Any:
        """Not kept: nobody on this thread asks."""
        return ()


class Timer:
    """
    At most one delayed call.  Starting it again replaces what was waiting;
    stopping it is always allowed.
    """

    __slots__ = ("_call", "_clock")

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._call: Any = None

    def start(self, delay: float, action: Callable[[], object]) -> None:
        """Have ``action`` called after ``delay`` seconds."""
        self.stop()
        self._call = self._clock.callLater(delay, self._fire, action)

    def stop(self) -> None:
        """Forget what was waiting."""
        call, self._call = self._call, None
        if call is not None:
            call.cancel()

    @property
    def running(self) -> bool:
        """Is something waiting?"""
        return self._call is not None

    def _fire(self, action: Callable[[], object]) -> None:
        self._call = None
        action()
