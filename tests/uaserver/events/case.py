"""What the tests of events share: filters, and a client that subscribes to the Server's events."""

from __future__ import annotations

from typing import Any

from opcua import ua

from tests.uaserver.subscriptions.case import SubscriptionCase
from tests.uaserver.toy import SERVER

FIELDS = ("Severity", "Message")
EVENT_NOTIFIER = 12
BASE = 2041


def operand(*path: str, typeId: Any = None, namespace: int = 0, indexRange: str = "") -> Any:
    """A SimpleAttributeOperand."""
    found = ua.SimpleAttributeOperand()
    found.TypeDefinitionId = typeId or ua.NodeId(BASE)
    found.BrowsePath = [ua.QualifiedName(name, namespace) for name in path]
    found.AttributeId = 13
    found.IndexRange = indexRange or None
    return found


def literal(value: Any) -> Any:
    """A LiteralOperand."""
    found = ua.LiteralOperand()
    found.Value = value if isinstance(value, ua.Variant) else ua.Variant(value)
    return found


def element(index: int) -> Any:
    """An ElementOperand."""
    found = ua.ElementOperand()
    found.Index = index
    return found


def contentFilter(*elements: tuple[int, tuple[Any, ...]]) -> Any:
    """A ContentFilter of (operator, operands)."""
    found = ua.ContentFilter()
    for kind, operands in elements:
        each = ua.ContentFilterElement()
        each.FilterOperator = ua.FilterOperator(kind)
        each.FilterOperands = list(operands)
        found.Elements.append(each)
    return found


def eventFilter(*fields: Any, where: tuple[tuple[int, tuple[Any, ...]], ...] = ()) -> Any:
    """An EventFilter; a field is a name or an operand."""
    found = ua.EventFilter()
    chosen = fields or FIELDS
    found.SelectClauses = [operand(each) if isinstance(each, str) else each for each in chosen]
    found.WhereClause = contentFilter(*where)
    return found


class EventCase(SubscriptionCase):
    def listen(self, *fields: Any, on: Any = SERVER, **more: Any) -> Any:
        """Monitor the events of a node; gives the result of the item."""
        self.subscriptionId = self.subscribe().SubscriptionId
        asked = more.pop("filter", None) or eventFilter(*fields, where=more.pop("where", ()))
        [result] = self.monitor(
            self.subscriptionId, on, attributeId=EVENT_NOTIFIER, filter=asked, **more
        )
        return result

    def told(self, seconds: float = 0.1) -> list[list[Any]]:
        """The fields of each event of the next Publish response."""
        message = self.published(seconds).NotificationMessage
        return [
            [field.Value for field in each.EventFields]
            for part in message.NotificationData
            if isinstance(part, ua.EventNotificationList)
            for each in part.Events
        ]

    def severities(self) -> list[int]:
        """The first field of each event."""
        return [fields[0] for fields in self.told()]
