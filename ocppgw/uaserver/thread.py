"""
The OPC UA thread: one asyncio loop, started and stopped from the reactor
thread, which never waits for it.

Owns the thread and its loop.  What other threads may do is `OpcUaThread.call`;
after the end it drops what it is given.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

from twisted.logger import Logger
from twisted.python.failure import Failure

log = Logger()

NAME = "opcua"


class OpcUaThread:
    """
    A thread with an asyncio loop.

    :param started: called on the new thread, in its running loop, at the start.
    """

    def __init__(self, started: Callable[[], Any]) -> None:
        self._started = started
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = asyncio.new_event_loop()
        # Not to keep the process alive: `OpcUaServer.stop` gives up on a thread that hangs.
        self._thread = threading.Thread(
            target=self._run, args=(self._loop,), name=NAME, daemon=True
        )

    def start(self) -> None:
        """Begin.  Returns at once."""
        self._thread.start()

    def call(self, action: Callable[[], object]) -> None:
        """Have something done on this thread soon.  Any thread; dropped after the end."""
        with self._lock:
            if self._loop is not None:
                self._loop.call_soon_threadsafe(action)

    def end(self) -> None:
        """Stop the loop, and with it the thread, after what was asked for before."""
        with self._lock:
            loop, self._loop = self._loop, None
            if loop is not None:
                loop.call_soon_threadsafe(loop.stop)

    def join(self, timeout: float) -> bool:
        """Wait for the end, not on the reactor thread; false when it does not come."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        asyncio.set_event_loop(loop)
        loop.set_exception_handler(_unexpected)
        loop.call_soon(self._started)
        try:
            loop.run_forever()
        finally:
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0))
            loop.close()


def _unexpected(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What asyncio could not give to anybody else."""
    message, error = context.get("message"), context.get("exception")
    if isinstance(error, BaseException):
        log.failure("On the OPC UA thread: {message}", Failure(error), message=message)
    else:
        log.error("On the OPC UA thread: {message}", message=message)
