"""Items that are reported when another one reports."""

from __future__ import annotations

from typing import Any

from opcua import ua

from tests.conformance import shows
from tests.uaserver.subscriptions.case import NUMBER, SubscriptionCase
from tests.uaserver.toy import ToyRecord, nodeId
from tests.uaserver.wire import FaultReceived

TEXT = nodeId("Toy/Text")


class TriggeringTests(SubscriptionCase):
    def prepare(self, triggerMode: int = 2) -> None:
        """The number triggers the text, which is only sampled."""
        self.subscriptionId = self.subscribe().SubscriptionId
        [trigger] = self.monitor(self.subscriptionId, NUMBER, mode=triggerMode, queue=5)
        [linked] = self.monitor(self.subscriptionId, TEXT, mode=1, queue=5)
        self.trigger, self.linked = trigger.MonitoredItemId, linked.MonitoredItemId

    def set(self, add: Any = (), remove: Any = (), trigger: int = 0) -> Any:
        """SetTriggering; gives (add results, remove results) by name."""
        request = ua.SetTriggeringRequest()
        asked = request.Parameters
        asked.SubscriptionId = self.subscriptionId
        asked.TriggeringItemId = trigger or self.trigger
        asked.LinksToAdd, asked.LinksToRemove = list(add), list(remove)
        found = self.client.ask(request).Parameters
        return tuple(
            [each.name for each in part] for part in (found.AddResults, found.RemoveResults)
        )

    @shows("SetTriggering")
    def test_sampledIsReported(self) -> None:
        """What the linked item sampled is reported with what triggers it, and only then."""
        self.prepare()
        self.assertEqual(self.set([self.linked]), (["Good"], []))
        self.assertEqual(len(self.values(self.published())), 1)
        self.world.tell(ToyRecord(text="later"))
        self.world.pass_(0.3)
        self.world.tell(ToyRecord(2.5, text="later"))
        found = [value for _, value in self.values(self.published())]
        self.assertEqual(sorted(found, key=str), [2.5, "later", "text"])

    @shows("Monitor Triggering")
    def test_sameRecord(self) -> None:
        """Both changing with one record, the linked item's new value is reported, too."""
        self.prepare()
        self.set([self.linked])
        self.published()
        self.world.tell(ToyRecord(4.0, text="at once"))
        found = [value for _, value in self.values(self.published())]
        self.assertIn("at once", found)

    def test_samplingTrigger(self) -> None:
        """A trigger that only samples is not reported itself."""
        self.prepare(triggerMode=1)
        self.set([self.linked])
        self.world.tell(ToyRecord(3.0))
        self.assertEqual(self.values(self.published()), [(1, "text")])

    def test_disabledTrigger(self) -> None:
        """A disabled item triggers nothing."""
        self.prepare(triggerMode=0)
        self.set([self.linked])
        self.world.tell(ToyRecord(3.0))
        self.assertEqual(self.values(self.published()), [])

    def test_remove(self) -> None:
        """A link that was removed has no effect any more, and cannot be removed again."""
        self.prepare()
        self.set([self.linked])
        self.assertEqual(self.set(remove=[self.linked]), ([], ["Good"]))
        self.assertEqual(self.set(remove=[self.linked]), ([], ["BadMonitoredItemIdInvalid"]))
        self.assertEqual(self.values(self.published()), [(1, 1.5)])

    @shows("DeleteMonitoredItems")
    def test_goneItems(self) -> None:
        """A deleted item is nobody's link; an unknown one cannot be linked or trigger."""
        self.prepare()
        self.set([self.linked])
        request = ua.DeleteMonitoredItemsRequest()
        request.Parameters.SubscriptionId = self.subscriptionId
        request.Parameters.MonitoredItemIds = [self.linked]
        self.client.ask(request)
        self.world.tell(ToyRecord(2.0))
        self.assertEqual(self.values(self.published()), [(1, 1.5), (1, 2.0)])
        self.assertEqual(self.set([self.linked]), (["BadMonitoredItemIdInvalid"], []))
        fault = self.assertRaises(FaultReceived, self.set, [self.trigger], (), 4711)
        self.assertEqual(fault.code, ua.StatusCodes.BadMonitoredItemIdInvalid)

    def test_nothing(self) -> None:
        """A request without links is refused."""
        self.prepare()
        fault = self.assertRaises(FaultReceived, self.set)
        self.assertEqual(fault.code, ua.StatusCodes.BadNothingToDo)
