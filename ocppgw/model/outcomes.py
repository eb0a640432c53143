"""
How a command or a gateway request ended.

Only data.  An outcome is always one of two: somebody answered, or it was refused on the way.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs


class Refusal(enum.Enum):
    """Why there is no answer.  The table of ``docs/statuscodes.rst`` names their StatusCodes."""

    notConnected = "notConnected"
    notEnabled = "notEnabled"
    timedOut = "timedOut"
    connectionLost = "connectionLost"
    notAllowedNow = "notAllowedNow"
    """Registration is Pending or Rejected, no transaction runs, the target is connected .."""
    notSupported = "notSupported"
    """CallError NotImplemented or NotSupported."""
    callError = "callError"
    """Any other CallError, or an answer that makes no sense."""
    invalidArgument = "invalidArgument"
    tooMany = "tooMany"
    locked = "locked"
    """The configuration file forbids this change."""
    unknownTarget = "unknownTarget"
    storeFailed = "storeFailed"
    stopping = "stopping"
    failed = "failed"
    """A mistake of ours; the log has it."""


@attrs.frozen
class Answered:
    """
    The charge point (or the gateway) answered, whatever the word.

    :ivar status: the word of the answer, ``Accepted``, ``Rejected``, ``Unlocked`` ..
    :ivar outputs: further outputs by their OPC UA argument name.
    """

    status: str
    outputs: Mapping[str, Any] = attrs.field(factory=lambda: MappingProxyType({}))


@attrs.frozen
class Refused:
    """
    Nobody answered, or with a CallError.

    :ivar detail: one sentence, or ``CODE: description`` of the CallError.
    :ivar argument: for ``invalidArgument`` the name of the field that is wrong.
    """

    refusal: Refusal
    detail: str = ""
    argument: str = ""


Outcome = Answered | Refused
