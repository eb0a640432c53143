"""MonitoredItem Service Set (OPC 10000-4, 5.12)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator, Sequence
from typing import Any

from opcua import ua

from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.codec.encoding import extensionObject
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.events.eventfilter import eventSelection
from ocppgw.uaserver.events.eventitem import EventItem
from ocppgw.uaserver.exchange import Exchange
from ocppgw.uaserver.library import status
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.nodes import Viewer
from ocppgw.uaserver.services.indexrange import parseRange
from ocppgw.uaserver.services.itemfilter import filterFor
from ocppgw.uaserver.services.operations import Denied, checkOperations, checkTimestamps
from ocppgw.uaserver.services.reading import checkEncoding, readRefusal, viewerOf
from ocppgw.uaserver.services.subscriptionset import clamped
from ocppgw.uaserver.subscriptions.item import DISABLED, REPORTING, MonitoredItem, isOfValue
from ocppgw.uaserver.subscriptions.monitoring import Monitoring
from ocppgw.uaserver.subscriptions.subscription import Subscription
from ocppgw.uaserver.subscriptions.subscriptions import Subscriptions
from ocppgw.uaserver.turns import Turns
from ocppgw.uaserver.values import badValue

EVENT_NOTIFIER = 12
_CREATED = ua.ObjectIds.CreateMonitoredItemsResponse_Encoding_DefaultBinary
_COUNT = struct.Struct("<i")
#: StatusCode, MonitoredItemId, RevisedSamplingInterval, RevisedQueueSize; FilterResult follows.
_CREATE_RESULT = struct.Struct("<IIdI")
_SUBSCRIBE_TO_EVENTS = 1


class ItemSet:
    """Serves what clients ask about monitored items."""

    def __init__(
        self,
        subscriptions: Subscriptions,
        monitoring: Monitoring,
        space: AddressSpace,
        limits: Limits,
        turns: Turns,
        denied: Denied,
    ) -> None:
        self._denied = denied
        self._turns = turns
        self._subscriptions = subscriptions
        self._monitoring = monitoring
        self._space = space
        self._limits = limits
        subscriptions.itemRemoved.append(monitoring.remove)
        subscriptions.itemUserChanged += (self._judgeAgain, self._lookAgain)

    def create(self, exchange: Exchange, request: Any) -> Any:
        """CreateMonitoredItems."""
        asked = request.Parameters
        subscription = self._begun(exchange, asked, asked.ItemsToCreate)
        return exchange.answerInTurns(self._turns, self._creating(exchange, asked, subscription))

    def _creating(
        self, exchange: Exchange, asked: Any, subscription: Subscription
    ) -> Generator[None, None, None]:
        out = exchange.begin(_CREATED)
        out += _COUNT.pack(len(asked.ItemsToCreate))
        made: list[MonitoredItem] = []
        try:
            for each in asked.ItemsToCreate:
                # Between two turns the subscription may have ended, or the user have changed.
                self._subscriptions.check(subscription)
                viewer = viewerOf(exchange)
                made += self._create(out, subscription, each, asked.TimestampsToReturn, viewer)
                yield
        except GeneratorExit:  # the client does not want them any more
            for item in made:
                self._subscriptions.removeItem(subscription, item)
            raise
        out += _COUNT.pack(0)
        exchange.send(out)

    def modify(self, exchange: Exchange, request: Any) -> Any:
        """ModifyMonitoredItems."""
        asked = request.Parameters
        subscription = self._begun(exchange, asked, asked.ItemsToModify)
        return exchange.answerInTurns(self._turns, self._modifying(exchange, asked, subscription))

    def _modifying(
        self, exchange: Exchange, asked: Any, subscription: Subscription
    ) -> Generator[None, None, None]:
        response = ua.ModifyMonitoredItemsResponse()
        stamps = asked.TimestampsToReturn
        for each in asked.ItemsToModify:
            self._subscriptions.check(subscription)  # see `_creating`
            response.Results.append(self._modify(subscription, each, stamps, viewerOf(exchange)))
            yield
        exchange.reply(response)

    def _begun(self, exchange: Exchange, asked: Any, items: list[Any]) -> Subscription:
        """The subscription of a request that makes or changes items, if it makes sense."""
        subscription = self._subscriptions.find(exchange.session, asked.SubscriptionId)
        checkTimestamps(asked.TimestampsToReturn)
        checkOperations(items, self._limits.operations)
        subscription.touch()
        return subscription

    def setMonitoringMode(self, exchange: Exchange, request: Any) -> Any:
        """SetMonitoringMode."""
        asked = request.Parameters
        if not DISABLED <= asked.MonitoringMode <= REPORTING:
            raise Fault(ua.StatusCodes.BadMonitoringModeInvalid, "no such mode")

        def one(subscription: Subscription, item: MonitoredItem) -> None:
            wasDisabled = item.mode == DISABLED
            if wasDisabled:
                self._monitoring.catchUp(item)
            item.setMode(asked.MonitoringMode)
            if wasDisabled:
                self._monitoring.refresh(item)

        response = ua.SetMonitoringModeResponse()
        return self._each(exchange, asked, one, response, response.Parameters)

    def delete(self, exchange: Exchange, request: Any) -> Any:
        """DeleteMonitoredItems."""
        response = ua.DeleteMonitoredItemsResponse()
        remove = self._subscriptions.removeItem
        return self._each(exchange, request.Parameters, remove, response, response)

    def _each(
        self,
        exchange: Exchange,
        asked: Any,
        one: Callable[[Subscription, MonitoredItem], None],
        response: Any,
        holder: Any,
    ) -> Any:
        """Do something with each item that is asked for; ``holder`` is what has the Results."""
        subscription = self._subscriptions.find(exchange.session, asked.SubscriptionId)
        checkOperations(asked.MonitoredItemIds, self._limits.operations)
        subscription.touch()

        def steps() -> Generator[None, None, None]:
            for itemId in asked.MonitoredItemIds:
                item = subscription.items.get(itemId)
                code = ua.StatusCodes.BadMonitoredItemIdInvalid if item is None else 0
                if item is not None:
                    one(subscription, item)
                holder.Results.append(status(code))
                yield
            exchange.reply(response)

        return exchange.answerInTurns(self._turns, steps())

    def _create(
        self,
        out: bytearray,
        subscription: Subscription,
        asked: Any,
        timestamps: int,
        viewer: Viewer,
    ) -> Sequence[MonitoredItem]:
        """Make an item, if it can be, and encode the MonitoredItemCreateResult."""
        try:
            item = self._make(subscription, asked, viewer)
            item.timestamps = timestamps
            self._subscriptions.addItem(subscription, item)
        except Fault as fault:
            out += _CREATE_RESULT.pack(fault.statusCode, 0, 0.0, 0)
            extensionObject(out, getattr(fault, "filterResult", None))
            return ()
        self._monitoring.add(item)
        out += _CREATE_RESULT.pack(0, item.itemId, item.samplingInterval, item.queue.size)
        extensionObject(out, None)
        return (item,)

    def _make(self, subscription: Subscription, asked: Any, viewer: Viewer) -> MonitoredItem:
        target = asked.ItemToMonitor
        node = self._space.find(target.NodeId)
        self._judge(node, target, viewer)
        if not DISABLED <= asked.MonitoringMode <= REPORTING:
            raise Fault(ua.StatusCodes.BadMonitoringModeInvalid, "no such mode")
        isValue = isOfValue(node, target)
        isPolled = not isValue or node.subject is None or bool(target.IndexRange)
        itemId = self._subscriptions.nextItemId()
        if target.AttributeId == EVENT_NOTIFIER:
            events = self._monitoring.events
            events.admit()
            item: MonitoredItem = EventItem(subscription, itemId, node, target, events.overflow)
        else:
            item = MonitoredItem(subscription, itemId, node, target, isPolled)
        self._apply(item, subscription, asked.RequestedParameters, viewer)
        item.mode = asked.MonitoringMode
        if isValue:
            item.refusal = self._refusal(node, viewer)
        return item

    def _judge(self, node: Any, target: Any, viewer: Viewer) -> None:
        codes = ua.StatusCodes
        if node is None:
            raise Fault(codes.BadNodeIdUnknown, "no such node")
        if not isOfValue(node, target) and node.attribute(target.AttributeId, viewer) is None:
            raise Fault(codes.BadAttributeIdInvalid, "no such attribute")
        if target.AttributeId == EVENT_NOTIFIER and not _notifies(node, viewer):
            raise Fault(codes.BadNotSupported, "nobody can subscribe to its events")
        wrong = checkEncoding(target)
        if wrong:
            raise Fault(wrong, "wrong encoding")
        if target.IndexRange:
            parseRange(target.IndexRange)

    def _apply(
        self, item: MonitoredItem, subscription: Subscription, asked: Any, viewer: Viewer
    ) -> None:
        if isinstance(item, EventItem):
            self._applyEvents(item, asked)
            return
        limits = self._limits
        item.filter = filterFor(asked.Filter, item, self._space, viewer)
        item.clientHandle = asked.ClientHandle
        size = min(max(asked.QueueSize, 1), limits.queueSize)
        item.queue.resize(size, bool(asked.DiscardOldest))
        interval = asked.SamplingInterval
        if item.wantsNewest:  # it is sampled when its subscription is about to publish
            item.samplingInterval = subscription.terms.publishingInterval
            return
        if not interval >= 0:  # also NaN; -1 means the publishing interval
            interval = subscription.terms.publishingInterval
        lowest = limits.pollingIntervalMin if item.isPolled else limits.samplingIntervalMin
        item.samplingInterval = clamped(interval, lowest, limits.samplingIntervalMax)

    def _applyEvents(self, item: EventItem, asked: Any) -> None:
        limits = self._limits
        selection = eventSelection(asked.Filter, self._space, limits)
        item.clientHandle = asked.ClientHandle
        size = min(max(asked.QueueSize, limits.eventQueueMin), limits.eventQueueMax)
        item.change(selection, size, bool(asked.DiscardOldest))

    def _modify(
        self, subscription: Subscription, asked: Any, timestamps: int, viewer: Viewer
    ) -> Any:
        result = ua.MonitoredItemModifyResult()
        result.FilterResult = None
        item = subscription.items.get(asked.MonitoredItemId)
        if item is None:
            result.StatusCode = status(ua.StatusCodes.BadMonitoredItemIdInvalid)
            return result
        with self._monitoring.changing(item):
            try:
                self._apply(item, subscription, asked.RequestedParameters, viewer)
                item.timestamps = timestamps
            except Fault as fault:
                result.StatusCode = status(fault.statusCode)
                result.FilterResult = getattr(fault, "filterResult", None)
        result.RevisedSamplingInterval = item.samplingInterval
        result.RevisedQueueSize = item.queue.size
        return result

    def _judgeAgain(self, item: MonitoredItem) -> None:
        """Its session has another user, who may see more or less."""
        viewer = item.owner.viewer
        if viewer and isinstance(item, EventItem):
            item.judge(viewer)
        elif viewer and item.isValue:
            item.refuse(self._refusal(item.node, viewer))

    def _lookAgain(self, item: MonitoredItem) -> None:
        """All were judged."""
        if item.isValue and item.owner.viewer:
            self._monitoring.catchUp(item)
            self._monitoring.refresh(item)

    def _refusal(self, node: Any, viewer: Viewer) -> Any:
        """
        What is reported to somebody who may not read: OPC 10000-4, 5.12.2 has the
        item made all the same, so that it works once the user may.
        """
        code = readRefusal(node, viewer)
        if code == ua.StatusCodes.BadUserAccessDenied:
            self._denied("CreateMonitoredItems", viewer, str(node.nodeId))
        return badValue(code) if code else None


def _notifies(node: Any, viewer: Viewer) -> bool:
    return bool(node.attribute(EVENT_NOTIFIER, viewer).Value.Value & _SUBSCRIBE_TO_EVENTS)
