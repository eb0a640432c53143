"""
Other people's clients on their own thread: what asyncio needs beside Twisted's reactor.

`Foreign` owns one asyncio loop on one thread, started and ended with a test.  A scenario is a
coroutine that runs there; its end reaches the test as a Deferred.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from typing import Any

from twisted.internet.defer import Deferred

LONGEST = 20.0
"""Seconds after which a scenario is given up: a bound, not a measurement."""


class Foreign:
    """One thread with one asyncio loop."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="foreign")
        self._thread.start()
        # A run that is interrupted does no cleanup, but it does end the reactor.
        self._ending = reactor.addSystemEventTrigger("before", "shutdown", self._stop)

    def run(self, scenario: Coroutine[Any, Any, Any], longest: float = LONGEST) -> Deferred[Any]:
        """Run a coroutine to its end; fires with its result, fails with its exception."""
        ended: Deferred[Any] = Deferred()
        bounded = asyncio.wait_for(scenario, longest)
        future = asyncio.run_coroutine_threadsafe(bounded, self._loop)
        future.add_done_callback(lambda f: self._reactor.callFromThread(_end, ended, f))
        return ended

    def stop(self) -> None:
        """Cancel what runs and end the thread."""
        self._reactor.removeSystemEventTrigger(self._ending)
        self._stop()

    def _stop(self) -> None:
        asyncio.run_coroutine_threadsafe(_cancelOthers(), self._loop).result(LONGEST)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(LONGEST)
        self._loop.close()


def _end(ended: Deferred[Any], future: Future[Any]) -> None:
    error = future.exception()
    if error is None:
        ended.callback(future.result())
    else:
        ended.errback(error)


async def _cancelOthers() -> None:
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
