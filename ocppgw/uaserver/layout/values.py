"""
From the model's points to DataValues.

The one place that knows which StatusCode a quality is.  DataValues made here are never changed
afterwards, so that they may be shared and sent more than once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from opcua import ua

from ocppgw.model.point import GOOD as GOOD_QUALITY, Point, Quality
from ocppgw.uaserver.codec.sharedvalues import GoodDouble, SharedValue, SharedVariant
from ocppgw.uaserver.layout.datatypes import DataType
from ocppgw.uaserver.library import status

STATUS = {
    Quality.good: status(ua.StatusCodes.Good),
    Quality.subNormal: status(ua.StatusCodes.UncertainSubNormal),
    Quality.uncertain: status(ua.StatusCodes.Uncertain),
    Quality.stale: status(ua.StatusCodes.UncertainLastUsableValue),
    Quality.lastUsable: status(ua.StatusCodes.UncertainNoCommunicationLastUsableValue),
    Quality.noCommunication: status(ua.StatusCodes.BadNoCommunication),
    Quality.waiting: status(ua.StatusCodes.BadWaitingForInitialData),
    Quality.encodingInvalid: status(ua.StatusCodes.BadDataEncodingInvalid),
    Quality.noData: status(ua.StatusCodes.BadNoData),
    Quality.notSupported: status(ua.StatusCodes.BadNotSupported),
    Quality.noBound: status(ua.StatusCodes.BadBoundNotFound),
}
"""The StatusCode of each quality."""

GOOD = STATUS[Quality.good]
_DOUBLE = ua.VariantType.Double
_DOUBLE_TYPE = DataType.Double
_EXACT = {DataType.Boolean: bool, DataType.String: str, DataType.DateTime: datetime}
"""Of which each value fits."""


def waiting(since: datetime) -> Point:
    """The point of what was never received."""
    return Point(None, since, since, Quality.waiting)


def dataValue(point: Point, dataType: DataType) -> Any:
    """
    The DataValue of a point.

    A value that the declared type cannot hold becomes null and ``BadDataEncodingInvalid``: a
    DataType never gives way to a value.  Nothing is null and Good.
    """
    value, quality = point.value, point.quality
    if type(value) is float and dataType is _DOUBLE_TYPE:
        if quality is GOOD_QUALITY:  # nearly all that is measured
            return GoodDouble(value, point.sourceTime, point.receivedTime)
        return SharedValue(
            SharedVariant(value, _DOUBLE), STATUS[quality], point.sourceTime, point.receivedTime
        )
    if quality is GOOD_QUALITY and type(value) is _EXACT.get(dataType):
        return SharedValue(dataType.single(value), GOOD, point.sourceTime, point.receivedTime)
    fitted = dataType.fitted(value)
    if fitted is None and value is not None:
        quality = Quality.encodingInvalid
    elif fitted is None and quality is GOOD_QUALITY:
        quality = Quality.noData
    return SharedValue(
        dataType.single(fitted), STATUS[quality], point.sourceTime, point.receivedTime
    )


def constant(variant: Any, since: datetime) -> Any:
    """The DataValue of what never changes."""
    return SharedValue(variant, GOOD, since, since)
