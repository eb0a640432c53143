"""
What an outcome becomes in HTTP.

Only the table, and how it is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from twisted.internet.defer import Deferred

from ocppgw.model.outcomes import Answered, Outcome, Refusal
from ocppgw.web.api.answers import OutcomeAnswer
from ocppgw.web.api.declaring import ApiError, Problem

STATUS: Mapping[Refusal, int] = MappingProxyType(
    {
        Refusal.notConnected: 409,
        Refusal.notEnabled: 409,
        Refusal.timedOut: 504,
        Refusal.connectionLost: 502,
        Refusal.notAllowedNow: 409,
        Refusal.notSupported: 502,
        Refusal.callError: 502,
        Refusal.invalidArgument: 422,
        Refusal.tooMany: 429,
        Refusal.locked: 409,
        Refusal.unknownTarget: 404,
        Refusal.storeFailed: 503,
        Refusal.stopping: 503,
        Refusal.failed: 500,
    }
)
"""Which status tells of which refusal."""

PROBLEMS = tuple(sorted({*STATUS.values()} - {500}))
"""For the declaration of operations that end with an outcome."""


def answered(outcome: Outcome) -> Answered:
    """The answer; raises `ApiError` for a refusal."""
    if isinstance(outcome, Answered):
        return outcome
    problem = Problem(outcome.refusal.value, outcome.detail, outcome.argument)
    raise ApiError(STATUS[outcome.refusal], problem)


def told(done: Deferred[Outcome]) -> Deferred[OutcomeAnswer]:
    """The response to what ends with an outcome."""

    def tell(outcome: Outcome) -> OutcomeAnswer:
        answer = answered(outcome)
        return OutcomeAnswer(answer.status, {n: _plain(v) for n, v in answer.outputs.items()})

    return done.addCallback(tell)


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, bool | int | float | str | datetime | None) else str(value)
