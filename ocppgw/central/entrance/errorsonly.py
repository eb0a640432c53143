"""
What Autobahn may log.

Any thread; nothing is kept.
"""

from __future__ import annotations

from typing import Any

from twisted.logger import Logger


class ErrorsOnly:
    """
    What Autobahn may log: its own failures.

    It logs each refused handshake, which a caller can repeat without end, and the whole request
    head, which holds passwords.  Links and reception log what matters.
    """

    def __init__(self) -> None:
        self._log = Logger(namespace="autobahn")
        self.error = self._log.error
        self.failure = self._log.failure

    def debug(self, *arguments: Any, **fields: Any) -> None:
        """Nothing."""

    trace = info = warn = debug
