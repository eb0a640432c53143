"""
JSON into a struct, and back.

The quick way is msgspec alone: one pass in C.  Only where that fails, or where a glance shows
something that msgspec passes over, the text is taken apart and read by the struct's shape.

What msgspec passes over: ``null`` for an optional field, padding of an idTag, and a name that
stands twice in an object.  The last is found by counting colons: encoding the struct again
gives each name once, so that more colons came in than go out (texts hold as many here as there,
unless written as an escape, which is looked for as well).  Nothing is counted where as many bytes
came in as go out: nothing gets longer but a number with an exponent, so nothing was lost.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Generic, TypeVar, cast

import attrs
import msgspec

from ocppgw.ocppj.deviations import Deviation
from ocppgw.ocppj.errorcodes import FORMATION_VIOLATION, OCCURENCE_VIOLATION
from ocppgw.v16.findings import Findings, Invalid
from ocppgw.v16.idtags import PADDING
from ocppgw.v16.messages import Message
from ocppgw.v16.parsed import Parsed, parse
from ocppgw.v16.plans import planOf
from ocppgw.v16.scalars import Decimal
from ocppgw.v16.shapes import NAME_LENGTH, List, Object, Shape

__all__ = ["Codec", "Decoded", "Invalid", "check", "decode", "encode", "glancing", "study"]

M = TypeVar("M", bound=Message)

_encode = msgspec.json.Encoder().encode

PARTS = 65_536
"""Commas of a text that is worth being taken apart; the longest one of a megabyte has fewer, unless
it is made to be a burden."""


@attrs.frozen
class Decoded(Generic[M]):
    """A message, and how it left the specification."""

    message: M
    deviations: tuple[Deviation, ...] = ()


def encode(message: Message) -> bytes:
    """The payload of a frame.  Nothing is checked: `check` does that."""
    return _encode(message)


def check(message: Message) -> None:
    """
    Hold a message of ours to the letter before it goes out.

    :raises Invalid: names the field.
    """
    decode(type(message), _encode(message), strict=True)


def decode(structType: type[M], raw: bytes, strict: bool = False) -> Decoded[M]:
    """
    Read a payload.

    Tolerantly: what can be made sense of becomes a message, what was odd about it goes beside it.
    Strictly: to the letter.

    :raises Invalid: says what to answer instead; never anything else, whatever the text.
    """
    message = None if strict else glancing(structType)(raw)
    return study(structType, raw, strict) if message is None else Decoded(message)


def glancing(structType: type[M]) -> Callable[[bytes], M | None]:
    """Reads payloads where nothing is odd about them: quick, and ``None`` for all others."""
    return cast("Codec[M]", _codec(structType)).quick


def study(structType: type[M], raw: bytes, strict: bool = False) -> Decoded[M]:
    """
    Read a payload as `decode` does, without the glance before: takes its time, on any thread.

    :raises Invalid: as `decode` does.
    """
    return cast("Codec[M]", _codec(structType)).slow(raw, strict)


class Codec(Generic[M]):
    """All that decoding needs of one struct, prepared."""

    def __init__(self, structType: type[M]) -> None:
        self._decode = msgspec.json.Decoder(structType).decode
        self._plan = planOf(structType)
        self._mayGrow = _hasDecimals(self._plan)
        self._trimmed = tuple(
            field.name for field in self._plan.fields.values() if field.tolerance.trim
        )

    def quick(self, raw: bytes) -> M | None:
        """The message, where nothing at all is odd about it."""
        if len(raw) > PARTS and raw.count(b",") > PARTS:
            return None
        try:
            message = self._decode(raw)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            return None  # Of what is not UTF-8 older releases of msgspec tell as Python does.
        if b"null" in raw or (self._trimmed and self._isPadded(message)):
            return None
        written = _encode(message)
        if len(written) == len(raw) and not self._mayGrow:
            return message
        if b"\\" in raw and b"\\u003" in raw:
            return None
        return message if written.count(b":") == raw.count(b":") else None

    def _isPadded(self, message: M) -> bool:
        texts = (getattr(message, name) for name in self._trimmed)
        return any(text is not None and text != text.strip(PADDING) for text in texts)

    def slow(self, raw: bytes, strict: bool) -> Decoded[M]:
        """The message, by its shape."""
        findings = Findings(strict)
        if raw.count(b",") > PARTS:
            raw = self._lightened(raw, findings)
        try:
            parsed = parse(raw)
        except ValueError as error:
            raise Invalid(FORMATION_VIOLATION, str(error)) from error
        self._noteText(parsed, findings)
        message = cast(M, self._plan.read(parsed.value, "", findings))
        return Decoded(message, findings.all())

    def _lightened(self, raw: bytes, findings: Findings) -> bytes:
        """
        The text without its lists, and without what the specification does not have.

        What makes it so long is lost, but not the message: a StopTransaction stays one.

        :raises Invalid: where it is still too much.
        """
        odd = f"more than {PARTS} parts"
        findings.add("C20", "", f"{odd}; its lists are left out", raw, OCCURENCE_VIOLATION)
        try:
            sent = msgspec.structs.asdict(self._outline(raw))
        except (msgspec.MsgspecError, RecursionError) as error:
            raise Invalid(OCCURENCE_VIOLATION, odd) from error
        kept = {
            name: msgspec.Raw(b"[]") if isinstance(self._plan.fields[name].shape, List) else value
            for name, value in sent.items()
            if value is not msgspec.UNSET
        }
        light = _encode(kept)
        if light.count(b",") > PARTS:
            raise Invalid(OCCURENCE_VIOLATION, odd)
        return light

    @functools.cached_property
    def _outline(self) -> Callable[[bytes], msgspec.Struct]:
        """Reads the fields of the specification, as they were written."""
        unread = msgspec.Raw | msgspec.UnsetType
        fields = [(name, unread, msgspec.UNSET) for name in self._plan.fields]
        return msgspec.json.Decoder(msgspec.defstruct("Outline", fields)).decode

    @staticmethod
    def _noteText(parsed: Parsed, findings: Findings) -> None:
        if parsed.replaced:
            findings.add("S20", "", "bytes that are not UTF-8", "", FORMATION_VIOLATION)
        for name in parsed.repeated:
            odd = f"{name[:NAME_LENGTH]} stands twice; the last one holds"
            findings.add("S24", "", odd, name, FORMATION_VIOLATION)


def _hasDecimals(shape: Shape) -> bool:
    """Whether there are numbers in it that can be longer when they are written again: 1e9."""
    if isinstance(shape, Object):
        return any(_hasDecimals(field.shape) for field in shape.fields.values())
    return _hasDecimals(shape.item) if isinstance(shape, List) else isinstance(shape, Decimal)


@functools.cache
def _codec(structType: type[Message]) -> Codec[Message]:
    return Codec(structType)
