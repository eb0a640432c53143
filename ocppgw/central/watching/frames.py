"""
The recorder of frames: the last ones of each charge point, for people who look for a fault.

Owns them, in memory only and bounded in every direction: so many for each charge point, so many
characters of each, so many of all together; and the last one that showed each kind of deviation.
Where there is too much of all together, those with more than an equal share of it make room, the
one that brought more first: a charge point that went silent keeps its last words.  They make room
for some more at once, so that in the usual case nothing is forgotten and nobody else looked at.
In: what links send and receive, and which of it deviated.  Out: what a page shows.  Reactor thread.

Secrets are masked on the way out: nearly all frames are forgotten before anybody looks, and to
search each of them for secrets would cost more than to read it.  What passed stays in `_Passed`,
which nobody outside this module sees; `_shown` is the only way from there to what others get.  What
was masked once is kept masked.  What would take long is masked as it passes, so that to look at all
frames of a charge point takes some milliseconds, whatever it sends.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from msgspec import Struct
from zope.interface import implementer

from ocppgw.access.secretkeys import MASK, WORDS, isSecret
from ocppgw.interfaces import EVER, IFrames
from ocppgw.model.frames import RecordedFrame

EACH = 200
"""Frames kept of one charge point."""

LONGEST = 8_000
"""Characters kept of one frame."""

USUAL = 2_000
"""Bytes of a frame that is masked when it is looked at; longer ones are masked, and cut, as they
pass."""

SHORT = 250
"""Bytes of a frame that is masked when it is looked at, whatever is in it."""

VALUES = 100
"""Values in a longer one that is: they take the time, not the bytes."""

MASKED = 64 * 1024
"""Bytes of a frame that is searched for secrets: a longer one would hold up everybody."""

ALL = 16_000_000
"""Bytes or characters kept of all charge points together."""

STEP = 64 * 1024
"""Of these that are forgotten at once, where there would be more than `ALL`."""

FRAME = 64
"""Of these for a frame itself, however short."""

EXAMPLES = 4_000_000
"""Characters kept as examples of deviations, of all charge points together."""

_SECRETIVE = tuple(word.encode() for word in WORDS)

_SHORTEST = min(map(len, WORDS))
"""Characters without which a text cannot sound like a secret."""

_NAME = re.compile(r"[\w.-]{1,50}")
"""A text that names something: the name of a secret is none."""

_FIRST = re.compile(r"\A[\s\0\ufeff]*\[\s*2\s*,\s*")
"""How a text begins that is a Call, up to its message id."""

_LATER = re.compile(r"\[\s*2\s*,\s*")
"""How a Call behind another message begins, or data that look alike."""

_END = re.compile(r"\s*[,\]]")
"""What is behind a message id."""

_ENCODER = json.JSONEncoder(ensure_ascii=False)

_WITHHELD = "(could hold a secret, and cannot be read as JSON: withheld)"

_TOO_LONG = "(could hold a secret, and is too long to be searched for it: withheld)"


class _Passed(Struct, frozen=True, gc=False):
    """A frame as it passed, secrets and all."""

    number: int
    at: datetime
    isOurs: bool
    payload: bytes


_Kept = _Passed | RecordedFrame


class _Own:
    """
    The last frames of one charge point.

    :ivar size: of all of them.
    """

    __slots__ = ("frames", "size")

    def __init__(self) -> None:
        self.frames: deque[_Kept] = deque()
        self.size = 0


@implementer(IFrames)
class Frames:
    """The last frames."""

    def __init__(self) -> None:
        self._number = 0
        self._size = 0
        self._kept: dict[str, _Own] = {}
        self._round: Iterator[_Own] = iter(())
        self._examples: OrderedDict[tuple[str, str], RecordedFrame] = OrderedDict()
        self._exampled = 0

    def note(
        self, nodeName: str, isOurs: bool, payload: bytes, at: datetime, isUsual: bool = False
    ) -> None:
        """
        A frame passed at this time.

        :param isUsual: it is known by its form, which bounds its values, if not by `VALUES`: there
            are fewer than three times as many.
        """
        self._number = number = self._number + 1
        frame: _Kept = _Passed(number, at, isOurs, payload)
        length = len(payload)
        size = FRAME + length
        if length > SHORT and (length > USUAL or not (isUsual or _valuesIn(payload) <= VALUES)):
            frame = _shown(frame)
            size = _sizeOf(frame)
        own = self._kept.get(nodeName)
        if own is None:
            own = self._kept[nodeName] = _Own()
        frames = own.frames
        frames.append(frame)
        if len(frames) > EACH:
            size -= _sizeOf(frames.popleft())
        own.size += size
        self._size = total = self._size + size
        if total > ALL:
            self._bound(own, ALL - STEP)

    def forget(self, nodeName: str) -> None:
        """A charge point was removed."""
        own = self._kept.pop(nodeName, None)
        if own is not None:
            self._size -= own.size
            self._round = iter(())

    def latest(self, nodeName: str, since: datetime = EVER) -> tuple[RecordedFrame, ...]:
        own = self._kept.get(nodeName)
        if own is None:
            return ()
        found = []
        for place, frame in enumerate(tuple(own.frames)):
            if frame.at >= since:
                own.frames[place] = shown = _shown(frame)
                more = _sizeOf(shown) - _sizeOf(frame)
                own.size += more
                self._size += more
                found.append(shown)
        if self._size > ALL:
            self._bound(own, ALL)
        return tuple(found)

    def exemplify(self, nodeName: str, kinds: Iterable[str], token: bytes | None) -> None:
        """
        Keep the frame of a charge point that showed some kinds of deviation.

        :param token: the message id in it, as it was sent; empty for the last one that came;
            ``None`` where no frame did, and none that did earlier is to be kept any more.
        """
        frame = None if token is None else self._received(nodeName, token)
        for kind in kinds:
            old = self._examples.pop((nodeName, kind), None)
            self._exampled -= len(old.text) if old is not None else 0
            if frame is not None:
                self._examples[nodeName, kind] = frame
                self._exampled += len(frame.text)
        while self._exampled > EXAMPLES:
            _, old = self._examples.popitem(last=False)
            self._exampled -= len(old.text)

    def example(self, nodeName: str, kind: str) -> RecordedFrame | None:
        return self._examples.get((nodeName, kind))

    def _received(self, nodeName: str, token: bytes) -> RecordedFrame | None:
        """The last frame that came, or the last with a Call of this message id."""
        own, said = self._kept.get(nodeName), token.decode("utf-8", "replace")
        if own is None:
            return None
        for begin in (_FIRST, _LATER):
            for frame in reversed(own.frames):
                if not frame.isOurs and (not said or _isCall(_textOf(frame), said, begin)):
                    return _shown(frame)
        return None

    def _bound(self, own: _Own, most: int) -> None:
        """
        Forget the oldest of this one, then of others in turn, while there is more than this.

        The newest frame of all stays, whatever its length: somebody may be about to ask for it.
        """
        share = most // len(self._kept)
        while self._size > most and own.size > share and len(own.frames) > 1:
            self._drop(own)
        # Twice, because the round may be about to end, and the next one has others behind it.
        for _ in range(2 * len(self._kept)):
            if self._size <= most:
                return
            each = next(self._round, None)
            if each is None:
                self._round = iter(tuple(self._kept.values()))
            elif each is not own:
                while self._size > most and each.size > share:
                    self._drop(each)

    def _drop(self, own: _Own) -> None:
        size = _sizeOf(own.frames.popleft())
        own.size -= size
        self._size -= size


def _sizeOf(frame: _Kept) -> int:
    return FRAME + len(frame.payload if isinstance(frame, _Passed) else frame.text)


def _textOf(frame: _Kept) -> str:
    """To search in, not to be shown."""
    return frame.payload.decode("utf-8", "replace") if isinstance(frame, _Passed) else frame.text


def _shown(frame: _Kept) -> RecordedFrame:
    """A frame as others may see it: secrets masked, and cut where it is too long."""
    if isinstance(frame, RecordedFrame):
        return frame
    text = _masked(frame.payload)
    return RecordedFrame(frame.number, frame.at, frame.isOurs, text, len(frame.payload))


def _valuesIn(payload: bytes) -> int:
    """About how many values a frame has: each is behind a comma, or first in something."""
    return len(payload) - len(payload.translate(None, b",[{"))


def _isCall(text: str, said: str, begin: re.Pattern[str]) -> bool:
    """Whether a Call with this message id begins in a text."""
    if said not in text:
        return False
    ends = (found.end() for found in begin.finditer(text))
    return any(text.startswith(said, end) and _END.match(text, end + len(said)) for end in ends)


def _masked(payload: bytes) -> str:
    folded = payload.lower()
    if any(word in folded for word in _SECRETIVE):
        return _searched(payload)[:LONGEST]
    return payload[: 4 * LONGEST].decode("utf-8", "replace")[:LONGEST]


def _searched(payload: bytes) -> str:
    if len(payload) > MASKED:
        return _TOO_LONG
    try:
        return _ENCODER.encode(_without(json.loads(payload)))
    except (ValueError, RecursionError):
        return _WITHHELD


def _without(value: Any) -> Any:
    """The same without what a secret key holds, or what is the value of a secret key."""
    if isinstance(value, str):
        isShort = len(value) < _SHORTEST
        return value if isShort or _NAME.fullmatch(value) or not isSecret(value) else MASK
    if isinstance(value, list):
        return [_without(item) for item in value]
    if not isinstance(value, dict):
        return value
    named = isinstance(value.get("key"), str) and isSecret(value["key"])
    return {
        key: MASK if isSecret(key) or (named and key == "value") else _without(item)
        for key, item in value.items()
    }
