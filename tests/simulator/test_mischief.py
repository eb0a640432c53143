"""What a charge point does when it is told to misbehave."""

from __future__ import annotations

from datetime import timedelta

from twisted.trial.unittest import TestCase

from ocppgw.simulator.car import Car
from ocppgw.simulator.mischief import ANY
from ocppgw.v16 import messages
from ocppgw.v16.messages import ClearCacheRequest, TriggerMessageRequest
from tests.simulator.central import started

HEARTBEAT = TriggerMessageRequest(requestedMessage="Heartbeat")


class MischiefTests(TestCase):
    """Each kind of mischief, on its own."""

    def test_late(self) -> None:
        """An answer comes so many seconds later, and what follows it later too."""
        site = started()
        site.point.mischief.late["TriggerMessage"] = 7.0
        number = site.send(HEARTBEAT)
        site.run(6)
        self.assertEqual((None, []), (site.result(number), site.asked))
        site.run(2)
        self.assertIsNotNone(site.result(number))
        self.assertEqual(["Heartbeat"], site.actions())

    def test_lateOnly(self) -> None:
        """Other actions are answered in time meanwhile."""
        site = started()
        site.point.mischief.late["TriggerMessage"] = 7.0
        site.send(HEARTBEAT)
        self.assertEqual("Accepted", site.command(ClearCacheRequest()).status)

    def test_lateAndLost(self) -> None:
        """An answer that the link did not wait for never comes, and leaves nothing behind."""
        site = started()
        site.point.mischief.late[ANY] = 7.0
        number = site.send(HEARTBEAT)
        site.cut()
        site.heal()
        self.assertIsNone(site.result(number))
        self.assertEqual([], site.asked)

    def test_silent(self) -> None:
        """A command is neither answered nor carried out."""
        site = started()
        site.point.mischief.silent.add("TriggerMessage")
        number = site.send(HEARTBEAT)
        site.run(60)
        self.assertEqual((None, []), (site.result(number), site.asked))

    def test_malformedAnswer(self) -> None:
        """A given frame is sent where the answer should be."""
        site = started()
        site.point.mischief.instead["ClearCache"] = b'[3,<id>,{"status":42}]'
        number = site.send(ClearCacheRequest())
        (sent,) = site.network.wire.take()
        self.assertEqual(b'[3,"%b",{"status":42}]' % number.encode(), sent)

    def test_malformedCall(self) -> None:
        """A given frame is sent where a Call should be; the Call times out."""
        site = started(MessageTimeout="5")
        site.point.mischief.instead["Heartbeat"] = b"[2,,]"
        site.send(HEARTBEAT)
        texts = site.network.wire.take()
        self.assertEqual(b"[2,,]", texts[-1])
        site.run(6)
        self.assertTrue(site.point.isOnline)
        site.point.mischief.instead.clear()
        site.command(HEARTBEAT)
        self.assertEqual(["Heartbeat"], site.actions())

    def test_dropOnCommand(self) -> None:
        """The link breaks when a command comes."""
        site = started()
        site.point.mischief.dropOn.add("ClearCache")
        site.send(ClearCacheRequest())
        self.assertTrue(site.network.wire.isEnded)

    def test_dropOnCall(self) -> None:
        """The link breaks where a Call should be sent; the message comes over the next one."""
        site = started()
        site.point.authorization.learn("TAG", "Accepted")
        site.point.mischief.dropOn.add("StartTransaction")
        site.point.plugIn(1, Car())
        site.point.present(1, "TAG")
        site.settle()
        self.assertEqual([], site.of(messages.StartTransactionRequest))
        site.point.mischief.dropOn.clear()
        site.run(5)
        self.assertEqual(1, len(site.of(messages.StartTransactionRequest)))

    def test_duplicating(self) -> None:
        """Each transaction message comes twice, with the same content."""
        site = started()
        site.point.mischief.duplicating = True
        site.point.plugIn(1, Car())
        site.point.present(1, "TAG")
        site.run(5)
        site.point.present(1, "TAG")
        site.run(1)
        for kind in (messages.StartTransactionRequest, messages.StopTransactionRequest):
            first, second = site.of(kind)
            self.assertEqual(first, second)
        self.assertTrue(site.point.outbox.isEmpty)

    def test_skew(self) -> None:
        """A clock that is wrong shows in all timestamps."""
        site = started()
        site.point.mischief.skew = timedelta(days=-400)
        site.point.plugIn(1, Car())
        site.settle()
        (status,) = site.of(messages.StatusNotificationRequest)
        self.assertEqual("2025-01-25T08:00:00.000Z", status.timestamp)

    def test_dropLink(self) -> None:
        """The link can be broken for a while."""
        site = started()
        site.point.dropLink(40)
        site.run(39)
        self.assertFalse(site.point.isOnline)
        site.run(2)
        self.assertTrue(site.point.isOnline)
