"""
Recorded frames, read and held against the specification.

Pure.  An answer is held against what its Call asked, as far as that is recorded, too.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

import attrs

from ocppgw.model.frames import RecordedFrame
from ocppgw.ocppj.frames import Call, CallError, CallResult, Frame
from ocppgw.ocppj.parsing import FramingError, parse
from ocppgw.v16.actions import find
from ocppgw.v16.decoding import decode
from ocppgw.v16.findings import Invalid
from ocppgw.v16.messages import Message


@attrs.frozen
class CheckedFrame:
    """
    A frame as people read it.

    :ivar kind: ``Call``, ``CallResult``, ``CallError``, or ``Unreadable``.
    :ivar action: of the Call, or of the Call that it answers; empty where that is not known.
    :ivar pretty: its JSON over several lines, or the text as it is.
    :ivar fault: what is not as the specification has it; empty where nothing is.
    """

    frame: RecordedFrame
    kind: str
    action: str
    pretty: str
    fault: str


def checked(frames: Iterable[RecordedFrame]) -> list[CheckedFrame]:
    """Each of them, in the same order."""
    asked: dict[tuple[bool, str], str] = {}
    return [_checked(one, asked) for one in frames]


def _checked(one: RecordedFrame, asked: dict[tuple[bool, str], str]) -> CheckedFrame:
    try:
        frame = parse(one.text.encode("utf-8", "replace"), lenient=False)
    except FramingError as error:
        fault = "cut, so not checked" if one.length > len(one.text.encode()) else error.description
        return CheckedFrame(one, "Unreadable", "", pretty(one.text), fault)
    kind = type(frame).__name__
    action = _action(frame, one.isOurs, asked)
    return CheckedFrame(one, kind, action, pretty(one.text), _fault(frame, action))


def _action(frame: Frame, isOurs: bool, asked: dict[tuple[bool, str], str]) -> str:
    match frame:
        case Call():
            asked[isOurs, frame.id] = frame.action
            return frame.action
        case CallResult() | CallError():
            return asked.get((not isOurs, frame.id), "")
        case _:
            return ""


def _fault(frame: Frame, action: str) -> str:
    kind = _struct(frame, action)
    if kind is None:
        known = not isinstance(frame, Call) or find(frame.action, lenient=False).action
        return "" if known else "OCPP 1.6 has no such action"
    assert isinstance(frame, Call | CallResult)
    try:
        decode(kind, frame.payload, strict=True)
    except Invalid as error:
        return str(error)
    return ""


def _struct(frame: Frame, action: str) -> type[Message] | None:
    """What the payload has to be; ``None`` where nobody can say."""
    known = find(action, lenient=False).action
    match frame:
        case Call():
            return known.request if known is not None else None
        case CallResult():
            return known.confirmation if known is not None else None
        case _:
            return None


def pretty(text: str) -> str:
    """JSON over several lines; what is no JSON stays as it is."""
    try:
        read = json.loads(text)
        items = [json.dumps(one, indent=2, ensure_ascii=False) for one in _items(read)]
    except (ValueError, RecursionError):
        return text
    return f"[{', '.join(items)}]" if isinstance(read, list) else items[0]


def _items(read: object) -> list[object]:
    """A frame's parts: only the payload is worth several lines."""
    return read if isinstance(read, list) else [read]
