"""
The three frames of OCPP-J, and how they are written.

Only values.  The message id is kept as the JSON token that was received, because the answer must
echo it to the letter even where it is no string; the payload stays raw JSON, so that it is decoded
once, straight into its struct.  Source: OCPP-J 1.6 section 4.2.
"""

from __future__ import annotations

from typing import Any

import msgspec

from ocppgw.ocppj.deviations import Deviation

DESCRIPTION_LENGTH = 255
"""The longest description that we send with a CallError."""

_encode = msgspec.json.Encoder().encode


class CallResult(msgspec.Struct, frozen=True, gc=False):
    """The answer to a Call; ``payload`` is a JSON object."""

    id: str
    token: bytes
    payload: bytes
    deviations: tuple[Deviation, ...] = ()

    def serialise(self) -> bytes:
        """The frame as it goes over the wire."""
        return b"[3,%b,%b]" % (self.token, self.payload)


class CallError(msgspec.Struct, frozen=True):
    """
    The refusal of a Call.

    :ivar code: as received; `errorcodes.understand` tells which of ours it means.
    :ivar details: raw JSON, an object in what we send.
    """

    id: str
    token: bytes
    code: str
    description: str = ""
    details: bytes = b"{}"
    deviations: tuple[Deviation, ...] = ()

    def serialise(self) -> bytes:
        """The frame as it goes over the wire, its description cut to what is allowed."""
        description = _encode(self.description[:DESCRIPTION_LENGTH])
        return b"[4,%b,%b,%b,%b]" % (self.token, _encode(self.code), description, self.details)


class Call(msgspec.Struct, frozen=True, gc=False):
    """
    A request.

    :ivar id: the message id as text: the string, or for anything else its JSON.
    :ivar token: the message id exactly as received, in JSON.
    :ivar action: as received.
    :ivar payload: raw JSON; an object in what we send.
    :ivar deviations: what was odd about the frame.
    :ivar said: what the payload says, where that is known without reading it; ``None`` else.
    """

    id: str
    token: bytes
    action: str
    payload: bytes
    deviations: tuple[Deviation, ...] = ()
    said: Any = None

    def serialise(self) -> bytes:
        """The frame as it goes over the wire."""
        return b"[2,%b,%b,%b]" % (self.token, _encode(self.action), self.payload)

    def result(self, payload: bytes) -> CallResult:
        """The answer to this Call."""
        return CallResult(self.id, self.token, payload)

    def error(self, code: str, description: str = "", details: bytes = b"{}") -> CallError:
        """The refusal of this Call."""
        return CallError(self.id, self.token, code, description, details)


class Ignored(msgspec.Struct, frozen=True):
    """A frame of a message type that OCPP-J does not know; it gets no answer (section 4.1.3)."""

    type: str
    deviations: tuple[Deviation, ...] = ()


Frame = Call | CallResult | CallError | Ignored


def newCall(messageId: str, action: str, payload: bytes) -> Call:
    """A Call of ours; ``messageId`` must not be used again on this link."""
    return Call(messageId, _encode(messageId), action, payload)
