"""Who has to show what before it is connected: security profiles 0 to 2."""

from __future__ import annotations

import base64
from ipaddress import ip_network
from random import Random
from typing import Any

import attrs
from twisted.internet.defer import Deferred, fail, maybeDeferred
from twisted.logger import capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access import chargepointkeys as keys
from ocppgw.access.linkaccess import CandidateSet, PasswordSet, ProfileReached
from ocppgw.access.secrets import Secret, scrypt
from ocppgw.central.entrance import connections, hashing
from ocppgw.central.entrance.reception import BURST
from ocppgw.config.listeners import ListenerTable
from ocppgw.config.repeated import ChargePointTable
from ocppgw.interfaces import StoreFailed
from tests.central.support import RawChargePoint, Ring, configured

KEY = "00112233445566778899aabbccddeeff00112233"
RANDOM = Random(7).randbytes
GENERATED = keys.hashGenerated(Secret(KEY), RANDOM).text
CHOSEN = keys.hashChosen(Secret("open sesame"), RANDOM, scrypt).text
BASIC = ListenerTable("tcp:0", 1)


def basic(user: str, password: bytes) -> str:
    return "Authorization: Basic " + base64.b64encode(user.encode() + b":" + password).decode()


class BasicCase(SynchronousTestCase):
    """A ring whose listener asks for passwords."""

    def ring(self, *changes: Any, listener: ListenerTable = BASIC, **sections: Any) -> Ring:
        ring = Ring(self, configured(**sections))
        ring.factory = ring.central.factory(listener)
        for change in changes:
            self.successResultOf(ring.store.changeAccess(change))
        return ring

    def attempt(
        self, ring: Ring, *more: str, target: str = "/CP1", host: str = "192.0.2.1"
    ) -> RawChargePoint:
        chargePoint = ring.dial(host)
        chargePoint.shakeHands(target, "ocpp1.6", *more)
        return chargePoint

    def status(self, ring: Ring, user: str, password: bytes, target: str = "/CP1") -> int:
        return self.attempt(ring, basic(user, password), target=target).status


class PasswordTests(BasicCase):
    """HTTP Basic on a listener with security profile 1."""

    def test_085_right(self) -> None:
        """The right password connects; the charge point is seen with this profile from then on."""
        ring = self.ring(PasswordSet("CP1", GENERATED))
        self.assertEqual(self.status(ring, "CP1", KEY.encode()), 101)
        access = self.successResultOf(ring.store.findAccess("CP1"))
        self.assertEqual(access.securityProfile, 1)

    def test_C24_C25_rawBytes(self) -> None:
        """The key comes as text in any case or as its raw bytes, which may hold colons."""
        key = "3a3a" + KEY[4:]
        ring = self.ring(PasswordSet("CP1", keys.hashGenerated(Secret(key), RANDOM).text))
        for sent in (key.encode(), key.upper().encode(), bytes.fromhex(key)):
            self.assertEqual(self.status(ring, "CP1", sent), 101)

    def test_C26_missing(self) -> None:
        """Without credentials there is 401 with a challenge, before any upgrade."""
        chargePoint = self.attempt(self.ring(PasswordSet("CP1", GENERATED)))
        self.assertEqual(chargePoint.status, 401)
        challenge = chargePoint.header("WWW-Authenticate")
        self.assertTrue(challenge and challenge.startswith("Basic realm="), challenge)
        self.assertIsNone(chargePoint.header("Upgrade"))
        self.assertTrue(chargePoint.isClosed)

    def test_C26_empty(self) -> None:
        """An empty password is as good as none."""
        self.assertEqual(self.status(self.ring(PasswordSet("CP1", GENERATED)), "CP1", b""), 401)

    def test_C26_short(self) -> None:
        """A short password that is right connects, and is counted as a deviation."""
        ring = self.ring(PasswordSet("CP1", CHOSEN))
        self.assertEqual(self.status(ring, "CP1", b"open sesame"), 101)
        self.assertIn("C26", ring.deviations())

    def test_C27_otherUser(self) -> None:
        """A user that is not the identity is 401, and the log has both names."""
        ring = self.ring(PasswordSet("CP1", GENERATED))
        with capturedLogs() as events:
            self.assertEqual(self.status(ring, "CP2", KEY.encode()), 401)
        self.assertIn("'CP2'", ring.central.refusals.last)
        self.assertIn("'CP1'", ring.central.refusals.last)
        self.assertEqual(events[0]["securityEvent"], "FailedToAuthenticateAtCentralSystem")

    def test_C8_case(self) -> None:
        """Neither the URL nor the user has to spell the identity as it was first spelled."""
        ring = self.ring(PasswordSet("CP1", GENERATED))
        self.assertEqual(self.status(ring, "CP1", KEY.encode()), 101)
        self.assertEqual(self.status(ring, "Cp1", KEY.encode(), "/cp1"), 101)
        self.assertEqual(list(ring.registry.chargePoints), ["CP1"])

    def test_wrong(self) -> None:
        """A wrong password is 401 and leaves no trace of the charge point."""
        ring = self.ring(PasswordSet("CP1", GENERATED))
        self.assertEqual(self.status(ring, "CP1", b"wrong"), 401)
        self.assertEqual(dict(ring.registry.chargePoints), {})

    def test_noneSet(self) -> None:
        """Who has no password does not get in with any, nor by trying first."""
        ring = self.ring()
        self.assertEqual(self.status(ring, "CP1", b"anything"), 401)
        self.assertIn("ocppgw-charge-point", ring.central.refusals.last)

    def test_unseen(self) -> None:
        """No password is in a log line, in what is shown, or in an answer."""
        ring = self.ring(PasswordSet("CP1", GENERATED))
        with capturedLogs() as events:
            chargePoint = self.attempt(ring, basic("CP1", b"hunter2-hunter2"))
        shown = repr((events, ring.central.refusals.latest, chargePoint.head, chargePoint.body))
        self.assertNotIn("hunter2", shown)
        self.assertNotIn(base64.b64encode(b"CP1:hunter2-hunter2").decode(), shown)

    def test_guessing(self) -> None:
        """Who guesses is put off, also with the right one, until some time has passed."""
        ring = self.ring(PasswordSet("CP1", GENERATED))
        codes = [self.status(ring, "CP1", b"wrong") for _ in range(6)]
        self.assertEqual(codes, [401, 401, 401, 401, 429, 429])
        late = self.attempt(ring, basic("CP1", KEY.encode()))
        self.assertEqual(late.status, 429)
        self.assertEqual(late.header("Retry-After"), "1")
        ring.advance(2)
        self.assertEqual(self.status(ring, "CP1", KEY.encode()), 101)

    def test_guessingFromOneNetwork(self) -> None:
        """Whoever has a network of IPv6 to choose addresses from is put off as one address is."""
        ring = self.ring(PasswordSet("CP1", GENERATED))
        wrong = basic("CP1", b"wrong")
        codes = [
            self.attempt(ring, wrong, host=f"2001:db8::{number}").status for number in range(1, 7)
        ]
        self.assertEqual(codes, [401, 401, 401, 401, 429, 429])
        self.assertEqual(self.attempt(ring, wrong, host="2001:db8:0:1::1").status, 401)

    def test_candidate(self) -> None:
        """A password that was sent counts beside the old one; once used, it alone."""
        ring = self.ring(PasswordSet("CP1", GENERATED), CandidateSet("CP1", CHOSEN))
        self.assertEqual(self.status(ring, "CP1", KEY.encode()), 101)
        self.assertEqual(self.status(ring, "CP1", b"open sesame"), 101)
        self.assertEqual(self.status(ring, "CP1", KEY.encode()), 401)

    def test_changedMeanwhile(self) -> None:
        """What is changed in the store holds from the next connection on."""
        ring = self.ring(PasswordSet("CP1", GENERATED))
        self.assertEqual(self.status(ring, "CP1", KEY.encode()), 101)
        self.successResultOf(ring.store.changeAccess(PasswordSet("CP1", "")))
        self.assertEqual(self.status(ring, "CP1", KEY.encode()), 401)

    def test_unknownFirst(self) -> None:
        """Whom the site does not know gets 404 where it wants so, whatever the password."""
        ring = self.ring(PasswordSet("CP1", GENERATED), ocpp={"onboarding": "reject"})
        self.assertEqual(self.status(ring, "CP1", KEY.encode()), 404)

    def test_storeFails(self) -> None:
        """Where nobody can look passwords up, nobody is let in, and asked to come again."""
        ring = self.ring()
        self.patch(ring.store, "findAccess", lambda identity: fail(StoreFailed("gone")))
        self.assertEqual(self.status(ring, "CP1", b"x"), 503)


class WaitingTests(BasicCase):
    """What happens while a password is being hashed."""

    def setUp(self) -> None:
        self.hashes: list[tuple[Deferred[Any], Any]] = []
        self.waiting = self.ring(PasswordSet("CP1", CHOSEN))
        self.waiting.central.hashing.use(self.later)

    def later(self, function: Any, *arguments: Any) -> Deferred[Any]:
        done: Deferred[Any] = Deferred()
        self.hashes.append((done, lambda: function(*arguments)))
        return done

    def hash(self) -> None:
        done, work = self.hashes.pop(0)
        maybeDeferred(work).chainDeferred(done)
        self.waiting.flush()

    def test_waits(self) -> None:
        """There is no answer before the hash, and nothing more is read meanwhile."""
        chargePoint = self.attempt(self.waiting, basic("CP1", b"open sesame"))
        chargePoint.write(b"x" * 100_000)
        self.assertEqual((chargePoint.status, chargePoint.waiting), (0, 100_000))
        self.hash()
        self.assertEqual(chargePoint.status, 101)

    def test_noHurry(self) -> None:
        """Who waits for us to check a password is not dropped for that, but in the end."""
        chargePoint = self.attempt(self.waiting, basic("CP1", b"open sesame"))
        self.waiting.advance(connections.INTRODUCTION + 1)
        self.assertFalse(chargePoint.transport.disconnecting)
        self.hash()
        self.assertEqual(chargePoint.status, 101)
        self.waiting.advance(1)
        late = self.attempt(self.waiting, basic("CP1", b"open sesame"))
        self.waiting.advance(connections.DECIDING + 1)
        self.assertTrue(late.transport.disconnecting)

    def test_guessesAtOnce(self) -> None:
        """A hundred guesses at once are three that are checked, whoever else waits."""
        guesses = [
            self.attempt(self.waiting, basic("CP1", b"guess %d" % number)) for number in range(100)
        ]
        self.assertEqual([one.status for one in guesses], [0, 0, 0, *(503,) * 97])
        self.assertTrue(guesses[3].header("Retry-After"))
        while self.hashes:
            self.hash()
        self.assertEqual([one.status for one in guesses[:3]], [401] * 3)
        self.attempt(self.waiting, basic("CP1", b"open sesame"))
        self.hash()
        self.assertTrue(self.waiting.record().link.connected)
        self.assertEqual(dict(self.waiting.central.reception.authenticating.checking), {})

    def test_behindAProxy(self) -> None:
        """
        One that holds many half requests open through a proxy, or many that wait for a hash, keeps
        out nobody else who comes through it: who has said its address is counted by that.
        """
        self.patch(connections, "MOST_HANDSHAKES", 20)
        proxy = "192.0.2.1"
        self.waiting.factory.listener = attrs.evolve(BASIC, proxies=(ip_network(proxy),))

        def attempt(number: int, host: str) -> RawChargePoint:
            change = PasswordSet(f"CP{number}", CHOSEN)
            self.successResultOf(self.waiting.store.changeAccess(change))
            one = self.waiting.dial(proxy)
            credentials = basic(f"CP{number}", b"open sesame")
            one.shakeHands(f"/CP{number}", "ocpp1.6", credentials, f"X-Forwarded-For: {host}")
            return one

        fleet = [attempt(number, f"203.0.113.{number}") for number in range(1, 6)]
        greedy = [attempt(number, "203.0.113.66") for number in range(10, 30)]
        silent = [self.waiting.dial(proxy) for _ in range(30)]
        self.assertFalse(any(one.isClosed for one in fleet))
        self.waiting.flush()
        while self.hashes:
            self.hash()
        self.assertEqual([one.status for one in fleet], [101] * 5)
        self.assertTrue(any(one.isClosed for one in silent))
        self.assertTrue(any(one.isClosed for one in greedy))

    def test_goneMeanwhile(self) -> None:
        """Who leaves before the hash is done is not connected afterwards."""
        chargePoint = self.attempt(self.waiting, basic("CP1", b"open sesame"))
        chargePoint.vanish()
        self.hash()
        self.assertEqual(dict(self.waiting.registry.chargePoints), {})
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_disabledMeanwhile(self) -> None:
        """What changed while the password was checked counts."""
        chargePoint = self.attempt(self.waiting, basic("CP1", b"open sesame"))
        self.waiting.central.configuration = configured(ocpp={"onboarding": "reject"})
        self.hash()
        self.assertEqual(chargePoint.status, 404)

    def test_queueIsBounded(self) -> None:
        """Beyond a number of waiting ones there is 503, at once; generated keys need no turn."""
        self.patch(hashing, "MOST_WAITING", 2)
        change = PasswordSet("CP9", GENERATED)
        self.successResultOf(self.waiting.store.changeAccess(change))
        attempts = [self.attempt(self.waiting, basic("CP1", b"open sesame")) for _ in range(3)]
        self.assertEqual([one.status for one in attempts], [0, 0, 503])
        self.assertTrue(attempts[2].header("Retry-After"))
        self.assertEqual(self.status(self.waiting, "CP9", KEY.encode(), "/CP9"), 101)
        self.hash()
        self.assertEqual(attempts[0].status, 101)
        self.assertEqual(self.waiting.central.hashing.waiting, 1)

    def test_ourMistake(self) -> None:
        """A mistake of ours ends in 500 and a log, not in silence."""
        chargePoint = self.attempt(self.waiting, basic("CP1", b"open sesame"))
        done, _ = self.hashes.pop()
        done.errback(ZeroDivisionError("inner words"))
        self.waiting.flush()
        self.assertEqual(chargePoint.status, 500)
        self.assertNotIn(b"inner words", chargePoint.body)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)


class ProfileTests(BasicCase):
    """Which security profile a charge point has to use."""

    def test_plainAsksNothing(self) -> None:
        """A listener with profile 0 asks for no password, and minds none."""
        ring = self.ring(PasswordSet("CP1", GENERATED), listener=ListenerTable("tcp:0"))
        self.assertEqual(self.attempt(ring).status, 101)
        self.assertEqual(self.status(ring, "CP1", b"wrong"), 101)

    def test_noWayBack(self) -> None:
        """One that connected with a higher profile is refused with a lower one (A05.FR.09)."""
        ring = self.ring(PasswordSet("CP1", GENERATED))
        self.assertEqual(self.status(ring, "CP1", KEY.encode()), 101)
        ring.factory = ring.central.factory()
        with capturedLogs() as events:
            refused = self.attempt(ring)
        self.assertEqual(refused.status, 403)
        self.assertEqual(events[0]["securityEvent"], "SecurityProfileTooLow")
        self.assertEqual(self.attempt(ring, target="/CP2").status, 101)

    def test_reachedLongAgo(self) -> None:
        """Also after a restart, because the store has it."""
        ring = self.ring(ProfileReached("CP1", 2), PasswordSet("CP1", GENERATED))
        self.assertEqual(self.status(ring, "CP1", KEY.encode()), 403)

    def test_attemptsDoNotRaise(self) -> None:
        """Nobody can lock a charge point out by knocking at a higher port in its name."""
        ring = self.ring(PasswordSet("CP1", GENERATED))
        self.assertEqual(self.status(ring, "CP1", b"wrong"), 401)
        ring.factory = ring.central.factory()
        self.assertEqual(self.attempt(ring).status, 101)

    def test_leastByConfiguration(self) -> None:
        """The file may want a profile of a charge point from the first connection on."""
        configuration = configured(ChargePointTable("CP1", securityProfile=1))
        ring = Ring(self, configuration)
        self.assertEqual(self.attempt(ring).status, 403)


class PrefixTests(BasicCase):
    """C9: two sites with the same identities."""

    def test_C9_identityPrefix(self) -> None:
        """The listener's prefix makes them different charge points, everywhere."""
        ring = self.ring(listener=ListenerTable("tcp:0", identityPrefix="north/"))
        self.assertEqual(self.attempt(ring).status, 101)
        self.assertEqual(ring.record("north/CP1").identity, "north/CP1")

    def test_C9_user(self) -> None:
        """The user is what the charge point calls itself, with or without the prefix."""
        listener = ListenerTable("tcp:0", 1, identityPrefix="north-")
        ring = self.ring(PasswordSet("north-CP1", GENERATED), listener=listener)
        self.assertEqual(self.status(ring, "CP1", KEY.encode()), 101)
        self.assertEqual(self.status(ring, "north-CP1", KEY.encode()), 101)
        self.assertEqual(self.status(ring, "south-CP1", KEY.encode()), 401)

    def test_C9_length(self) -> None:
        """The whole of it is as limited as an identity is."""
        ring = self.ring(listener=ListenerTable("tcp:0", identityPrefix="n" * 100))
        self.assertEqual(self.attempt(ring, target="/" + "x" * 200).status, 404)


class RateTests(SynchronousTestCase):
    """C11: one address cannot keep the gateway busy."""

    def test_C11_addressIsLimited(self) -> None:
        """Beyond its rate an address is dropped without a word; others are not concerned."""
        ring = Ring(self, configured(ocpp={"handshakeRate": 1}))
        dialled = [ring.dial() for _ in range(int(BURST) + 1)]
        ring.flush()
        self.assertEqual([one.isClosed for one in dialled], [False] * int(BURST) + [True])
        self.assertFalse(ring.dial("192.0.2.2").isClosed)
        self.assertIn("too many", ring.central.refusals.last)
        ring.advance(1)
        again = ring.dial()
        again.shakeHands()
        self.assertEqual(again.status, 101)

    def test_networkIsLimited(self) -> None:
        """All addresses that one subscriber of IPv6 has count as one."""
        ring = Ring(self, configured(ocpp={"handshakeRate": 1}))
        dialled = [ring.dial(f"2001:db8::{number:x}") for number in range(1, int(BURST) + 2)]
        ring.flush()
        self.assertEqual([one.isClosed for one in dialled], [False] * int(BURST) + [True])
        self.assertFalse(ring.dial("2001:db8:0:1::1").isClosed)

    def test_noLimit(self) -> None:
        """0 counts nothing."""
        ring = Ring(self, configured(ocpp={"handshakeRate": 0}))
        for _ in range(50):
            self.assertTrue(ring.central.reception.mayKnock("192.0.2.1"))

    def test_C11_hammering(self) -> None:
        """An unknown identity that hammers costs one log line a minute, and a counter."""
        ring = Ring(self, configured(ocpp={"onboarding": "reject"}))
        with capturedLogs() as events:
            for _ in range(90):
                ring.dial().shakeHands("/nobody")
                ring.advance(1)
        told = [event["more"] for event in events if "target" in event]
        self.assertEqual(told, [0, 59])
        self.assertEqual(ring.central.refusals.count, 90)
