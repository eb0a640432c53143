"""
SetTriggering of the MonitoredItem Service Set (OPC 10000-4, 5.12.5): items
that only sample are reported when another one has something to report.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from opcua import ua

from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.exchange import Exchange
from ocppgw.uaserver.library import status
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.subscriptions.item import MonitoredItem
from ocppgw.uaserver.subscriptions.subscription import Subscription
from ocppgw.uaserver.subscriptions.subscriptions import Subscriptions


class Triggering:
    """Links items of one subscription."""

    def __init__(self, subscriptions: Subscriptions, limits: Limits) -> None:
        self._subscriptions = subscriptions
        self._limits = limits

    def set(self, exchange: Exchange, request: Any) -> Any:
        """SetTriggering: links are removed first, then added, as the specification has it."""
        asked = request.Parameters
        subscription = self._subscriptions.find(exchange.session, asked.SubscriptionId)
        self._checkLinks(asked)
        subscription.touch()
        trigger = subscription.items.get(asked.TriggeringItemId)
        if trigger is None:
            raise Fault(ua.StatusCodes.BadMonitoredItemIdInvalid, "no such item")
        response = ua.SetTriggeringResponse()
        result = response.Parameters
        result.RemoveResults = _each(subscription, asked.LinksToRemove, trigger.unlink)
        result.AddResults = _each(subscription, asked.LinksToAdd, trigger.link)
        return response

    def _checkLinks(self, asked: Any) -> None:
        count = len(asked.LinksToAdd) + len(asked.LinksToRemove)
        if not count:
            raise Fault(ua.StatusCodes.BadNothingToDo, "no links")
        if count > self._limits.operations:
            raise Fault(ua.StatusCodes.BadTooManyOperations, "too many links")


def _each(
    subscription: Subscription, itemIds: list[int], one: Callable[[MonitoredItem], bool]
) -> list[Any]:
    codes = ua.StatusCodes
    results = []
    for itemId in itemIds:
        item = subscription.items.get(itemId)
        done = item is not None and one(item)
        results.append(status(codes.Good if done else codes.BadMonitoredItemIdInvalid))
    return results
