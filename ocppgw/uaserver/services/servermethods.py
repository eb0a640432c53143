"""
What can be called on the Server object (OPC 10000-5, 9.1 and 9.2):
GetMonitoredItems and ResendData, of a subscription of the caller's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attrs import frozen
from opcua import ua
from zope.interface import implementer

from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.library import bareVariant, status
from ocppgw.uaserver.nodes import IMethod, Viewer
from ocppgw.uaserver.subscriptions.monitoring import Monitoring
from ocppgw.uaserver.subscriptions.subscription import Subscription
from ocppgw.uaserver.subscriptions.subscriptions import Subscriptions

_SERVER = ua.NodeId(ua.ObjectIds.Server)
_GET_MONITORED_ITEMS = ua.NodeId(ua.ObjectIds.Server_GetMonitoredItems)
_RESEND_DATA = ua.NodeId(ua.ObjectIds.Server_ResendData)


def _subscriptionId() -> Any:
    argument = ua.Argument()
    argument.Name = "SubscriptionId"
    argument.DataType = ua.NodeId(ua.ObjectIds.UInt32)
    argument.ValueRank = -1
    return argument


@implementer(IMethod)
@frozen(eq=False)
class _OfSubscription:
    """A method with one argument, the identifier of a subscription."""

    subscriptions: Subscriptions
    monitoring: Monitoring
    inputArguments: Sequence[Any] = (_subscriptionId(),)

    def executableBy(self, viewer: Viewer) -> bool:
        return True

    def call(self, inputs: Sequence[Any], viewer: Viewer, deadline: float | None) -> Any:
        try:
            found = self.subscriptions.ofViewer(viewer, inputs[0])
        except Fault as fault:
            return status(fault.statusCode)
        return self._do(found)

    def _do(self, subscription: Subscription) -> Any:
        raise NotImplementedError


class GetMonitoredItems(_OfSubscription):
    """The handles of all monitored items of a subscription, ours and the client's."""

    def _do(self, subscription: Subscription) -> Any:
        items = subscription.items.values()
        return [
            _numbers([each.itemId for each in items]),
            _numbers([each.clientHandle for each in items]),
        ]


class ResendData(_OfSubscription):
    """The present value of every reporting item is sent again."""

    def _do(self, subscription: Subscription) -> Any:
        self.monitoring.resend(subscription.items.values())
        return []


def _numbers(values: list[int]) -> Any:
    return bareVariant(values, ua.VariantType.UInt32, None, True)


def offerServerMethods(
    space: AddressSpace, subscriptions: Subscriptions, monitoring: Monitoring
) -> None:
    """Make them callable."""
    space.offer(_SERVER, _GET_MONITORED_ITEMS, GetMonitoredItems(subscriptions, monitoring))
    space.offer(_SERVER, _RESEND_DATA, ResendData(subscriptions, monitoring))
