"""
Notification messages in their encoded form (OPC 10000-4, 7.26).  Pure.

They are encoded once: to be sent, and to be kept until they are acknowledged.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from attrs import frozen
from opcua import ua

from ocppgw.uaserver.codec.encoding import encoderOf, extensionObject, ticks
from ocppgw.uaserver.codec.sharedvalues import GoodDouble
from ocppgw.uaserver.library import status
from ocppgw.uaserver.values import encodedValue

_HEAD = struct.Struct("<IqI")
_COUNT = struct.Struct("<i")
packHandle = struct.Struct("<I").pack
#: An ExtensionObject that holds notifications: the NodeId of its type in the
#: four-byte form, a binary body, its length and the number of notifications.
_DATA_CHANGE = struct.Struct("<BBHBii")
_PUBLISH = struct.Struct("<I")


@frozen
class Message:
    """
    One NotificationMessage.

    :ivar sequence: its sequence number.
    :ivar content: encoded.
    """

    sequence: int
    content: bytes


def keepAlive(sequence: int, at: datetime) -> Message:
    """A message that says only that all is well; ``sequence`` is the next one's."""
    return Message(sequence, _HEAD.pack(sequence, ticks(at), 0))


def statusChange(sequence: int, at: datetime, code: int) -> Message:
    """The last message of a subscription."""
    notification = ua.StatusChangeNotification()
    notification.Status = status(code)
    out = bytearray(_HEAD.pack(sequence, ticks(at), 1))
    extensionObject(out, notification)
    return Message(sequence, bytes(out))


def news(sequence: int, at: datetime, *parts: bytes) -> Message:
    """A message with what `dataChange` and `events` made; empty parts are left out."""
    present = [part for part in parts if part]
    return Message(sequence, _HEAD.pack(sequence, ticks(at), len(present)) + b"".join(present))


def dataChange(count: int, notifications: bytes) -> bytes:
    """
    Data changes as part of a message.

    :param notifications: what `notification` encoded, ``count`` times.
    """
    if not count:
        return b""
    size = _COUNT.size + len(notifications) + _COUNT.size
    body = _DATA_CHANGE.pack(1, 0, _DATA_CHANGE_ID, 1, size, count)
    return b"".join((body, notifications, _COUNT.pack(0)))


def events(count: int, fieldLists: bytes) -> bytes:
    """
    Events as part of a message.

    :param fieldLists: what `event` encoded, ``count`` times.
    """
    if not count:
        return b""
    size = _COUNT.size + len(fieldLists)
    return _DATA_CHANGE.pack(1, 0, _EVENTS_ID, 1, size, count) + fieldLists


_DATA_CHANGE_ID = ua.ObjectIds.DataChangeNotification_Encoding_DefaultBinary
_EVENTS_ID = ua.ObjectIds.EventNotificationList_Encoding_DefaultBinary


def notification(clientHandle: int, value: Any, timestamps: int) -> bytes:
    """A MonitoredItemNotification."""
    if type(value) is GoodDouble:  # nearly always
        return packHandle(clientHandle) + value.encoded(timestamps)
    return packHandle(clientHandle) + encodedValue(value, timestamps)


def event(clientHandle: int, fields: bytes) -> bytes:
    """An EventFieldList; ``fields`` are encoded already."""
    return packHandle(clientHandle) + fields


def publishResult(
    out: bytearray,
    subscriptionId: int,
    available: Iterable[int],
    more: bool,
    message: Message,
    results: list[int],
) -> None:
    """Encode the parameters of a PublishResponse."""
    out += _PUBLISH.pack(subscriptionId)
    encoderOf("ListOfUInt32")(out, list(available))
    out.append(more)
    out += message.content
    encoderOf("ListOfUInt32")(out, results)
    out += _COUNT.pack(0)
