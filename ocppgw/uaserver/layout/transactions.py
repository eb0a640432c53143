"""
The table of TransactionType, of the running transaction and of the last finished one.

Only declarations.  The running one follows the link; a finished one is over, and stays good.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter
from typing import Any

from ocppgw.model.commands import ForceClose
from ocppgw.model.point import Point, Quality, Value
from ocppgw.model.quality import Kind
from ocppgw.model.records import Transaction
from ocppgw.uaserver.layout.arguments import STATUS_OUTPUT
from ocppgw.uaserver.layout.datatypes import DataType
from ocppgw.uaserver.layout.declarations import (
    May,
    MethodDeclaration,
    ObjectDeclaration,
    TypeDeclaration,
    VariableDeclaration,
)
from ocppgw.uaserver.layout.sources import Source, alike, never
from ocppgw.uaserver.layout.units import SECOND, WATT_HOUR, Unit
from ocppgw.v16.enumeration import explained
from ocppgw.v16.states import REASONS

_BEGIN = ("IdTag", "StartTime", "MeterStart")
"""What can only be guessed where the begin was never told."""

_Read = Callable[[Transaction], Value]


def _moment(found: Transaction) -> datetime:
    """When the charge point's side of the transaction last changed."""
    return found.stopTime or found.startTime


_DOUBTS = ("active", "suspect", "isRecovered")
"""What the quality of a field follows from, besides its value."""
_doubts = attrgetter(*_DOUBTS)

_IsAlike = Callable[[Transaction, Transaction], bool]


def _source(
    root: str,
    point: Callable[[Transaction | None], Point | None],
    kind: Kind,
    reads: tuple[str, ...],
    isAlike: _IsAlike = never,
) -> Source:
    """What a function finds in the transaction that an attribute of the connector holds."""
    find = attrgetter(root)
    return Source(
        find,
        lambda holder, since: point(find(holder)),
        kind,
        root,
        isRoot=True,
        reads=reads,
        isAlike=isAlike,
    )


def _isFieldAlike(read: _Read) -> _IsAlike:
    return lambda former, found: read(former) == read(found) and _doubts(former) == _doubts(found)


def _isEnergyAlike(former: Transaction, found: Transaction) -> bool:
    before, now = former.energy, found.energy
    return before is now or (before is not None and now is not None and alike(before, now))


def _field(name: str, read: _Read) -> Callable[[Transaction | None], Point | None]:
    """A field; without a value: not told yet while it runs, never told once it is over."""

    def point(found: Transaction | None) -> Point | None:
        if found is None:
            return None
        value, received = read(found), found.changedAt or found.receivedTime
        if value is None:
            quality = Quality.waiting if found.active else Quality.noData
            return Point(None, received, received, quality)
        isDoubtful = found.isRecovered if name in _BEGIN else value is True and found.suspect
        quality = Quality.uncertain if isDoubtful else Quality.good
        return Point(value, _moment(found), received, quality)

    return point


def _energy(found: Transaction | None) -> Point | None:
    return None if found is None else found.energy


def _count(holder: Any, since: datetime) -> Point:
    last: Transaction | None = holder.lastTransaction
    moment = (last.changedAt or last.receivedTime) if last else since
    return Point(holder.finished, moment, moment)


def _last(found: Transaction) -> datetime:
    """The end, or the last sign of a transaction that still runs."""
    return found.stopTime or (found.energy.sourceTime if found.energy else found.startTime)


def _duration(found: Transaction | None) -> Point | None:
    """From the start to the last sign, which is the time that it is true of."""
    if found is None:
        return None
    last, received = _last(found), found.changedAt or found.receivedTime
    return Point(max(0.0, (last - found.startTime).total_seconds()), last, received)


_FIELDS: tuple[tuple[str, DataType, Unit | None, str, str], ...] = (
    (
        "Active",
        DataType.Boolean,
        None,
        "active",
        "True from the start to the end of the transaction; uncertain where its end was lost.",
    ),
    (
        "TransactionId",
        DataType.Int32,
        None,
        "transactionId",
        "The number that the gateway gave the transaction.",
    ),
    (
        "IdTag",
        DataType.String,
        None,
        "idTag",
        "The idTag that the transaction was started with.",
    ),
    (
        "StartTime",
        DataType.DateTime,
        None,
        "startTime",
        "When the transaction began.",
    ),
    (
        "StopTime",
        DataType.DateTime,
        None,
        "stopTime",
        "When the transaction ended.",
    ),
    (
        "MeterStart",
        DataType.Double,
        WATT_HOUR,
        "meterStart",
        "The energy register at the start.",
    ),
    (
        "MeterStop",
        DataType.Double,
        WATT_HOUR,
        "meterStop",
        "The energy register at the end.",
    ),
    (
        "StopReason",
        DataType.String,
        None,
        "stopReason",
        explained("OCPP's word for why the transaction ended.", REASONS.texts),
    ),
)


def _ofField(root: str, name: str, attribute: str, kind: Kind) -> Source:
    get: _Read = attrgetter(attribute)
    read = (lambda found: get(found) or None) if attribute == "stopReason" else get
    reads = (attribute, *_DOUBTS)
    return _source(root, _field(name, read), kind, reads, _isFieldAlike(read))


def _fields(root: str, kind: Kind) -> tuple[VariableDeclaration, ...]:
    fields = tuple(
        VariableDeclaration(
            name,
            dataType,
            description,
            _ofField(root, name, attribute, kind),
            unit=unit,
            readable=May.seePersons if name == "IdTag" else May.look,
        )
        for name, dataType, unit, attribute, description in _FIELDS
    )
    energy = VariableDeclaration(
        "Energy",
        DataType.Double,
        "Energy delivered in the transaction so far.",
        _source(root, _energy, kind, ("energy",), _isEnergyAlike),
        unit=WATT_HOUR,
    )
    duration = VariableDeclaration(
        "Duration",
        DataType.Double,
        "From the start to the end, or to the last value while the transaction runs.",
        _source(root, _duration, kind, ("startTime", "stopTime", "energy")),
        unit=SECOND,
    )
    return (*fields, energy, duration)


_FORCE_CLOSE = MethodDeclaration(
    "ForceClose",
    "Closes a transaction whose end the charge point never told.",
    lambda target: ForceClose(target.nodeName, target.connectorId),
    outputs=(STATUS_OUTPUT,),
)

_NUMBER = VariableDeclaration(
    "Number",
    DataType.UInt32,
    "Grows by one with each finished transaction, after all its other fields were updated.",
    Source(attrgetter("finished"), _count, root="finished"),
    notifiedLast=True,
)

TRANSACTION_TYPE = TypeDeclaration(
    "TransactionType",
    "A charging session from its start to its end.",
    _fields("transaction", Kind.transaction),
)

TRANSACTION = ObjectDeclaration(
    "Transaction",
    "The running transaction or, when none runs, the last one.",
    TRANSACTION_TYPE,
    children=(_FORCE_CLOSE,),
    sessionsOnly=True,
)

LAST_TRANSACTION = ObjectDeclaration(
    "LastTransaction",
    "The last finished transaction, kept over restarts.",
    TRANSACTION_TYPE,
    children=(*_fields("lastTransaction", Kind.own), _NUMBER),
    sessionsOnly=True,
)
