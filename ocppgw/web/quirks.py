"""
How a charge point left the specification, with what shows it and what would silence it: for page
and API.
"""

from __future__ import annotations

import attrs

from ocppgw.interfaces import IFrames
from ocppgw.model.records import ChargePointRecord
from ocppgw.ocppj.deviationkinds import MEANINGS
from ocppgw.web.checking import CheckedFrame, checked
from ocppgw.web.overrides import OVERRIDES, Override


@attrs.frozen
class Quirk:
    """
    A kind of departure.

    :ivar example: the beginning of what was odd, the last time.
    :ivar message: the whole message that it stood in; ``None`` where no message did, or none since
        the gateway started.
    """

    kind: str
    meaning: str
    count: int
    example: str
    override: Override | None
    message: CheckedFrame | None


def quirksOf(record: ChargePointRecord, frames: IFrames) -> list[Quirk]:
    """Those of a charge point, by their kinds."""
    return [
        Quirk(
            kind,
            MEANINGS.get(kind, ""),
            count,
            record.deviations.examples.get(kind, ""),
            OVERRIDES.get(kind),
            _message(frames, record.nodeName, kind),
        )
        for kind, count in sorted(record.deviations.byKind.items())
    ]


def _message(frames: IFrames, nodeName: str, kind: str) -> CheckedFrame | None:
    frame = frames.example(nodeName, kind)
    return checked([frame])[0] if frame is not None else None
