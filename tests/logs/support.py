"""What the tests of the log share: events as ``twisted.logger`` makes them."""

from __future__ import annotations

from typing import Any

from twisted.logger import LogEvent, LogLevel
from twisted.python.failure import Failure


def event(format: str = "{node} went", level: LogLevel = LogLevel.info, **fields: Any) -> LogEvent:
    """One event."""
    return {
        "log_format": format,
        "log_level": level,
        "log_namespace": "ocppgw.some.where",
        "log_time": 1772366400.1234,
        **fields,
    }


def failed(error: BaseException) -> Failure:
    """A failure with a traceback."""
    try:
        raise error
    except BaseException:  # noqa: BLE001 - that is the point
        return Failure()
