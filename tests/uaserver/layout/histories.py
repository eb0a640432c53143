"""Histories of a charge point: what makes values differ a little, or in their times alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from ocppgw.model import facts as f
from ocppgw.model.batch import planOf
from ocppgw.model.records import Settings, meterKey
from tests.model.given import POWER, at, measured, reading, started, status, stopped
from tests.model.test_batch import PLANS, USUAL, batch, told

PHASES = planOf((meterKey(POWER, "L1"), meterKey(POWER, "L2")), ("Sample.Periodic",) * 2)

_Fact = Callable[[int], f.Fact]
"""What happens, by the second in which it does."""

_NUMBERS = st.one_of(st.sampled_from([5.0, 7.0, 0.0, -0.0]), st.integers(0, 10**6).map(float))
_SECONDS = st.sampled_from([1, 1, 1, 1, 0, 60, -20])
"""From one fact to the next."""
_CONNECTORS = st.sampled_from([1, 1, 1, 2, 0])
_TRANSACTIONS = st.sampled_from([1, 2, 3])
_TEXTS = st.sampled_from(["", "warm"])


@st.composite
def _batches(draw: Callable[[st.SearchStrategy[Any]], Any]) -> _Fact:
    plan = draw(st.one_of(st.just(USUAL), st.just(USUAL), st.just(PHASES), PLANS))
    count = len(plan.keys)
    numbers = draw(st.lists(_NUMBERS, min_size=count, max_size=count))
    connectorId, late = draw(_CONNECTORS), draw(st.sampled_from([0, 0, 0, 2]))
    named = draw(st.sampled_from([None, None, 1, 2]))
    return lambda second: told(
        batch(second, *numbers, plan=plan, received=second + late), connectorId, named
    )


@st.composite
def _statuses(draw: Callable[[st.SearchStrategy[Any]], Any]) -> _Fact:
    words = ["Charging", "Charging", "SuspendedEV", "Faulted", "Sleeping", "Dozing"]
    word, connectorId = draw(st.sampled_from(words)), draw(_CONNECTORS)
    error = draw(st.sampled_from(["NoError", "OtherError", "Melting"]))
    info, vendor = draw(_TEXTS), draw(_TEXTS)

    def fact(second: int) -> f.Fact:
        found = status(word, second, connectorId, error=error)
        return f.StatusReported(
            connectorId, replace(found.report, info=info, vendorErrorCode=vendor)
        )

    return fact


def _inTime(steps: Iterable[tuple[int, int, _Fact]]) -> list[f.Fact]:
    second, found = 0, []
    for times, passed, fact in steps:
        for _ in range(times):
            second += passed
            found.append(fact(second))
    return found


_FACTS: st.SearchStrategy[_Fact] = st.one_of(
    _batches(),
    _batches(),
    _batches(),
    _batches(),
    _batches(),
    _statuses(),
    _statuses(),
    st.builds(
        lambda value, number: (
            lambda second: measured(reading("SoC", value, second), connectorId=number)
        ),
        st.one_of(st.none(), _NUMBERS),
        _CONNECTORS,
    ),
    st.builds(
        lambda number, begin: lambda second: started(number, second, begin),
        _TRANSACTIONS,
        st.sampled_from([0, 3]),
    ),
    st.builds(
        lambda number, end: lambda second: stopped(number, second, end),
        _TRANSACTIONS,
        st.sampled_from([None, 5, 100]),
    ),
    st.builds(
        lambda number: lambda second: f.TransactionSuspected(number, 1, at(second)), _TRANSACTIONS
    ),
    st.just(lambda second: f.LiveAged(1, at(second))),
    st.just(lambda second: f.LinkLost("gone", at(second))),
    st.just(lambda second: f.LinkOpened("10.0.0.2", at(second))),
    st.builds(
        lambda isZero: (
            lambda second: f.SettingsChanged(
                Settings(connectors=2, zeroWhenIdle=isZero), at(second)
            )
        ),
        st.booleans(),
    ),
)

HISTORIES = st.lists(
    st.tuples(st.sampled_from([1, 1, 2, 3]), _SECONDS, _FACTS), min_size=1, max_size=16
).map(_inTime)
"""Most of what is told in them is told once, and the rest again."""
