"""
The last frames of a charge point as JSON lines.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable

from ocppgw.model.frames import RecordedFrame
from ocppgw.web.files.exports import JSON_LINES, Export


def framesFile(frames: Iterable[RecordedFrame]) -> Export:
    """All that are kept, oldest first."""
    return Export("frames.jsonl", JSON_LINES, "frames", _lines(frames))


async def _lines(frames: Iterable[RecordedFrame]) -> AsyncIterator[list[str]]:
    yield [line(one) for one in frames]


def line(frame: RecordedFrame) -> str:
    """A line of the file; the frame stands in it as text, because it need not be JSON."""
    said = {
        "at": frame.at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "from": "gateway" if frame.isOurs else "chargePoint",
        "length": frame.length,
        "frame": frame.text,
    }
    return f"{json.dumps(said)}\n"
