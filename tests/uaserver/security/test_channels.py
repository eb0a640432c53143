"""Tests of secure channels: who gets one, and what ends it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.access.attempts import Attempt
from ocppgw.access.roles import Role
from ocppgw.uaserver.security.trustlist import TrustList
from ocppgw.uaserver.settings import ServerSettings
from tests.conformance import shows
from tests.uaserver.pki import BEGIN, Holder, holder, serverIdentity
from tests.uaserver.security.client import AFAR, ENCRYPT, SIGN, SecureClient, securedWorld
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import FaultReceived, World

TEXT = nodeId("Toy/Text")


class SecureCase(TestCase):
    """A server whose trust list has the usual client."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.trustList = TrustList(self.folder)
        self.trustList.prepare()
        self.trust(holder())
        self.world = securedWorld(self.trustList, recognise=None)

    def trust(self, who: Holder) -> None:
        """Put a certificate into the trust list."""
        name = f"{who.content.serial_number}.der"
        (self.folder / "trusted" / name).write_bytes(who.der)

    def forget(self, who: Holder) -> None:
        """Take it out of the trust list again."""
        (self.folder / "trusted" / f"{who.content.serial_number}.der").unlink()

    def client(self, who: Holder | None = None, mode: Any = ENCRYPT) -> SecureClient:
        """A client on another machine with a channel, as far as it got."""
        return SecureClient(self.world, who, mode).begin()

    def session(self, mode: Any = ENCRYPT) -> SecureClient:
        """A client on this machine with a session."""
        client = SecureClient(self.world, mode=mode, host="127.0.0.1").begin()
        client.createSession()
        client.activate()
        return client

    def fault(self, code: str, act: Any, *args: Any, **more: Any) -> None:
        """Something is answered with a fault."""
        fault = self.assertRaises(FaultReceived, act, *args, **more)
        self.assertEqual(ua.StatusCode(fault.code).name, code)


class OpenTests(SecureCase):
    @shows("OpenSecureChannel")
    def test_bothModes(self) -> None:
        """A trusted client works with Sign and with SignAndEncrypt."""
        for mode in (SIGN, ENCRYPT):
            self.assertEqual(self.session(mode).read(TEXT).Value.Value, "text")

    def test_encrypted(self) -> None:
        """With SignAndEncrypt nothing of a message can be read; with Sign all of it can."""
        for mode, readable in ((SIGN, True), (ENCRYPT, False)):
            client = self.session(mode)
            request = ua.ReadRequest()
            request.RequestHeader.AuthenticationToken = client.token
            self.assertEqual(client.token.Identifier in client.chunks(request), readable)

    def test_unknownClient(self) -> None:
        """
        Who is unknown is told no more than that security failed; the certificate is kept, and
        moving its file is all it takes to be trusted.
        """
        stranger = holder("stranger")
        self.assertEqual(self.client(stranger).ended, "BadSecurityChecksFailed")
        [kept] = (self.folder / "rejected").iterdir()
        self.assertEqual(kept.read_bytes(), stranger.der)
        kept.rename(self.folder / "trusted" / kept.name)
        self.assertEqual(self.client(stranger).ended, "")

    def test_someoneElsesCertificate(self) -> None:
        """A certificate without its key opens nothing, and is not even kept."""
        known, thief = holder("innocent"), holder("thief")
        client = self.client(Holder(known.content, thief.key))
        self.assertEqual(client.ended, "BadSecurityChecksFailed")
        self.assertEqual(list((self.folder / "rejected").iterdir()), [])

    def test_expired(self) -> None:
        """A trusted certificate serves no longer than it is valid, and not before."""
        day = timedelta(days=1)
        for who in (holder(end=BEGIN - day), holder(begin=BEGIN + day)):
            self.trust(who)
            self.assertEqual(self.client(who).ended, "BadCertificateTimeInvalid")

    def test_anotherServersCertificate(self) -> None:
        """A request that was meant for another certificate of ours is refused."""
        client = SecureClient(self.world)
        client.secure.security_policy.server_certificate = holder().der
        self.assertEqual(client.begin().ended, "BadCertificateInvalid")

    @shows("SecurityPolicy Basic128Rsa15 (withdrawn)", "SecurityPolicy Basic256 (withdrawn)")
    def test_policiesThatAreOff(self) -> None:
        """Deprecated and invented policies are refused by name."""
        for name in ("Basic256", "Basic128Rsa15", "Own"):
            client = SecureClient(self.world)
            policy = client.secure.security_policy
            policy.URI = f"http://opcfoundation.org/UA/SecurityPolicy#{name}"
            self.assertEqual(client.begin().ended, "BadSecurityPolicyRejected")

    def test_modes(self) -> None:
        """A policy cannot be used with mode None, nor with a mode that does not exist."""
        for mode in (ua.MessageSecurityMode.None_, ua.MessageSecurityMode.Invalid):
            client = SecureClient(self.world)
            client.mode = mode
            self.assertEqual(client.begin().ended, "BadSecurityModeRejected")

    def test_nonceOfTheClient(self) -> None:
        """A nonce of another length than the policy wants is refused."""
        for nonce in (b"", bytes(31), bytes(33)):
            client = SecureClient(self.world)
            client.hello()
            client.open(nonce=nonce)
            self.assertEqual(client.ended, "BadNonceInvalid")


class UnencryptedTests(SecureCase):
    def test_afar(self) -> None:
        """Without security another machine gets the endpoints, all of them secure, and no more."""
        client = self.world.dial(AFAR)
        client.hello()
        client.open()
        endpoints = client.ask(ua.GetEndpointsRequest()).Endpoints
        self.assertEqual(len(endpoints), 6)
        self.assertNotIn(1, [int(each.SecurityMode) for each in endpoints])
        self.fault("BadSecurityPolicyRejected", client.createSession)

    @shows("SecurityPolicy None, from this machine")
    def test_loopback(self) -> None:
        """On the same machine a session needs no security, and is told the certificate."""
        client = self.world.client()
        self.assertEqual(client.read(TEXT).Value.Value, "text")
        own = serverIdentity().certificate.der
        self.assertEqual(client.session.ServerCertificate, own)
        [plain] = [each for each in client.session.ServerEndpoints if each.SecurityMode == 1]
        self.assertEqual((plain.ServerCertificate, plain.SecurityLevel), (own, 0))

    def test_allowed(self) -> None:
        """A site may say that other machines need no security."""
        world = World(ServerSettings(anonymousRemote=Role.observer))
        self.assertEqual(world.client(AFAR).read(TEXT).Value.Value, "text")

    def test_sessionCannotLeaveItsMachine(self) -> None:
        """A session from here cannot be taken over from afar without security."""
        client = self.world.client()
        client.lose()
        thief = self.world.dial(AFAR)
        thief.hello()
        thief.open()
        thief.token = client.token
        self.fault("BadSecurityPolicyRejected", thief.activate)


class MessageTests(SecureCase):
    def setUp(self) -> None:
        super().setUp()
        self.secured = self.session()

    def read(self) -> bytes:
        """A Read as it goes over the wire."""
        request = ua.ReadRequest()
        request.RequestHeader.AuthenticationToken = self.secured.token
        return self.secured.chunks(request)

    def test_tampered(self) -> None:
        """A message of which one bit was changed, wherever, ends the channel."""
        for mode in (SIGN, ENCRYPT):
            size = len(self.read())
            for place in (8, 12, 16, 20, 24, size // 2, size - 1):
                self.secured = self.session(mode)
                data = bytearray(self.read())
                data[min(place, len(data) - 1)] ^= 1
                self.secured.feed(bytes(data))
                self.assertEqual(self.secured.ended, "BadSecurityChecksFailed", place)

    def test_replayed(self) -> None:
        """A message that comes twice ends the channel."""
        data = self.read()
        self.secured.feed(data)
        self.assertEqual(self.secured.ended, "")
        self.secured.feed(data)
        self.assertEqual(self.secured.ended, "BadSecurityChecksFailed")

    def test_outOfOrder(self) -> None:
        """A message that overtakes another one ends the channel."""
        self.read()
        self.secured.feed(self.read())
        self.assertEqual(self.secured.ended, "BadSecurityChecksFailed")

    def test_truncated(self) -> None:
        """A message that is shorter than it was made ends the channel, at whatever length."""
        for missing in (1, 16, 32, 40):
            self.secured = self.session()
            data = bytearray(self.read()[:-missing])
            data[4:8] = len(data).to_bytes(4, "little")
            self.secured.feed(bytes(data))
            self.assertEqual(self.secured.ended, "BadSecurityChecksFailed", missing)

    def test_unprotected(self) -> None:
        """A message without protection ends a protected channel."""
        plain = self.world.client()
        request = ua.ReadRequest()
        request.RequestHeader.AuthenticationToken = self.secured.token
        token = self.secured.secure.security_token
        plain.secure.security_token = token
        self.secured.feed(plain.chunks(request))
        self.assertEqual(self.secured.ended, "BadSecurityChecksFailed")


class RenewalTests(SecureCase):
    def setUp(self) -> None:
        super().setUp()
        self.secured = self.session()

    def renew(self) -> None:
        """Renew the token, and go on with the former one until `use`."""
        self.assertIsNotNone(self.secured.open(renew=True))

    def use(self) -> None:
        """Go on with the new token."""
        self.secured.secure.revolve_tokens()

    def works(self) -> None:
        """The client is served."""
        self.assertEqual(self.secured.read(TEXT).Value.Value, "text")

    def test_formerTokenServesOn(self) -> None:
        """Until the client uses the new token, the former one serves."""
        self.renew()
        self.works()
        self.use()
        self.works()

    def test_formerTokenEndsWithTheNewOne(self) -> None:
        """Once the new token was used, the former one ends the channel."""
        self.renew()
        secure = self.secured.secure
        former = secure.security_token
        self.use()
        self.works()
        secure.security_token = former
        request = ua.ReadRequest()
        self.secured.send(request)
        self.assertEqual(self.secured.ended, "BadSecurityChecksFailed")

    def test_formerTokenEndsInTime(self) -> None:
        """The former token serves no longer than a quarter beyond its own life."""
        client = SecureClient(self.world, host="127.0.0.1")
        client.hello()
        client.open(lifetime=20_000)
        client.createSession()
        client.activate()
        self.world.clock.advance(20)
        client.open(renew=True, lifetime=600_000)
        self.world.clock.advance(4)
        self.assertEqual(client.read(TEXT).Value.Value, "text")
        self.world.clock.advance(2)
        client.send(ua.ReadRequest())
        self.assertEqual(client.ended, "BadTcpSecureChannelUnknown")

    def test_manyRenewals(self) -> None:
        """A channel can be renewed again and again."""
        for _ in range(5):
            self.renew()
            self.use()
            self.works()

    def test_replayedRenewal(self) -> None:
        """A renewal that comes twice ends the channel."""
        sent: list[bytes] = []
        feed = self.secured.feed

        def keep(data: bytes) -> None:
            sent.append(data)
            feed(data)

        self.secured.feed = keep  # type: ignore[method-assign]
        self.renew()
        feed(sent[0])
        self.assertEqual(self.secured.ended, "BadSecurityChecksFailed")

    def test_sameNonce(self) -> None:
        """A renewal needs a new nonce, or the keys would not change."""
        self.secured.open(renew=True, nonce=b"\1" * 32)
        self.assertEqual(self.secured.ended, "BadNonceInvalid")

    def test_judgedAgain(self) -> None:
        """Who is trusted no more gets no other token, and the log and the audit trail have it."""
        told: list[Attempt] = []
        self.world.security.tell = told.append
        self.forget(holder())
        self.secured.open(renew=True)
        self.assertEqual(self.secured.ended, "BadSecurityChecksFailed")
        self.assertEqual(
            [(one.what, one.status) for one in told], [("SecureChannel", "BadCertificateUntrusted")]
        )

    def test_expiredMeanwhile(self) -> None:
        """A certificate that expired since the channel was opened gets no other token."""
        self.world.clock.advance(10)
        brief = holder("brief", end=BEGIN + timedelta(seconds=20))
        self.trust(brief)
        client = SecureClient(self.world, brief, host="127.0.0.1").begin()
        client.open(renew=True)
        self.assertEqual(client.ended, "")
        self.world.clock.advance(15)
        client.open(renew=True)
        self.assertEqual(client.ended, "BadCertificateTimeInvalid")

    def test_anotherMode(self) -> None:
        """A renewal cannot weaken the channel."""
        self.secured.mode = SIGN
        self.secured.open(renew=True)
        self.assertEqual(self.secured.ended, "BadSecurityChecksFailed")

    def test_anotherClient(self) -> None:
        """Nobody but its client can renew a channel."""
        stranger = holder("stranger")
        self.trust(stranger)
        thief = SecureClient(self.world, stranger, host="127.0.0.1")
        self.secured.secure.security_policy.asymmetric_cryptography = (
            thief.policy().asymmetric_cryptography
        )
        self.secured.open(renew=True)
        self.assertEqual(self.secured.ended, "BadSecurityChecksFailed")
