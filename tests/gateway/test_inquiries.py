"""Questions to the past end, whatever the store does."""

from __future__ import annotations

from collections.abc import Sequence

from twisted.internet.defer import Deferred
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from ocppgw.gateway.inquiries import LONGEST, MOST, Inquiries
from ocppgw.interfaces import IHistory, StoreFailed
from ocppgw.model.history import HistoryAnswer, HistoryPage, HistoryQuery, HistoryRequest
from ocppgw.model.outcomes import Refusal, Refused

PAGES = (HistoryPage(()),)
REQUEST = HistoryRequest((), "olga")


@implementer(IHistory)
class SlowHistory:
    """It answers when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Deferred[tuple[HistoryPage, ...]]] = []

    def readHistory(self, queries: Sequence[HistoryQuery]) -> Deferred[tuple[HistoryPage, ...]]:
        self.waiting.append(Deferred())
        return self.waiting[-1]


class InquiryTests(SynchronousTestCase):
    """One question, and too many."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.history = SlowHistory()
        self.inquiries = Inquiries(self.history, self.clock)

    def test_answer(self) -> None:
        """The pages of the store are the answer, and no timer is left."""
        asked = self.inquiries.read(REQUEST)
        self.assertNoResult(asked)
        self.history.waiting[0].callback(PAGES)
        self.assertEqual(self.successResultOf(asked), HistoryAnswer(PAGES))
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_storeFailed(self) -> None:
        """A store that fails is told with its own words."""
        asked = self.inquiries.read(REQUEST)
        self.history.waiting[0].errback(StoreFailed("the disk is gone"))
        refused = self.successResultOf(asked)
        self.assertEqual(refused, Refused(Refusal.storeFailed, "the disk is gone"))

    def test_mistake(self) -> None:
        """A mistake of ours is logged and answered."""
        asked = self.inquiries.read(REQUEST)
        self.history.waiting[0].errback(ZeroDivisionError())
        refused = self.successResultOf(asked)
        assert isinstance(refused, Refused)
        self.assertEqual(refused.refusal, Refusal.failed)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    def test_deadline(self) -> None:
        """It ends with the client's patience or ours; an answer that comes later does no harm."""
        hasty = self.inquiries.read(HistoryRequest((), "olga", deadline=2.0))
        patient = self.inquiries.read(HistoryRequest((), "olga", deadline=900.0))
        self.clock.advance(2.0)
        refused = self.successResultOf(hasty)
        assert isinstance(refused, Refused)
        self.assertEqual(refused.refusal, Refusal.timedOut)
        self.assertNoResult(patient)
        self.clock.advance(LONGEST - 2.0)
        self.successResultOf(patient)
        for waiting in self.history.waiting:
            waiting.callback(PAGES)

    def test_tooMany(self) -> None:
        """What the store has not ended counts, also when nobody waits for it any more."""
        first = [self.inquiries.read(REQUEST) for _ in range(MOST)]
        self.clock.advance(LONGEST)
        for asked in first:
            self.successResultOf(asked)
        refused = self.successResultOf(self.inquiries.read(REQUEST))
        assert isinstance(refused, Refused)
        self.assertEqual(refused.refusal, Refusal.tooMany)
        self.history.waiting[0].callback(PAGES)
        self.assertNoResult(self.inquiries.read(REQUEST))
