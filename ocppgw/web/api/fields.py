"""
The kinds of parameter that several operations share.

Only data.
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

INT32 = 2**31 - 1

Offset = Annotated[int, Meta(ge=0, le=1_000_000, description="How many to leave out.")]
Limit = Annotated[int, Meta(ge=1, le=200, description="How many to tell at most.")]
Before = Annotated[int, Meta(ge=0, le=2**53, description="`next` of the page before.")]
Search = Annotated[str, Meta(max_length=200)]
Short = Annotated[str, Meta(max_length=500)]
Name = Annotated[str, Meta(max_length=255)]

_LINE = (
    r"^(?:[^\s\x00-\x1f\x7f-\x9f](?:[^\x00-\x1f\x7f-\x9f\u2028\u2029]*"
    r"[^\s\x00-\x1f\x7f-\x9f])?)?$"
)
"""Text on one line, without blanks at its ends."""

PATHS: dict[str, Any] = {
    "idTag": Annotated[str, Meta(min_length=1, max_length=255, pattern=_LINE)],
    "key": Annotated[str, Meta(min_length=1, max_length=50, pattern=r"\S")],
}
"""What is known of the names in paths, beyond that they are text and not empty."""

NAMED = Annotated[str, Meta(min_length=1)]
"""The others."""

Moment = Annotated[
    str,
    Meta(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$",
        extra_json_schema={"format": "date-time"},
    ),
]
"""A time in a query, which is text: `narrowed` reads it."""

Title = Annotated[str, Meta(max_length=255, pattern=_LINE)]
Description = Annotated[str, Meta(max_length=1000, pattern=_LINE)]
ParentIdTag = Annotated[str, Meta(max_length=20, pattern=_LINE)]

Identity = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=255,
        pattern=r"^(?!\.{1,2}$)[!-.0-~](?:[ -~]*[!-~])?$",
        description="In printable ASCII, as charge points spell theirs.",
    ),
]
NodeName = Annotated[
    str,
    Meta(
        max_length=255,
        pattern=r"^(?:(?!\.{1,2}$)[!-.0-~](?:[ -~]*[!-~])?)?$",
        description="In OPC UA; left out: the identity.",
    ),
]
SentIdTag = Annotated[str, Meta(max_length=20, pattern=r"^[ -~]*$")]
MessageId = Annotated[str, Meta(max_length=50)]
Vendor = Annotated[str, Meta(min_length=1, max_length=255)]
Key = Annotated[str, Meta(min_length=1, max_length=50)]
Connector = Annotated[int, Meta(ge=0, le=1000)]
Outlet = Annotated[int, Meta(ge=1, le=1000)]
Identifier = Annotated[int, Meta(ge=-INT32, le=INT32)]
