"""
MeterValues: sampled values become readings in base units.

A promise: answered once the values are on disk, or not at all.  Source: OCPP 1.6 sections 4.7,
3.16 and 7.43; rows S6 to S10, M1 to M10 and T4 of the quirks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence

from ocppgw.central.answering.responders import belonging
from ocppgw.central.answering.responders.answer import Answer, responds
from ocppgw.central.answering.responders.situation import Moment, Situation
from ocppgw.model.facts import Measured, Reading
from ocppgw.model.records import meterKey
from ocppgw.model.sharing import changed
from ocppgw.ocppj.deviations import Deviation
from ocppgw.v16.messages import MeterValue, MeterValuesConfirmation, MeterValuesRequest
from ocppgw.v16.readings import Sample, readSample

NOWHERE = -1
"""The connector of values that belong to a transaction which nobody knows: history only."""


@responds("MeterValues")
def meterValues(request: MeterValuesRequest, situation: Situation) -> Answer | Awaitable[Answer]:
    """Take the values in."""
    connectorId = situation.connector(request.connectorId)
    facts, deviations = measured(request.meterValue, connectorId, None, situation)
    if not facts:
        return Answer(MeterValuesConfirmation(), deviations=deviations)
    [fact] = facts
    named = request.transactionId
    fact = changed(fact, transactionId=belonging.transactionOf(named, fact, situation))
    answer = Answer(MeterValuesConfirmation(), (fact,), isPromise=True, deviations=deviations)
    if belonging.isUnknown(fact, situation):
        return belonging.recovered(answer, fact, situation)
    return answer


def measured(
    values: Sequence[MeterValue],
    connectorId: int,
    transactionId: int | None,
    situation: Situation,
) -> tuple[tuple[Measured, ...], tuple[Deviation, ...]]:
    """The fact that these values were received, if there are any, and what was odd about them."""
    readings: list[Reading] = []
    deviations: list[Deviation] = []
    for value in values:
        moment = situation.moment(value.timestamp)
        deviations.extend(moment.deviations)
        for sampled in value.sampledValue:
            sample = readSample(sampled)
            if sample.deviation is not None:
                deviations.append(sample.deviation)
            readings.append(_reading(sample, moment, situation.settings.scale))
    if not readings:
        return (), tuple(deviations)
    fact = Measured(connectorId, transactionId, tuple(readings), situation.receivedAt)
    return (fact,), tuple(deviations)


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
