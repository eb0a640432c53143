"""DataValues that stand for something missing, and the safe encoding of any."""

from __future__ import annotations

from functools import cache
from typing import Any

from opcua import ua
from twisted.logger import Logger

from ocppgw.uaserver.codec.encoding import BOTH, dataValue
from ocppgw.uaserver.codec.sharedvalues import SHARED
from ocppgw.uaserver.library import status

log = Logger()


@cache
def badValue(code: int) -> Any:
    """The shared DataValue that says only why there is no value."""
    return ua.DataValue(ua.Variant(None, ua.VariantType.Null), status(code))


def putValue(
    out: bytearray, value: Any, timestamps: int = BOTH, received: int | None = None
) -> None:
    """
    Encode a DataValue among others; see `dataValue`.

    A value that a mistake of ours made impossible to encode becomes
    ``BadInternalError``, and the others are sent all the same.
    """
    start = len(out)
    try:
        if isinstance(value, SHARED):
            out += value.encoded(timestamps)
        else:
            dataValue(out, value, timestamps, received)
    except Exception:  # noqa: BLE001 - one mistake must not cost a thousand values
        del out[start:]
        dataValue(out, _insteadOf(value), timestamps, received)


def encodedValue(value: Any, timestamps: int = BOTH) -> bytes:
    """The same bytes alone."""
    try:
        if isinstance(value, SHARED):
            return value.encoded(timestamps)
    except Exception:  # noqa: BLE001 - one mistake must not cost a thousand values
        value = _insteadOf(value)
    out = bytearray()
    putValue(out, value, timestamps)
    return bytes(out)


def _insteadOf(value: Any) -> Any:
    """What to send for one that could not be encoded.  To be called while that is handled."""
    log.failure("Value {value} could not be encoded", value=value)
    return badValue(ua.StatusCodes.BadInternalError)
