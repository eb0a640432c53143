"""
MeterValues: sampled values become readings in base units.

A promise: answered once the values are on disk, or not at all.  Source: OCPP 1.6 sections 4.7,
3.16 and 7.43; rows C20, S6 to S10, M1 to M10 and T4 of the quirks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ocppgw.central.answering.responders import belonging
from ocppgw.central.answering.responders.answer import Answer, Refused, responds
from ocppgw.central.answering.responders.situation import Moment, Situation
from ocppgw.model.facts import Measured, Reading
from ocppgw.model.records import meterKey
from ocppgw.model.sharing import changed
from ocppgw.ocppj.deviations import Deviation
from ocppgw.ocppj.errorcodes import OCCURENCE_VIOLATION
from ocppgw.v16.messages import MeterValue, MeterValuesConfirmation, MeterValuesRequest
from ocppgw.v16.readings import Sample, readSample

NOWHERE = -1
"""The connector of values that belong to a transaction which nobody knows: history only."""

SLICE = 500
"""Values that are dealt with in one turn of the reactor: some 5 ms of work."""

MOST = 10_000
"""Values of one message; one of a megabyte has fewer, unless it is made to be a burden (C20)."""

ODD = 32
"""Deviations of one message that are counted; a broken message may have thousands."""


@responds("MeterValues")
async def meterValues(request: MeterValuesRequest, situation: Situation) -> Answer:
    """Take the values in; more than anybody measures are refused, so that nothing is promised."""
    if _weight(request.meterValue) > MOST:
        raise Refused(OCCURENCE_VIOLATION, f"more than {MOST} values")
    connectorId = situation.connector(request.connectorId)
    fact, deviations = await measured(request.meterValue, connectorId, None, situation)
    if fact is None:
        return Answer(MeterValuesConfirmation(), deviations=deviations)
    named = request.transactionId
    fact = changed(fact, transactionId=belonging.transactionOf(named, fact, situation))
    answer = Answer(MeterValuesConfirmation(), sliced(fact), isPromise=True, deviations=deviations)
    if belonging.isUnknown(fact, situation):
        return await belonging.recovered(answer, fact, situation)
    return answer


def within(values: Sequence[MeterValue]) -> tuple[Sequence[MeterValue], tuple[Deviation, ...]]:
    """As many of these values as are taken, where the rest of the message counts (C20)."""
    if _weight(values) <= MOST:
        return values, ()
    kept: list[MeterValue] = []
    room = MOST
    for value in values:
        room -= 1 + len(value.sampledValue)
        if room < 0:
            break
        kept.append(value)
    words = f"more than {MOST} values; the rest is left out"
    return kept, (Deviation("C20", "transactionData", words, "", OCCURENCE_VIOLATION),)


def _weight(values: Sequence[MeterValue]) -> int:
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
    readings: list[Reading] = []
    deviations: list[Deviation] = []
    done = 0
    for value in values:
        moment = situation.moment(value.timestamp)
        deviations.extend(moment.deviations)
        done += 1
        for sampled in value.sampledValue:
            if done >= SLICE:
                done = 0
                await situation.desk.pause()
            done += 1
            sample = readSample(sampled)
            if sample.deviation is not None:
                deviations.append(sample.deviation)
            readings.append(_reading(sample, moment, situation.settings.scale))
        if done >= SLICE:
            done = 0
            await situation.desk.pause()
    odd = tuple(deviations[:ODD])
    if not readings:
        return None, odd
    return Measured(connectorId, transactionId, tuple(readings), situation.receivedAt), odd


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
