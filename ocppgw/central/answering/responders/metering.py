"""
MeterValues: sampled values become readings in base units.

A promise: answered once the values are on disk, or not at all.  Source: OCPP 1.6 sections 4.7,
3.16 and 7.43; rows C20, S6 to S10, M1 to M10 and T4 of the quirks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec.structs import replace

from ocppgw.central.answering.responders import belonging
from ocppgw.central.answering.responders.answer import Answer, responds
from ocppgw.central.answering.responders.situation import Moment, Situation
from ocppgw.model.batch import PLANS, Batch, Plan, planOf
from ocppgw.model.facts import Measured, Reading
from ocppgw.model.records import MeterKey, meterKey
from ocppgw.model.sharing import changed
from ocppgw.ocppj.deviations import Deviation
from ocppgw.ocppj.errorcodes import OCCURENCE_VIOLATION
from ocppgw.v16.forms import Form, UsualValues
from ocppgw.v16.messages import (
    MeterValue,
    MeterValuesConfirmation,
    MeterValuesRequest,
    SampledValue,
)
from ocppgw.v16.numerals import plainRow
from ocppgw.v16.readings import (
    SORTS,
    WIDEST,
    Said,
    Sample,
    Sort,
    Words,
    isUsual,
    readSample,
    readUsual,
    sortOf,
    takenApart,
    wordsOf,
)

NOWHERE = -1
"""The connector of values that belong to a transaction which nobody knows: history only."""

SLICE = 500
"""Values that are dealt with in one turn of the reactor: some 5 ms of work."""

MOST = 10_000
"""Values of one message that are kept; one of a megabyte has fewer, unless it was made to be a
burden (C20)."""

ODD = 32
"""Deviations of one message that are counted; a broken message may have thousands."""


@responds("MeterValues")
def meterValues(
    request: MeterValuesRequest | UsualValues, situation: Situation
) -> Answer | Awaitable[Answer]:
    """Take the values in."""
    batched = None if situation.settings.scale else _batched(request, situation)
    if batched is not None:
        return _answer(request, situation, *batched)
    if isinstance(request, UsualValues):
        request = request.request()
    values = request.meterValue
    if weightOf(values) >= SLICE:
        return _answeredLater(request, situation)
    taking = _Taking(situation)
    for _ in taking.slices(values):
        raise AssertionError("fewer values than a slice has")
    return _answer(request, situation, taking.readings, taking.odd)


def _batched(
    request: MeterValuesRequest | UsualValues, situation: Situation
) -> tuple[Batch, tuple[Deviation, ...]] | None:
    """The usual message: values of one instant about which nothing is odd; else ``None``."""
    if isinstance(request, UsualValues):
        plan = _planOf(request.form, request.form.values)
        at = request.timestamp
        return None if plan is None else _batch(plan, request.row, at, situation)
    if len(request.meterValue) != 1:
        return None
    [value] = request.meterValue
    if not 0 < len(value.sampledValue) <= WIDEST:
        return None
    texts, said = takenApart(value.sampledValue)
    plan = _planOf(said, value.sampledValue)
    if plan is None:
        return None
    row = plainRow(texts)
    if row is None:
        return None
    return _batch(plan, row, value.timestamp, situation)


def _batch(
    plan: Plan, row: str, timestamp: str | None, situation: Situation
) -> tuple[Batch, tuple[Deviation, ...]]:
    moment = situation.moment(timestamp)
    return Batch(plan, row, moment.time, situation.receivedAt), moment.deviations


_UNKNOWN = Plan((), ())

_plans: dict[Said | Form, Plan | None] = {}


def _planOf(said: Said | Form, values: Sequence[SampledValue]) -> Plan | None:
    """What values are of that say so; ``None`` where they are not worth a plan."""
    found = _plans.get(said, _UNKNOWN)
    return _newPlan(said, tuple(map(wordsOf, values))) if found is _UNKNOWN else found


def _newPlan(said: Said | Form, words: tuple[Words, ...]) -> Plan | None:
    if not all(map(isUsual, words)):
        return None
    sorts = [sortOf(each) for each in words]
    plan = None
    if all(sort.isBase for sort in sorts):
        plan = planOf(tuple(map(_keyOf, sorts)), tuple(sort.context for sort in sorts))
    if len(_plans) >= PLANS:  # somebody sends ever other orders; what is in use comes again
        _plans.clear()
    _plans[said] = plan
    return plan


async def _answeredLater(request: MeterValuesRequest, situation: Situation) -> Answer:
    taking = _Taking(situation)
    for _ in taking.slices(taking.within(request.meterValue, "meterValue")):
        await situation.desk.pause()
    answer = _answer(request, situation, taking.readings, taking.odd)
    return answer if isinstance(answer, Answer) else await answer


def _answer(
    request: MeterValuesRequest | UsualValues,
    situation: Situation,
    readings: Sequence[Reading],
    deviations: tuple[Deviation, ...],
) -> Answer | Awaitable[Answer]:
    isBatch = type(readings) is Batch  # which has some values, and not too many
    if not isBatch and not readings:
        return Answer(MeterValuesConfirmation(), deviations=deviations)
    named = request.transactionId
    fact = Measured(situation.connector(request.connectorId), None, readings, situation.receivedAt)
    meant = belonging.transactionOf(named, fact, situation)
    if meant is not None:
        fact = replace(fact, transactionId=meant)
    facts = (fact,) if isBatch else sliced(fact)
    answer = Answer(MeterValuesConfirmation(), facts, isPromise=True, deviations=deviations)
    if belonging.isUnknown(fact, situation):
        return belonging.recovered(answer, fact, situation)
    return answer


def weightOf(values: Sequence[MeterValue]) -> int:
    """How much there is to do about them."""
    return sum(1 + len(value.sampledValue) for value in values)


def sliced(fact: Measured) -> tuple[Measured, ...]:
    """A long fact as several short ones."""
    readings = fact.readings
    if len(readings) <= SLICE:
        return (fact,)
    starts = range(0, len(readings), SLICE)
    return tuple(changed(fact, readings=readings[at : at + SLICE]) for at in starts)


async def measured(
    values: Sequence[MeterValue],
    connectorId: int,
    transactionId: int | None,
    situation: Situation,
) -> tuple[Measured | None, tuple[Deviation, ...]]:
    """
    The fact that these values were received, if there are any, and what was odd about them.

    Many of them take several turns of the reactor.
    """
    taking = _Taking(situation)
    for _ in taking.slices(taking.within(values, "transactionData")):
        await situation.desk.pause()
    readings = taking.readings
    if not readings:
        return None, taking.odd
    return Measured(connectorId, transactionId, readings, situation.receivedAt), taking.odd


class _Taking:
    """Sampled values on their way to a fact."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self._readings: list[Reading] = []
        self._deviations: list[Deviation] = []

    def within(self, values: Sequence[MeterValue], path: str) -> Sequence[MeterValue]:
        """
        As many of them as are taken.

        The message counts all the same: a CallError makes many charge points repeat it for ever,
        and what comes behind it never comes.
        """
        if weightOf(values) <= MOST:
            return values
        words = f"more than {MOST} values; the rest is left out"
        self._deviations.append(Deviation("C20", path, words, "", OCCURENCE_VIOLATION))
        kept: list[MeterValue] = []
        room = MOST
        for value in values:
            room -= 1
            if room <= 0:
                break
            kept.append(changed(value, sampledValue=value.sampledValue[:room]))
            room -= len(value.sampledValue)
        return kept

    def slices(self, values: Sequence[MeterValue]) -> Iterator[None]:
        """Take them in; yields where so much was done that others should have their turn."""
        readings, deviations = self._readings, self._deviations
        scale = self._situation.settings.scale
        done = 0
        for value in values:
            moment = self._situation.moment(value.timestamp)
            deviations.extend(moment.deviations)
            done += 1
            for sampled in value.sampledValue:
                if done >= SLICE:
                    done = 0
                    yield
                done += 1
                usual = None if scale else readUsual(sampled)
                if usual is not None:
                    sort, number = usual
                    key, text = _keyOf(sort), sampled.value
                    readings.append(Reading(key, number, text, sort.context, moment.time))
                    continue
                sample = readSample(sampled)
                if sample.deviation is not None:
                    deviations.append(sample.deviation)
                readings.append(_reading(sample, moment, scale))
            if done >= SLICE:
                done = 0
                yield

    @property
    def readings(self) -> tuple[Reading, ...]:
        """What they are."""
        return tuple(self._readings)

    @property
    def odd(self) -> tuple[Deviation, ...]:
        """What was odd about them."""
        return tuple(self._deviations[:ODD])


@lru_cache(maxsize=SORTS)
def _keyOf(sort: Sort) -> MeterKey:
    return meterKey(sort.measurand, sort.phase, sort.location)


def _reading(sample: Sample, moment: Moment, scale: Mapping[str, float]) -> Reading:
    factor = scale.get(sample.measurand)
    value = sample.value
    if value is not None and factor is not None:
        value = float(f"{value * factor:.15g}")
    return Reading(
        meterKey(sample.measurand, sample.phase, sample.location),
        value,
        sample.text,
        sample.context,
        moment.time,
        sample.signed,
    )
