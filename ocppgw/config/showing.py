"""
Values as they are written in TOML: in error messages, and in the reference for defaults.
"""

from __future__ import annotations

import enum
import json
import re
from collections.abc import Mapping
from datetime import timedelta, tzinfo
from pathlib import PurePath

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_LONGEST = 60


def tomlKey(key: str) -> str:
    """A key, quoted where TOML wants it quoted."""
    return key if _BARE.fullmatch(key) else _quoted(key)


def tomlText(value: object) -> str:
    """A value, as it would stand in the file."""
    match value:
        case bool():
            return "true" if value else "false"
        case Mapping():
            pairs = [f"{tomlKey(str(key))} = {tomlText(item)}" for key, item in value.items()]
            return "{ " + ", ".join(pairs) + " }" if pairs else "{}"
        case list() | tuple():
            return "[" + ", ".join(tomlText(item) for item in value) + "]"
        case enum.Enum() | timedelta() | str() | PurePath() | tzinfo():
            return _quoted(_word(value))
        case _:
            return str(value)


def _word(value: object) -> str:
    if isinstance(value, enum.Enum):
        return value.name
    if isinstance(value, timedelta):
        return "forever" if value == timedelta.max else f"{value.days} days"
    return str(value)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def shown(value: object) -> str:
    """A value for an error message: what it is, cut where it is long."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list) and any(isinstance(item, dict | list) for item in value):
        return "a list of lists or tables"
    if isinstance(value, int) and value.bit_length() > 128:
        return "a huge number"
    text = tomlText(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}.."
