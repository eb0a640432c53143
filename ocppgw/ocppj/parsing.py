"""
Reading a text into a frame.

Tolerant: any message id is taken, a payload of ``null`` is an empty one, a CallError may lack its
end; what was odd travels with the frame.  Strict: to the letter of OCPP-J 1.6 section 4.  What
cannot be read is a `FramingError` that says what to answer, if anything.

A Call about which nothing is odd has a short way of its own, `usualCall`.
"""

from __future__ import annotations

import re
from typing import Literal, NoReturn

import msgspec
from msgspec import Raw

from ocppgw.ocppj.deviations import Deviation, excerpt
from ocppgw.ocppj.errorcodes import FORMATION_VIOLATION, GENERIC_ERROR
from ocppgw.ocppj.frames import Call, CallError, CallResult, Frame, Ignored

ID_LENGTH = 36
"""The longest message id that the specification allows."""

_frame = msgspec.json.Decoder(list[Raw]).decode
_call = msgspec.json.Decoder(tuple[Literal[2], str, str, Raw]).decode
_text = msgspec.json.Decoder(str).decode
_token = msgspec.json.Decoder(Raw).decode

_BAD_UTF8 = Deviation("S20", "", "bytes that are not UTF-8 were replaced")

#: Finds type and id where the text as a whole is not JSON.
_HEAD = re.compile(rb'\[\s*([234])\s*,\s*("(?:[^"\\\x00-\x1f]|\\.)*"|-?\d+)')
_HEAD_LENGTH = 4096


class FramingError(Exception):
    """
    A text that is no frame.

    :ivar errorCode: what to answer with.
    :ivar description: what is wrong, in words.
    :ivar messageType: 2, 3 or 4 where it could be read, else 0.
    :ivar id: the message id as text, ``""`` where it could not be read.
    :ivar token: the same as JSON token.
    """

    def __init__(
        self, description: str, messageType: int = 0, token: bytes = b"", id: str = ""
    ) -> None:
        super().__init__(description)
        self.errorCode = FORMATION_VIOLATION
        self.description = description
        self.messageType = messageType
        self.token = token
        self.id = id

    @property
    def answerable(self) -> bool:
        """Whether this was a Call whose id is known: only those are answered."""
        return self.messageType == 2 and bool(self.token)

    def answer(self) -> CallError | None:
        """What the peer gets, or ``None`` where nothing may be sent."""
        if not self.answerable:
            return None
        return CallError(self.id, self.token, self.errorCode, self.description)


def parse(text: bytes | str, lenient: bool = True) -> Frame:
    """
    Read one text.

    :raises FramingError: for what is no frame; never anything else, whatever the text.
    """
    raw = text.encode("utf-8", "replace") if isinstance(text, str) else text
    valid = raw if isUtf8(raw) else raw.decode("utf-8", "replace").encode()
    try:
        parts = [bytes(part) for part in _frame(valid)]
    except (msgspec.DecodeError, RecursionError) as error:
        _broken(valid, error)
    return _Reading(parts, lenient, () if valid is raw else (_BAD_UTF8,)).frame()


def usualCall(raw: bytes) -> Call | None:
    """What `parse` gives of a Call as nearly all send it, sooner; ``None`` for all else."""
    if not isUtf8(raw):
        return None
    try:
        _, messageId, action, payload = _call(raw)
    except (msgspec.MsgspecError, RecursionError):
        return None
    # So it is an array with nothing before it, and the id holds no escapes.
    token = b'"%b"' % messageId.encode()
    if not raw.startswith(b"[2," + token) or not 0 < len(messageId) <= ID_LENGTH:
        return None
    sent = bytes(payload)
    return Call(messageId, token, action, sent) if sent.startswith(b"{") else None


def isUtf8(raw: bytes) -> bool:
    """Whether bytes are a text."""
    if raw.isascii():
        return True
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True


def _broken(raw: bytes, error: Exception) -> NoReturn:
    """Say of a text that is no JSON array as much as a glance at its head can tell."""
    text = "nested too deeply" if isinstance(error, RecursionError) else str(error)
    head = _HEAD.match(raw[:_HEAD_LENGTH].lstrip(b" \t\r\n\0\xef\xbb\xbf"))
    try:
        token = b"" if head is None else bytes(_token(head[2]))
    except msgspec.DecodeError:
        token = b""
    raise FramingError(text, int(head[1]) if head else 0, token, _readId(token)) from error


def _readId(token: bytes) -> str:
    """The message id as text; anything but a string stands for itself."""
    return _string(token) if token.startswith(b'"') else token.decode("utf-8", "replace")


def _string(token: bytes) -> str:
    try:
        return _text(token)
    except msgspec.DecodeError:
        return token[1:-1].decode("utf-8", "replace")


class _Reading:
    """One frame on its way from parts to value."""

    def __init__(
        self, parts: list[bytes], lenient: bool, deviations: tuple[Deviation, ...]
    ) -> None:
        self.parts = parts
        self.lenient = lenient
        self.deviations = list(deviations)
        self.token = b""
        self.id = ""
        self.type = 0

    def frame(self) -> Frame:
        """The frame, or a `FramingError`."""
        if len(self.parts) < 2:
            raise FramingError("a message needs at least its type and its id")
        kind = self.parts[0]
        if kind not in (b"2", b"3", b"4"):
            self.odd("unknownMessageType", "no message type of OCPP-J; ignored", kind)
            return Ignored(excerpt(kind), tuple(self.deviations))
        self.type = int(kind)
        self.readId()
        if self.deviations and not self.lenient:
            raise self.error(self.deviations[0].text)
        if self.type == 2:
            return self.call()
        return self.callResult() if self.type == 3 else self.callError()

    def odd(self, kind: str, text: str, sent: bytes) -> None:
        """Note a deviation; in strict mode it is the end, unless the type is unknown."""
        if not self.lenient and self.type:
            raise self.error(text)
        self.deviations.append(Deviation(kind, "", text, excerpt(sent)))

    def error(self, description: str) -> FramingError:
        """The frame cannot be read."""
        return FramingError(description, self.type, self.token, self.id)

    def readId(self) -> None:
        self.token = self.parts[1]
        self.id = _readId(self.token)
        if not self.token.startswith(b'"'):
            self.odd("S17", "the message id is not a string", self.token)
        elif not 0 < len(self.id) <= ID_LENGTH:
            self.odd("S17", "the message id is empty or too long", self.token)

    def call(self) -> Call:
        if len(self.parts) < 3 or not self.parts[2].startswith(b'"'):
            raise self.error("a Call needs the name of its action")
        payload = self.payload(3)
        return Call(self.id, self.token, _string(self.parts[2]), payload, tuple(self.deviations))

    def callResult(self) -> CallResult:
        return CallResult(self.id, self.token, self.payload(2), tuple(self.deviations))

    def payload(self, at: int) -> bytes:
        """The payload, with what peers send for an empty one understood."""
        if len(self.parts) > at + 1:
            self.odd("extraElements", "elements after the payload", self.parts[at + 1])
        sent = self.parts[at] if len(self.parts) > at else b"null"
        if sent.startswith(b"{"):
            return sent
        if sent not in (b"null", b"[]"):
            raise self.error("the payload is not an object")
        self.odd("S15", "no payload; taken as an empty one", sent)
        return b"{}"

    def callError(self) -> CallError:
        """Everything after the id may be missing, null or of another type."""
        ends = [*self.parts[2:5], *[b"null"] * 3][:3]
        if len(self.parts) != 5 or not ends[2].startswith(b"{"):
            self.odd("S16", "a CallError without code, description or details", ends[2])
        elif not (ends[0].startswith(b'"') and ends[1].startswith(b'"')):
            self.odd("S16", "code or description are not strings", ends[1])
        return CallError(
            self.id,
            self.token,
            _word(ends[0]) or GENERIC_ERROR,
            _word(ends[1]),
            ends[2],
            tuple(self.deviations),
        )


def _word(token: bytes) -> str:
    """A text; ``null`` is none, anything else its JSON."""
    return "" if token == b"null" else _readId(token)
