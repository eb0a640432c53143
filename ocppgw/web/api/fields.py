"""
The kinds of parameter that several operations share.

Only data.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

INT32 = 2**31 - 1

Offset = Annotated[int, Meta(ge=0, le=1_000_000, description="How many to leave out.")]
Limit = Annotated[int, Meta(ge=1, le=200, description="How many to tell at most.")]
Before = Annotated[int, Meta(ge=0, le=2**53, description="`next` of the page before.")]
Search = Annotated[str, Meta(max_length=200)]
Short = Annotated[str, Meta(max_length=500)]
Name = Annotated[str, Meta(max_length=255)]
Connector = Annotated[int, Meta(ge=0, le=1000)]
Identifier = Annotated[int, Meta(ge=-INT32, le=INT32)]
