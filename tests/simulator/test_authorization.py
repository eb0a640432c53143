"""Who may charge, with and without a Central System to ask (section 3.5)."""

from __future__ import annotations

from twisted.internet.defer import Deferred, fail, succeed
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.simulator.authorization import CAPACITY, Authorization
from ocppgw.simulator.conversation import TimedOut
from ocppgw.simulator.settings import Settings
from ocppgw.v16.messages import AuthorizeConfirmation, IdTagInfo, Message


class AuthorizationTests(SynchronousTestCase):
    """Decisions."""

    def make(self, answer: str | None, **settings: str) -> Authorization:
        """With a Central System that says this of every tag, or cannot be reached."""
        self.asked = 0

        def ask(message: Message) -> Deferred[Message] | None:
            self.asked += 1
            if answer == "silence":
                return fail(TimedOut("Authorize"))
            if answer is None:
                return None
            return succeed(AuthorizeConfirmation(idTagInfo=IdTagInfo(status=answer)))

        return Authorization(Settings(1, settings), ask)

    def decide(self, authorization: Authorization, idTag: str = "TAG") -> bool:
        return self.successResultOf(authorization.decide(idTag))

    def test_asked(self) -> None:
        """What the Central System says counts."""
        self.assertTrue(self.decide(self.make("Accepted")))
        self.assertFalse(self.decide(self.make("Blocked")))

    def test_offline(self) -> None:
        """Without link or answer, tags that were accepted before are accepted, in any case."""
        for answer in (None, "silence"):
            authorization = self.make(answer)
            self.assertFalse(self.decide(authorization))
            authorization.learn("TAG", "Accepted")
            self.assertTrue(self.decide(authorization, "tag"))

    def test_offlineNotAllowed(self) -> None:
        """LocalAuthorizeOffline off: nobody charges without being asked for."""
        authorization = self.make(None, LocalAuthorizeOffline="false")
        authorization.learn("TAG", "Accepted")
        self.assertFalse(self.decide(authorization))

    def test_offlineUnknown(self) -> None:
        """AllowOfflineTxForUnknownId admits strangers, but nobody who is known as blocked."""
        authorization = self.make(None, AllowOfflineTxForUnknownId="true")
        authorization.learn("BAD", "Blocked")
        self.assertTrue(self.decide(authorization))
        self.assertFalse(self.decide(authorization, "BAD"))

    def test_beforehand(self) -> None:
        """LocalPreAuthorize accepts a known tag without asking."""
        authorization = self.make("Blocked", LocalPreAuthorize="true")
        authorization.learn("TAG", "Accepted")
        self.assertTrue(self.decide(authorization))
        self.assertEqual(0, self.asked)

    def test_clear(self) -> None:
        """What was cleared is not known any more."""
        authorization = self.make(None)
        authorization.learn("TAG", "Accepted")
        self.assertTrue(authorization.clear())
        self.assertFalse(self.decide(authorization))

    def test_bounded(self) -> None:
        """The cache forgets the oldest."""
        authorization = self.make(None)
        for number in range(CAPACITY + 1):
            authorization.learn(f"T{number}", "Accepted")
        self.assertFalse(self.decide(authorization, "T0"))
        self.assertTrue(self.decide(authorization, "T1"))
