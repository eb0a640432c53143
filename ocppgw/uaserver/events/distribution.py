"""
From what came to pass to the monitored items that are to tell of it.

Owns the event items by their notifier, bounded.  In: happenings from the
outward door, which collects them only while there are items; out:
`EventItem.occur`.  Runs on the OPC UA thread; a test calls `arrived`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from opcua import ua
from twisted.logger import Logger

from ocppgw.interfaces import IHappenings
from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.environment import Environment
from ocppgw.uaserver.events.eventitem import EventItem
from ocppgw.uaserver.events.fields import Seen
from ocppgw.uaserver.nodes import NOBODY, FieldPath, Occurrence, Viewer

_ID_SIZE = 16
_SERVER = ua.NodeId(ua.ObjectIds.Server)
_OVERFLOW_TYPE = ua.NodeId(ua.ObjectIds.EventQueueOverflowEventType)
_OVERFLOW_NAME = "Internal/EventQueueOverflow"
_OVERFLOW_SEVERITY = 600

log = Logger()


class Distribution:
    """
    Distributes events.

    :param channel: where happenings come from; ``None`` for nowhere.
    """

    def __init__(
        self, space: AddressSpace, channel: IHappenings | None, environment: Environment
    ) -> None:
        self._space = space
        self._channel = channel
        self._entropy: Callable[[int], bytes] = environment.entropy
        self._now: Callable[[], datetime] = environment.now
        self._most = environment.limits.eventItems
        self._byNotifier: dict[Any, dict[EventItem, None]] = {}
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def admit(self) -> None:
        """
        Is there room for one more item?

        :raise Fault: ``BadTooManyMonitoredItems``.
        """
        if self._count >= self._most:
            raise Fault(ua.StatusCodes.BadTooManyMonitoredItems, "too many items for events")

    def add(self, item: EventItem) -> None:
        """Begin to tell an item."""
        if not self._count and self._channel is not None:
            self._channel.listen()
        self._count += 1
        self._byNotifier.setdefault(item.node.nodeId, {})[item] = None

    def remove(self, item: EventItem) -> None:
        """Tell an item nothing more."""
        items = self._byNotifier.get(item.node.nodeId, {})
        if item not in items:
            return
        del items[item]
        if not items:
            del self._byNotifier[item.node.nodeId]
        self._count -= 1
        if not self._count and self._channel is not None:
            self._channel.ignore()

    def arrived(self) -> None:
        """There may be something in the channel."""
        if self._channel is None or not self._count:
            return
        happenings, lost = self._channel.take()
        if lost:
            for item in self._all():
                item.lose()
        for each in happenings:
            try:
                self.tell(self._space.occurrence(each, self._entropy(_ID_SIZE)))
            except Exception:  # noqa: BLE001 - one event's mistake must not silence the others
                log.failure("Event of {happening} could not be told", happening=each)

    def tell(self, occurrence: Occurrence) -> None:
        """An event happened."""
        types = self._space.supertypesOf(occurrence.typeId)
        for notifier in occurrence.notifiers:
            for item in list(self._byNotifier.get(notifier, ())):
                viewer = item.owner.viewer or NOBODY
                item.occur(Seen(occurrence, viewer, types))

    def overflow(self, viewer: Viewer | None) -> Seen:
        """The event that says that others were lost."""
        at, kinds = self._now(), ua.VariantType
        fields = {
            "EventId": ua.Variant(self._entropy(_ID_SIZE), kinds.ByteString),
            "EventType": ua.Variant(_OVERFLOW_TYPE, kinds.NodeId),
            "SourceNode": ua.Variant(_SERVER, kinds.NodeId),
            "SourceName": ua.Variant(_OVERFLOW_NAME, kinds.String),
            "Time": ua.Variant(at, kinds.DateTime),
            "ReceiveTime": ua.Variant(at, kinds.DateTime),
            "Message": ua.Variant(ua.LocalizedText("Events were lost"), kinds.LocalizedText),
            "Severity": ua.Variant(_OVERFLOW_SEVERITY, kinds.UInt16),
        }
        named: dict[FieldPath, Any] = {((0, name),): value for name, value in fields.items()}
        occurrence = Occurrence(_OVERFLOW_TYPE, (_SERVER,), named)
        return Seen(occurrence, viewer or NOBODY, self._space.supertypesOf(_OVERFLOW_TYPE))

    def _all(self) -> list[EventItem]:
        return [item for items in self._byNotifier.values() for item in items]
