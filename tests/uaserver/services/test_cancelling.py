"""What a client may take back."""

from __future__ import annotations

from typing import Any

from opcua import ua

from tests.conformance import shows
from tests.uaserver.subscriptions.case import SubscriptionCase
from tests.uaserver.toy import GOOD, nodeId


class CancelTests(SubscriptionCase):
    def cancel(self, requestId: int, client: Any = None) -> int:
        """Cancel what was sent with this request id; gives how many it were."""
        request = ua.CancelRequest()
        request.Parameters.RequestHandle = 1000 + requestId - 1
        count: int = (client or self.client).ask(request).Parameters.CancelCount
        return count

    def code(self, requestId: int) -> str:
        """The ServiceResult of the answer."""
        return str(self.client.take(requestId).ResponseHeader.ServiceResult.name)

    @shows("Cancel")
    def test_publish(self) -> None:
        """A Publish request that was taken back is answered at once, the others stay."""
        self.subscribe()
        self.published()
        taken, kept = self.publish(), self.publish()
        self.assertEqual(self.cancel(taken), 1)
        self.assertEqual(self.code(taken), "BadRequestCancelledByClient")
        self.world.pass_(0.6)
        self.assertEqual(self.code(kept), "Good")

    @shows("Session Cancel")
    def test_call(self) -> None:
        """So is a Call that waits for a charge point; its late outcome is dropped."""
        request = ua.CallRequest()
        asked = ua.CallMethodRequest()
        asked.ObjectId, asked.MethodId = nodeId("Toy"), nodeId("Toy/Slow")
        request.Parameters.MethodsToCall = [asked]
        number = self.client.send(request)
        self.assertEqual(self.cancel(number), 1)
        self.assertEqual(self.code(number), "BadRequestCancelledByClient")
        self.world.requests.answer(GOOD)
        self.assertIsNone(self.client.take(number))

    def test_nothingWaits(self) -> None:
        """Nobody's requests are taken back by somebody else, answered ones by nobody."""
        self.subscribe()
        self.published()
        number = self.publish()
        self.assertEqual(self.cancel(number, self.world.client()), 0)
        self.assertEqual(self.cancel(number), 1)
        self.assertEqual(self.cancel(number), 0)
