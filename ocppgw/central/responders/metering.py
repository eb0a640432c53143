"""
MeterValues: sampled values become readings in base units.

A promise: answered once the values are on disk, or not at all.  Source: OCPP 1.6 sections 4.7,
3.16 and 7.43; rows S6 to S10, M1 to M10 and T4 of the quirks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ocppgw.central.responders.answer import Answer, responds
from ocppgw.central.responders.situation import Moment, Situation
from ocppgw.model.facts import Measured, Reading
from ocppgw.model.records import MeterKey, Transaction
from ocppgw.ocppj.deviations import Deviation
from ocppgw.v16.messages import MeterValue, MeterValuesConfirmation, MeterValuesRequest
from ocppgw.v16.readings import Sample, readSample


@responds("MeterValues")
def meterValues(request: MeterValuesRequest, situation: Situation) -> Answer:
    """Take the values in."""
    connectorId = situation.connector(request.connectorId)
    transactionId = _transactionOf(request, connectorId, situation)
    facts, deviations = measured(request.meterValue, connectorId, transactionId, situation)
    return Answer(MeterValuesConfirmation(), facts, isPromise=bool(facts), deviations=deviations)


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
        MeterKey(sample.measurand, sample.phase, sample.location),
        value,
        sample.text,
        sample.context,
        moment.time,
        sample.signed,
    )


def _transactionOf(
    request: MeterValuesRequest, connectorId: int, situation: Situation
) -> int | None:
    """
    The transaction that the values belong to.

    The one they name; where they name none, or -1 because its start was never confirmed (X4),
    the one that runs on the connector.
    """
    if request.transactionId is not None and request.transactionId > 0:
        return request.transactionId
    one = situation.record.connectors.get(connectorId)
    running: Transaction | None = None if one is None else one.transaction
    if connectorId == 0 or running is None or not running.active:
        return None
    return running.transactionId
