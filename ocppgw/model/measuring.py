"""
Facts of metering: what was sent becomes readings, and readings become Live.

``readings`` holds exactly what was sent, by key; what is computed from them is the business
of ``live`` and ``transactions``.  This is the gateway's hottest path.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from ocppgw.model import words
from ocppgw.model.batch import Batch
from ocppgw.model.connectors import connector, withConnector
from ocppgw.model.facts import LiveAged, Measured, Reading
from ocppgw.model.idling import aged
from ocppgw.model.keys import shownKey
from ocppgw.model.latest import (
    LatestLive,
    LatestReadings,
    Readings,
    liveIn,
    pointsOf,
)
from ocppgw.model.live import refreshed
from ocppgw.model.point import GOOD, Point, Quality
from ocppgw.model.records import ChargePointRecord, ConnectorRecord, Live, MeterKey, Settings
from ocppgw.model.sharing import changed, withItem, withItems
from ocppgw.model.sums import withNumbers
from ocppgw.model.suspecting import trusted
from ocppgw.model.times import supersedes
from ocppgw.model.transactions import metered

KEYS = 256
"""Different keys kept of one connector; values of further ones are dropped."""


def measured(record: ChargePointRecord, fact: Measured) -> ChargePointRecord:
    """Readings of a connector; an older value than the present one is history only (T9)."""
    one = connector(record, fact.connectorId)
    if one is None:
        return record
    batch = fact.readings
    if isinstance(batch, Batch) and _isNext(one.readings, batch):
        one = _withBatch(one, batch, record.settings)
    else:
        one = _withNews(one, fact, record.settings)
    if one.connectorId:
        one = trusted(metered(one, fact))
    return _withReadings(record, one)


def _withReadings(record: ChargePointRecord, one: ConnectorRecord) -> ChargePointRecord:
    """The record with a connector of which readings, and what follows from them, changed."""
    connectors = withItem(record.connectors, one.connectorId, one)
    if connectors is record.connectors:
        return record
    if not one.connectorId:
        return replace(record, connectors=connectors)
    return withNumbers(record, connectors)


def _isNext(readings: Readings, batch: Batch) -> bool:
    """Whether each value of a batch surely is the newest of its kind."""
    if not isinstance(readings, LatestReadings):
        return False
    last = readings.batch
    return last.plan is batch.plan and last.sourceTime <= batch.sourceTime


def _withBatch(one: ConnectorRecord, batch: Batch, settings: Settings) -> ConnectorRecord:
    before, live = one.readings, one.liveLater
    assert isinstance(before, LatestReadings)
    readings = LatestReadings(before.old, batch)
    if isinstance(live, LatestLive) and _replaces(batch, live.batch):
        return replace(one, readings=readings, liveLater=LatestLive(live.old, batch))
    new = replace(one, readings=readings)
    if not one.connectorId:
        return new
    return changed(new, liveLater=_refreshed(new, pointsOf(batch), batch, settings))


def _replaces(batch: Batch, last: Batch) -> bool:
    """Whether all that one batch gave to Live is given by the next one; of equal times it may not
    be, because a sum of 0 is told from the 0 of the end of charging by its time alone."""
    return last.plan is batch.plan and last.sourceTime < batch.sourceTime


def _withNews(one: ConnectorRecord, fact: Measured, settings: Settings) -> ConnectorRecord:
    news = _news(one.readings, fact, settings)
    if not news:
        return one
    readings, batch = withItems(one.readings, news), fact.readings
    whole = batch if isinstance(batch, Batch) and len(news) == len(batch) else None
    if whole is not None:
        readings = LatestReadings(readings, whole)
    new = changed(one, readings=readings)
    if not one.connectorId:
        return new
    return changed(new, liveLater=_refreshed(new, news, whole, settings))


def _refreshed(
    one: ConnectorRecord, news: dict[MeterKey, Point], batch: Batch | None, settings: Settings
) -> Live | LatestLive:
    """
    Live after a message; where a batch gave all that it can, the next one will as well.

    :param batch: all of whose values are news.
    """
    live = refreshed(one, news, settings)
    if batch is not None:
        whole = liveIn(batch)
        if all(getattr(live, name) == point for name, point in whole.items()):
            return LatestLive(live, batch, live)
    return live


def _news(old: Readings, fact: Measured, settings: Settings) -> dict[MeterKey, Point]:
    """The readings of a message that count now; of several for one key the newest."""
    news: dict[MeterKey, Point] = {}
    room = KEYS - len(old)
    for key, point in _points(fact):
        current = news.get(key) or old.get(key)
        if current is None:
            if room <= 0:
                continue
            room -= 1
        if supersedes(point, current, settings):
            news[key] = point
    return news


def _points(fact: Measured) -> Iterable[tuple[MeterKey, Point]]:
    readings = fact.readings
    if isinstance(readings, Batch):
        return zip(readings.plan.shown, readings.get(), strict=True)
    return [(shownKey(each.key, each.signed), _point(each, fact)) for each in readings]


def _point(reading: Reading, fact: Measured) -> Point:
    value: str | float | None = reading.text if reading.signed else reading.value
    quality = Quality.encodingInvalid if value is None else GOOD
    return Point(value, reading.sourceTime, fact.receivedAt, quality, reading.text)


def liveAged(record: ChargePointRecord, fact: LiveAged) -> ChargePointRecord:
    """While it charges, values that are overdue are marked; MeterValues stay as sent."""
    one = record.connectors.get(fact.connectorId)
    if one is None or one.status is None or one.status.status != words.CHARGING:
        return record
    return withConnector(record, changed(one, liveLater=aged(one.live)))
