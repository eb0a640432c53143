"""ChangeConfiguration of AuthorizationKey: both sides change their password, or neither does."""

from __future__ import annotations

from random import Random
from typing import Any

from twisted.logger import capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.chargepointkeys import hashChosen, parseHash, verify
from ocppgw.access.linkaccess import PasswordSet
from ocppgw.access.secrets import Secret, scrypt
from ocppgw.central.entrance import hashing
from ocppgw.central.linking.calling import CallErrorReceived, LinkGone
from ocppgw.model import commands as c
from ocppgw.model.outcomes import Answered, Refusal
from ocppgw.v16 import messages as m
from tests.central.support_outgoing import NODE, readySite

OLD, NEW = "00112233445566778899aabbccddeeff", "ffeeddccbbaa99887766554433221100"


class AuthorizationKeyTests(SynchronousTestCase):
    """What becomes of the password that the gateway asks for."""

    def setUp(self) -> None:
        self.site = readySite()
        self.site.store.changeAccess(PasswordSet(NODE, self.hashOf(OLD)))

    def hashOf(self, password: str) -> str:
        return hashChosen(Secret(password), Random(2).randbytes, scrypt).text

    def change(self, answer: Any, value: str = NEW) -> list[Any]:
        self.site.caller.script[m.ChangeConfigurationRequest] = lambda _: (
            m.ChangeConfigurationConfirmation(status=answer) if isinstance(answer, str) else answer
        )
        return self.site.issue(c.ChangeConfiguration("AuthorizationKey", value))

    def right(self) -> list[str]:
        """Which of the two let the charge point in now."""
        access = self.successResultOf(self.site.store.findAccess(NODE))
        kept = [parseHash(text) for text in (access.password, access.candidate) if text]
        return [
            name
            for name, word in (("old", OLD), ("new", NEW))
            if any(verify(one, word.encode(), scrypt) for one in kept)
        ]

    def test_accepted(self) -> None:
        """Accepted: the new one is right, the old one no longer."""
        self.assertEqual(self.change("Accepted"), [Answered("Accepted")])
        self.assertEqual(self.right(), ["new"])

    def test_notAccepted(self) -> None:
        """Rejected, NotSupported or a CallError: the old one stays, alone."""
        for answer in ("Rejected", "NotSupported", CallErrorReceived("InternalError", "", {})):
            self.change(answer)
            self.assertEqual(self.right(), ["old"], answer)

    def test_rebootRequired(self) -> None:
        """RebootRequired: either is right until the charge point uses the new one."""
        self.change("RebootRequired")
        self.assertEqual(self.right(), ["old", "new"])
        self.assertTrue(self.site.record.registration.rebootRequired)

    def test_noAnswer(self) -> None:
        """Nobody knows what a charge point did that never answered: it is not locked out."""
        self.change(LinkGone("gone"))
        self.assertEqual(self.right(), ["old", "new"])

    def test_neverSent(self) -> None:
        """Without a store that can keep the new one, it is not sent at all."""
        self.site.store.fail("disk full")
        [outcome] = self.change("Accepted")
        self.assertIs(outcome.refusal, Refusal.storeFailed)
        self.assertEqual(self.site.caller.sent, [])

    def test_tooMany(self) -> None:
        """It is not sent either where too many passwords are being hashed."""
        self.patch(hashing, "MOST_WAITING", 0)
        [outcome] = self.change("Accepted")
        self.assertIs(outcome.refusal, Refusal.tooMany)
        self.assertEqual(self.right(), ["old"])

    def test_empty(self) -> None:
        """An empty password is refused before it is sent."""
        [outcome] = self.change("Accepted", "")
        self.assertIs(outcome.refusal, Refusal.invalidArgument)
        self.assertEqual(self.right(), ["old"])

    def test_unseen(self) -> None:
        """Neither a log line, nor the record, nor the store shows it."""
        with capturedLogs() as events:
            self.change("Accepted")
        access = self.successResultOf(self.site.store.findAccess(NODE))
        everything = repr((events, self.site.record, self.site.store.committed, access))
        self.assertNotIn(NEW, everything)
        self.assertNotIn(NEW, access.password)
