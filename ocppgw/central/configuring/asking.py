"""
What reading and changing a configuration need of whoever sends the Calls.

Only the type: a user's command and the start-up send theirs in different ways.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from ocppgw.v16.messages import Message

Asking = Callable[[Message], Awaitable[Any]]
"""Sends a request to one charge point and gives its confirmation; raises ``CallFailed``."""
