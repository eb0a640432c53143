"""
Asking a charge point for its configuration, whatever way it understands.

Some reject an empty list of keys, others a missing one (B8); some cannot send all keys at once
(S13).  Owns nothing.  Raises ``CallFailed`` where no way is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import attrs

from ocppgw.central.commanding.refusals import isUnsupported
from ocppgw.central.configuring.asking import Asking
from ocppgw.central.linking.calling import (
    AnswerInvalid,
    CallErrorReceived,
    CallFailed,
    CallTimedOut,
)
from ocppgw.model.facts import ConfigurationReported
from ocppgw.model.records import ChargePointRecord, ConfigurationPoint
from ocppgw.v16 import messages as m
from ocppgw.v16.configurationkeys import CONFIGURATION_KEYS

SECRET_KEY = "authorizationkey"
"""Can be written, never read, whatever a charge point reports."""

CHUNK = 10
"""Keys asked for at once, where the charge point does not say how many it answers."""

_FRUITLESS = 2
_TROUBLE = (CallErrorReceived, CallTimedOut, AnswerInvalid)


@attrs.frozen
class Report:
    """
    What was answered.

    :ivar isComplete: all keys had been asked for at once.
    """

    keys: tuple[m.ConfigurationKey, ...] = ()
    unknown: tuple[str, ...] = ()
    isComplete: bool = False

    def __add__(self, other: Report) -> Report:
        return Report(self.keys + other.keys, self.unknown + other.unknown)


async def readSome(ask: Asking, keys: Iterable[str]) -> Report:
    """Ask for certain keys."""
    wanted = tuple(key for key in keys if key.lower() != SECRET_KEY)
    if not wanted:
        return Report()
    return _report(await ask(m.GetConfigurationRequest(key=wanted)))


async def readAll(ask: Asking) -> Report:
    """Ask for all keys at once, with an empty list where leaving it out is an error (B8)."""
    try:
        answer = await ask(m.GetConfigurationRequest())
    except CallErrorReceived as error:
        if isUnsupported(error):
            raise
        answer = await ask(m.GetConfigurationRequest(key=()))
    return attrs.evolve(_report(answer), isComplete=True)


async def readInChunks(ask: Asking, keys: Iterable[str], size: int) -> Report:
    """
    Ask for keys, some at a time.  A chunk without an answer is left out.

    Stops after two such chunks in a row; where nothing came at all, with what the last failed of.
    """
    report, errors = Report(), list[CallFailed]()
    for chunk in _chunks(tuple(keys), size):
        try:
            report += await readSome(ask, chunk)
            errors.clear()
        except _TROUBLE as error:
            errors.append(error)
            if isUnsupported(error) or len(errors) >= _FRUITLESS:
                break
    if errors and report == Report():
        raise errors[-1]
    return report


async def readEverything(askAll: Asking, ask: Asking, record: ChargePointRecord) -> Report:
    """
    All keys at once, else in chunks: broken and truncated answers come from long ones (S13).

    :param askAll: asks for all keys at once, with the time that this may take.
    """
    try:
        return await readAll(askAll)
    except _TROUBLE as error:
        if isUnsupported(error):
            raise
        return await readInChunks(ask, knownKeys(record), chunkSize(record))


def knownKeys(record: ChargePointRecord) -> tuple[str, ...]:
    """The standard's keys and those that the charge point reported, less what it has not."""
    reported = {lower: point.key for lower, point in record.configuration.points.items()}
    standard = {key.lower(): key for key in CONFIGURATION_KEYS}
    missing = record.configuration.unknownKeys | {SECRET_KEY}
    return tuple(key for lower, key in (standard | reported).items() if lower not in missing)


def chunkSize(record: ChargePointRecord, unknown: int = CHUNK) -> int:
    """How many keys the charge point answers at once; ``unknown`` where it does not say."""
    point = record.configuration.points.get("getconfigurationmaxkeys")
    text = (point.text or "").strip() if point else ""
    isUsable = text.isascii() and text.isdigit() and len(text) <= 4
    return max(1, int(text)) if isUsable else unknown


def reported(report: Report, at: datetime) -> ConfigurationReported:
    """The fact that a report makes; the secret key's value is not in it."""
    points = tuple(
        ConfigurationPoint(
            key=key.key,
            text=None if key.key.lower() == SECRET_KEY else key.value,
            readonly=key.readonly,
            at=at,
        )
        for key in report.keys
    )
    return ConfigurationReported(points, report.unknown, at, report.isComplete)


def _report(answer: m.GetConfigurationConfirmation) -> Report:
    return Report(answer.configurationKey or (), answer.unknownKey or ())


def _chunks(keys: tuple[str, ...], size: int) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
