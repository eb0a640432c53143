"""
What can be called on the Server object (OPC 10000-5, 9.1 and 9.2):
GetMonitoredItems and ResendData, of a subscription of the caller's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from attrs import frozen
from opcua import ua
from zope.interface import implementer

from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.library import bareVariant, status
from ocppgw.uaserver.nodes import IMethod, Viewer
from ocppgw.uaserver.services.operations import Denied
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
class OfSubscription:
    """
    A method with one argument, the identifier of a subscription.

    :ivar denied: hears of who asks for somebody else's.
    :ivar perform: does it; gives the outputs.
    """

    subscriptions: Subscriptions
    denied: Denied
    perform: Callable[[Subscription], Sequence[Any]]
    inputArguments: Sequence[Any] = (_subscriptionId(),)

    def executableBy(self, viewer: Viewer) -> bool:
        return True

    def call(self, inputs: Sequence[Any], viewer: Viewer, deadline: float | None) -> Any:
        try:
            found = self.subscriptions.ofViewer(viewer, inputs[0])
        except Fault as fault:
            if fault.statusCode == ua.StatusCodes.BadUserAccessDenied:
                self.denied("Call", viewer, f"subscription {inputs[0]}")
            return status(fault.statusCode)
        return self.perform(found)


def monitoredItems(subscription: Subscription) -> Sequence[Any]:
    """The handles of all monitored items of a subscription, ours and the client's."""
    items = subscription.items.values()
    return [
        _numbers([each.itemId for each in items]),
        _numbers([each.clientHandle for each in items]),
    ]


def _numbers(values: list[int]) -> Any:
    return bareVariant(values, ua.VariantType.UInt32, None, True)


def offerServerMethods(
    space: AddressSpace, subscriptions: Subscriptions, monitoring: Monitoring, denied: Denied
) -> None:
    """Make them callable."""

    def resendData(subscription: Subscription) -> Sequence[Any]:
        monitoring.resend(subscription.items)
        return []

    for methodId, perform in ((_GET_MONITORED_ITEMS, monitoredItems), (_RESEND_DATA, resendData)):
        space.offer(_SERVER, methodId, OfSubscription(subscriptions, denied, perform))
