"""
Where payloads that are odd are taken apart: at once, and long ones beside the reactor thread.

It costs some 3 ms for a kilobyte at worst, so that a long one would hold up everybody's answers.
What is not odd takes some 20 ms for a megabyte: so those that are very long go there as well.
Nothing is shared with the other thread but the text.  A test gives a ``run`` that works at once,
or never.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from ocppgw.v16 import decoding
from ocppgw.v16.decoding import Decoded
from ocppgw.v16.messages import Message

LONG = 8 * 1024
"""Bytes of a payload that is not taken apart on the reactor thread."""

HEAVY = 64 * 1024
"""Bytes of a payload that is not even glanced at on the reactor thread."""

Run = Callable[..., Deferred[Any]]
"""Calls a function with its arguments somewhere else: ``deferToThreadPool`` with a pool."""


class Reading:
    """Takes payloads apart: one at a time for each charge point, so that nothing piles up."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def use(self, run: Run) -> None:
        """Have what comes from now on done elsewhere."""
        self._run = run

    async def study(
        self, structType: type[Message], raw: bytes, isStrict: bool
    ) -> Decoded[Message]:
        """
        What a payload says of which a glance gave nothing.

        :raises Invalid: where nothing can be made of it.
        """
        if len(raw) < LONG:
            return decoding.study(structType, raw, isStrict)
        how = decoding.study if len(raw) < HEAVY else decoding.decode
        studied: Decoded[Message] = await self._run(how, structType, raw, isStrict)
        return studied
