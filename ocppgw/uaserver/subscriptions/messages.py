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
from ocppgw.uaserver.library import status
from ocppgw.uaserver.values import putValue

_HEAD = struct.Struct("<IqI")
_COUNT = struct.Struct("<i")
_HANDLE = struct.Struct("<I")
#: An ExtensionObject that holds a DataChangeNotification: NodeId i=811 in its
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


def dataChange(sequence: int, at: datetime, count: int, notifications: bytes) -> Message:
    """
    A message with data changes.

    :param notifications: what `notification` encoded, ``count`` times.
    """
    size = _COUNT.size + len(notifications) + _COUNT.size
    head = _HEAD.pack(sequence, ticks(at), 1)
    body = _DATA_CHANGE.pack(1, 0, _DATA_CHANGE_ID, 1, size, count)
    return Message(sequence, b"".join((head, body, notifications, _COUNT.pack(0))))


_DATA_CHANGE_ID = ua.ObjectIds.DataChangeNotification_Encoding_DefaultBinary


def notification(out: bytearray, clientHandle: int, value: Any, timestamps: int) -> None:
    """Encode a MonitoredItemNotification."""
    out += _HANDLE.pack(clientHandle)
    putValue(out, value, timestamps)


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
