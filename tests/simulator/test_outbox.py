"""Transaction messages that cannot be delivered at once (section 3.7)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import TestCase

from ocppgw.simulator import outbox as queues
from ocppgw.simulator.car import Car
from ocppgw.simulator.mischief import Mischief
from ocppgw.simulator.outbox import Entry, Outbox
from ocppgw.simulator.settings import Settings
from ocppgw.v16 import messages
from ocppgw.v16.messages import HeartbeatRequest, Message
from tests.simulator.central import REFUSAL, SILENCE, Site, started


def known(**settings: str) -> Site:
    """A charge point that has authorized TAG before, so that it can start without a link."""
    site = started(**settings)
    site.point.authorization.learn("TAG", "Accepted")
    return site


def visit(site: Site, seconds: float) -> None:
    """A car comes, charges, and leaves."""
    site.point.plugIn(1, Car())
    site.point.present(1, "TAG")
    site.run(seconds)
    site.point.present(1, "TAG")
    site.run(1)
    site.point.unplug(1)
    site.run(1)


class OfflineTests(TestCase):
    """What happens without a link is told afterwards."""

    def test_wholeSessions(self) -> None:
        """Two sessions without a link arrive in order, with the times at which they happened."""
        site = known()
        site.cut()
        visit(site, 25)
        visit(site, 5)
        self.assertEqual([], site.asked)
        site.heal()
        sent = site.take()
        self.assertEqual(
            "StartTransaction MeterValues MeterValues StopTransaction".split()
            + "StartTransaction StopTransaction".split(),
            [type(one).__name__.removesuffix("Request") for one in sent],
        )
        times: list[Any] = [
            one.meterValue[0].timestamp
            if isinstance(one, messages.MeterValuesRequest)
            else one.timestamp  # type: ignore[attr-defined]
            for one in sent
        ]
        self.assertEqual(sorted(times), times)
        self.assertEqual("2026-03-01T08:00:00.000Z", times[0])

    def test_numbersAreFilledIn(self) -> None:
        """Messages of a transaction bear the number that its start got in the end."""
        site = known()
        site.cut()
        visit(site, 15)
        site.heal()
        (values,) = site.of(messages.MeterValuesRequest)
        (stop,) = site.of(messages.StopTransactionRequest)
        self.assertEqual((1, 1), (values.transactionId, stop.transactionId))

    def test_onlyCurrentStatus(self) -> None:
        """Of statuses only those that differ now are reported (section 4.9)."""
        site = known()
        site.cut()
        visit(site, 5)
        site.point.plugIn(1, Car())
        site.heal()
        self.assertEqual([(1, "Preparing")], site.statuses())

    def test_unknownTag(self) -> None:
        """Without a link only remembered tags start, unless others are allowed to."""
        site = started()
        site.cut()
        visit(site, 5)
        self.assertTrue(site.point.outbox.isEmpty)
        site = started(AllowOfflineTxForUnknownId="true")
        site.cut()
        visit(site, 5)
        self.assertEqual(2, len(site.point.outbox))

    def test_survivesReset(self) -> None:
        """What waits is delivered after a restart too."""
        site = known()
        site.cut()
        visit(site, 5)
        site.point.reset("Hard")
        site.heal()
        actions = site.actions()
        self.assertEqual("BootNotification", actions[0])
        self.assertIn("StartTransaction", actions)


class RepetitionTests(TestCase):
    """What is not processed is sent again."""

    def charging(self, reply: str, **settings: str) -> Site:
        site = started(**settings)
        site.replies["StartTransaction"] = reply
        site.point.plugIn(1, Car())
        site.point.present(1, "TAG")
        site.settle()
        return site

    def starts(self, site: Site) -> int:
        return len(site.of(messages.StartTransactionRequest))

    def test_intervals(self) -> None:
        """The wait grows with each try, and after TransactionMessageAttempts it is given up."""
        site = self.charging(
            REFUSAL, TransactionMessageAttempts="3", TransactionMessageRetryInterval="10"
        )
        counts = []
        for seconds in (9, 2, 18, 2, 200):
            site.run(seconds)
            counts.append(self.starts(site))
        self.assertEqual([1, 2, 2, 3, 3], counts)

    def test_laterOnesWait(self) -> None:
        """Nothing overtakes: meter values come after the start that they belong to."""
        site = self.charging(REFUSAL, MeterValueSampleInterval="2")
        site.run(8)
        self.assertEqual([], site.of(messages.MeterValuesRequest))
        site.replies.clear()
        site.run(5)
        self.assertGreaterEqual(len(site.of(messages.MeterValuesRequest)), 3)

    def test_givenUp(self) -> None:
        """Messages of a transaction whose start was given up bear -1 (errata 3.18)."""
        site = self.charging(REFUSAL, TransactionMessageAttempts="1")
        site.point.present(1, "TAG")
        site.settle()
        (stop,) = site.of(messages.StopTransactionRequest)
        self.assertEqual(-1, stop.transactionId)

    def test_timeOut(self) -> None:
        """No answer counts like a refusal."""
        site = self.charging(SILENCE, MessageTimeout="5", TransactionMessageRetryInterval="1")
        site.run(6.5)
        self.assertEqual(2, self.starts(site))

    def test_sameMessage(self) -> None:
        """A repetition says the same as the first time."""
        site = self.charging(REFUSAL, TransactionMessageRetryInterval="1")
        site.run(2)
        first, second = site.of(messages.StartTransactionRequest)
        self.assertEqual(first, second)

    def test_lostLinkDoesNotCount(self) -> None:
        """A try that the link cut short is no try."""
        site = self.charging(SILENCE, TransactionMessageAttempts="1", MessageTimeout="300")
        for _ in range(3):
            site.cut()
            site.heal()
        site.cut()
        site.replies.clear()
        site.heal()
        self.assertEqual(5, self.starts(site))
        self.assertEqual(1, site.point.connector(1).transaction.id)  # type: ignore[union-attr]


class CapacityTests(TestCase):
    """The queue is bounded."""

    def test_readingsGoFirst(self) -> None:
        """When there is no room, the oldest reading is dropped, and no start or stop."""
        self.patch(queues, "CAPACITY", 3)
        built: list[str] = []
        answers: list[Deferred[Message]] = []
        isLinked = False

        def send(message: Message) -> Deferred[Message] | None:
            if isLinked:
                answers.append(Deferred())
            return answers[-1] if isLinked else None

        outbox = Outbox(Clock(), Settings(1), Mischief(), send)
        for name in ("start", "r1", "r2", "r3", "stop"):
            outbox.add(Entry(noting(built, name), isReading=name.startswith("r")))
        self.assertEqual(3, len(outbox))
        isLinked = True
        built.clear()
        outbox.linked()
        while answers:
            answers.pop().callback(HeartbeatRequest())
        self.assertEqual(["start", "r3", "stop"], built)


def noting(built: list[str], name: str) -> Callable[[], Message]:
    """Makes a message, and notes that it did."""

    def build() -> Message:
        built.append(name)
        return HeartbeatRequest()

    return build
