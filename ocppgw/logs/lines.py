"""
An event of ``twisted.logger`` as one line of text, or as one JSON object on one line.

Pure.  What came from outside cannot break a line or forge one: every character that is not
printable is escaped, and the lines of a traceback are indented.  Times are UTC.
"""

from __future__ import annotations

import json
import string
from datetime import UTC, datetime
from typing import Any

from twisted.logger import LogEvent, formatEvent
from twisted.python.failure import Failure

from ocppgw.config.errors import oneLine

LONGEST = 8000
"""Characters of a message; what is longer was not made to be read."""

TRACEBACK = 40
"""Lines of a traceback that are written: the last ones."""


def textLine(event: LogEvent) -> str:
    """``2026-03-01T12:00:00.123Z warn ocppgw.store.sqlite: what happened``, and a line break."""
    head = f"{timeOf(event)} {levelOf(event)} {namespaceOf(event)}: {messageOf(event)}\n"
    return head + "".join(f"    {line}\n" for line in tracebackOf(event))


def jsonLine(event: LogEvent) -> str:
    """An object with time, level, namespace, message, the message's fields and a traceback."""
    said: dict[str, Any] = {
        "time": timeOf(event),
        "level": levelOf(event),
        "namespace": namespaceOf(event),
        "message": messageOf(event),
    }
    if fields := fieldsOf(event):
        said["fields"] = fields
    if traceback := tracebackOf(event):
        said["traceback"] = traceback
    return json.dumps(said, ensure_ascii=True, allow_nan=False) + "\n"


def timeOf(event: LogEvent) -> str:
    """When it happened, UTC, to the millisecond."""
    moment = datetime.fromtimestamp(float(event.get("log_time", 0.0)), UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def levelOf(event: LogEvent) -> str:
    """debug, info, warn, error or critical."""
    level = event.get("log_level")
    return str(level.name) if level is not None else "info"


def namespaceOf(event: LogEvent) -> str:
    """Who says it."""
    return oneLine(str(event.get("log_namespace") or event.get("log_system") or "-"))


def messageOf(event: LogEvent) -> str:
    """What is said, on one line; the reason of a failure with it."""
    text = formatEvent(event)
    failure = event.get("log_failure")
    if isinstance(failure, Failure):
        kind = getattr(failure.type, "__name__", "error")
        text = f"{text}: {kind}: {failure.getErrorMessage()}" if text else kind
    text = oneLine(text.strip())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}.."


def tracebackOf(event: LogEvent) -> list[str]:
    """The lines that tell a maintainer where it went wrong."""
    failure = event.get("log_failure")
    if not isinstance(failure, Failure):
        return []
    lines = failure.getTraceback().splitlines()
    return [oneLine(line)[:LONGEST] for line in lines[-TRACEBACK:]]


def fieldNames(format: str) -> list[str]:
    """The names that a message's format asks for."""
    try:
        parsed = list(string.Formatter().parse(format))
    except ValueError:
        return []
    names = [name.split(".")[0].split("[")[0].removesuffix("()") for _, name, *_ in parsed if name]
    return list(dict.fromkeys(names))


def fieldsOf(event: LogEvent) -> dict[str, Any]:
    """The fields of the message by name: numbers as they are, all else as text."""
    format = event.get("log_format")
    names = fieldNames(format) if isinstance(format, str) else []
    return {
        name: _plain(event[name])
        for name in names
        if name in event and not name.startswith(("log_", "_"))
    }


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int):
        return value
    return oneLine(str(value))[:LONGEST]
