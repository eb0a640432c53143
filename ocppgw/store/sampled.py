"""
How what was sampled at one instant stands in its row of ``meter_value``: as JSON.

An array of numbers, and of texts for what is no number.  A number may stand there with a fraction
or without one, as it was sent; it is a float all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import json

from ocppgw.model.batch import Batch

Told = float | str | None
"""A value; ``None`` where databases of former versions have none."""

_encode = json.Encoder().encode

toldIn: Callable[[str], list[Told]] = json.Decoder(list[Told]).decode
"""The values of a row."""


def written(values: Sequence[Told]) -> str:
    """A row of values."""
    return _encode(values).decode()


def writtenBatch(batch: Batch) -> str:
    """The row of a batch: plain numbers are JSON as they were sent."""
    return f"[{batch.row}]"
