"""
Facts of metering: what was sent becomes readings, and readings become Live.

``readings`` holds exactly what was sent, by key; what is computed from them is the business
of ``live`` and ``transactions``.  This is the gateway's hottest path.
"""

from __future__ import annotations

from functools import lru_cache

from ocppgw.model import words
from ocppgw.model.connectors import connector, withConnector
from ocppgw.model.facts import LiveAged, Measured, Reading
from ocppgw.model.idling import aged
from ocppgw.model.live import Readings, refreshed
from ocppgw.model.point import Point, Quality
from ocppgw.model.records import ChargePointRecord, ConnectorRecord, MeterKey, Settings
from ocppgw.model.sharing import changed, withItems
from ocppgw.model.suspecting import trusted
from ocppgw.model.times import supersedes
from ocppgw.model.transactions import metered
from ocppgw.v16.metering import MEASURANDS
from ocppgw.v16.readings import USUAL

KEYS = 256
"""Different keys kept of one connector; values of further ones are dropped."""


SIGNED = "SignedData."
VENDOR = "Vendor."


def measured(record: ChargePointRecord, fact: Measured) -> ChargePointRecord:
    """Readings of a connector; an older value than the present one is history only (T9)."""
    one = connector(record, fact.connectorId)
    if one is None:
        return record
    news = _news(one.readings, fact, record.settings)
    if news:
        one = _withReadings(one, news, record.settings)
    if one.connectorId:
        one = trusted(metered(one, fact))
    return withConnector(record, one)


def _withReadings(
    one: ConnectorRecord, news: dict[MeterKey, Point], settings: Settings
) -> ConnectorRecord:
    one = changed(one, readings=withItems(one.readings, news))
    return changed(one, live=refreshed(one, news, settings)) if one.connectorId else one


def _news(old: Readings, fact: Measured, settings: Settings) -> dict[MeterKey, Point]:
    """The readings of a message that count now; of several for one key the newest."""
    news: dict[MeterKey, Point] = {}
    room = KEYS - len(old)
    for reading in fact.readings:
        key = shownKey(reading.key, reading.signed)
        current = news.get(key) or old.get(key)
        if current is None:
            if room <= 0:
                continue
            room -= 1
        point = _point(reading, fact)
        if supersedes(point, current, settings):
            news[key] = point
    return news


def shownKey(key: MeterKey, signed: bool) -> MeterKey:
    """
    The key under which a reading is kept.

    Signed data never shares a key with a number (M10), and a measurand that is not in the
    specification never looks like one that is.
    """
    isLong = len(key.measurand) + len(key.phase) + len(key.location) > USUAL
    return (_shownKey if isLong else _knownKey)(key, signed)


def _shownKey(key: MeterKey, signed: bool) -> MeterKey:
    name = key.measurand
    if signed:
        prefix = "" if name.startswith(SIGNED) else SIGNED
    else:
        prefix = "" if name in MEASURANDS.words or name.startswith(VENDOR) else VENDOR
    return key._replace(measurand=prefix + name) if prefix else key


_knownKey = lru_cache(maxsize=2048)(_shownKey)


def _point(reading: Reading, fact: Measured) -> Point:
    value: str | float | None = reading.text if reading.signed else reading.value
    quality = Quality.encodingInvalid if value is None else Quality.good
    return Point(value, reading.sourceTime, fact.receivedAt, quality, reading.text)


def liveAged(record: ChargePointRecord, fact: LiveAged) -> ChargePointRecord:
    """While it charges, values that are overdue are marked; MeterValues stay as sent."""
    one = record.connectors.get(fact.connectorId)
    if one is None or one.status is None or one.status.status != words.CHARGING:
        return record
    return withConnector(record, changed(one, live=aged(one.live)))
