"""
HTTP requests whose bodies are bounded.

Twisted reads a body to its end before anybody sees the request, and keeps what is large in a
file without bound.  Here what is too much is dropped while it arrives, and the gate refuses the
request; one that goes on and on is cut.
"""

from __future__ import annotations

from typing import Any

from twisted.web.server import Request

MOST_BODY = 1_000_000
"""Bytes of a body that is taken."""

MOST_READ = 4 * MOST_BODY
"""Bytes after which the connection is cut."""


class BoundedRequest(Request):
    """
    A request of the console.

    :ivar isTooLarge: its body was more than is taken; nothing of it was kept.
    """

    isTooLarge = False
    _arrived = 0

    def gotLength(self, length: int | None) -> None:
        """The body was announced."""
        if length is not None and length > MOST_BODY:
            self.isTooLarge = True
            length = 0
        super().gotLength(length)  # type: ignore[no-untyped-call]

    def handleContentChunk(self, data: bytes) -> None:
        """Part of the body arrived."""
        self._arrived += len(data)
        if self._arrived > MOST_BODY:
            self.isTooLarge = True
        if self._arrived > MOST_READ:
            self._cut()
        elif not self.isTooLarge:
            super().handleContentChunk(data)  # type: ignore[no-untyped-call]

    def _cut(self) -> None:
        channel: Any = self.channel
        if channel is not None:
            channel.forceAbortClient()
