"""Tests of sessions: who is let in, and how long a session lasts."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.access.roles import Role
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.security.security import Security
from ocppgw.uaserver.sessions.identity import Identities
from ocppgw.uaserver.settings import ServerSettings
from tests.conformance import shows
from tests.uaserver.pki import serverIdentity
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import FaultReceived, WireClient, World, password

TEXT = nodeId("Toy/Text")
CLOSED_SERVICES = (
    "Read", "Write", "Browse", "BrowseNext", "Call", "HistoryRead", "CreateSubscription",
    "CreateMonitoredItems", "Publish", "Republish", "TranslateBrowsePathsToNodeIds",
    "RegisterNodes", "DeleteSubscriptions", "AddNodes", "SetTriggering", "Cancel",
)  # fmt: skip


def worldWith(**limits: int) -> World:
    """A server with other limits than usual."""
    return World(ServerSettings(limits=evolve(Limits(), **limits)))


class SessionCase(TestCase):
    def setUp(self) -> None:
        self.world = World()

    def dial(self) -> WireClient:
        """A client with a secure channel."""
        client = self.world.dial()
        client.hello()
        client.open()
        return client

    def refused(self, code: str, act: Any, *args: Any) -> None:
        """Something is answered with a fault."""
        fault = self.assertRaises(FaultReceived, act, *args)
        self.assertEqual(ua.StatusCode(fault.code).name, code)


class AccessTests(SessionCase):
    def test_CVE_2023_26150_noServiceWithoutActivation(self) -> None:
        """A session that was created but not activated gives access to nothing."""
        client = self.dial()
        client.createSession()
        for name in CLOSED_SERVICES:
            request = getattr(ua, f"{name}Request")()
            self.refused("BadSessionNotActivated", client.ask, request)

    def test_noServiceWithoutSession(self) -> None:
        """Without a session every service but discovery is refused, and each is answered."""
        client = self.dial()
        for name in CLOSED_SERVICES:
            request = getattr(ua, f"{name}Request")()
            self.refused("BadSessionIdInvalid", client.ask, request)

    def test_discoveryWithoutSession(self) -> None:
        """GetEndpoints and FindServers need no session."""
        client = self.dial()
        self.assertEqual(len(client.ask(ua.GetEndpointsRequest()).Endpoints), 7)
        self.assertEqual(len(client.ask(ua.FindServersRequest()).Servers), 1)

    @shows(
        "AddNodes",
        "AddReferences",
        "DeleteNodes",
        "DeleteReferences",
        "QueryFirst",
        "QueryNext",
        "HistoryUpdate",
    )
    def test_unknownService(self) -> None:
        """A service that is not offered is answered with BadServiceUnsupported."""
        client = self.world.client()
        for name in ("AddNodes", "QueryFirst", "DeleteNodes", "HistoryUpdate"):
            request = getattr(ua, f"{name}Request")()
            self.refused("BadServiceUnsupported", client.ask, request)

    def test_tokensAreUnpredictable(self) -> None:
        """Authentication tokens are 32 random bytes."""
        tokens = {self.world.client().token.Identifier for _ in range(3)}
        self.assertEqual(len(tokens), 3)
        self.assertEqual({len(token) for token in tokens}, {32})

    def test_tokenIsBoundToItsChannel(self) -> None:
        """Somebody else's token is worth nothing on another channel."""
        victim, thief = self.world.client(), self.dial()
        thief.token = victim.token
        self.refused("BadSecureChannelIdInvalid", thief.read, TEXT)
        self.refused("BadSecureChannelIdInvalid", thief.ask, ua.CloseSessionRequest())
        self.assertEqual(victim.read(TEXT).Value.Value, "text")

    def test_notActivatedSessionStaysWithItsChannel(self) -> None:
        """A session can be taken to another channel only after it was activated once."""
        first, second = self.dial(), self.dial()
        first.createSession()
        second.token = first.token
        self.refused("BadSecureChannelIdInvalid", second.activate)

    @shows("Session General Service Behaviour")
    def test_requestHandleAndTimestamp(self) -> None:
        """A response carries the handle of its request and the time, a fault likewise."""
        client = self.world.client()
        request = ua.ReadRequest()
        number = client.send(request)
        header = client.take(number).ResponseHeader
        self.assertEqual(header.RequestHandle, request.RequestHeader.RequestHandle)
        self.assertEqual(header.Timestamp, self.world.now().replace(tzinfo=None))
        self.assertEqual(header.ServiceResult.name, "BadNothingToDo")

    def test_undecodableRequest(self) -> None:
        """A request that cannot be decoded is answered with a fault, and the channel goes on."""
        client = self.world.client()
        request = ua.ReadRequest()
        request.RequestHeader.AuthenticationToken = client.token
        data = bytearray(client.chunks(request))
        data[-4:] = (1000).to_bytes(4, "little")
        client.feed(bytes(data))
        fault = client.take(client._requestId)
        self.assertEqual(fault.ResponseHeader.ServiceResult.name, "BadDecodingError")
        self.assertEqual(client.read(TEXT).Value.Value, "text")


class LifeTests(SessionCase):
    def test_timeoutIsRevised(self) -> None:
        """The session timeout is kept within bounds, also when it is no number."""
        for asked, given in ((1.0, 10_000), (1e12, 3_600_000), (0.0, 60_000), (-5.0, 60_000),
                             (float("nan"), 60_000), (30_000.0, 30_000)):  # fmt: skip
            revised = self.dial().createSession(asked).RevisedSessionTimeout
            self.assertEqual(revised, given)

    def test_timeout(self) -> None:
        """A session ends when nothing was asked for that long, and not before."""
        client = self.world.client()
        self.world.clock.advance(59)
        client.read(TEXT)
        self.world.clock.advance(59)
        client.read(TEXT)
        self.world.clock.advance(61)
        self.refused("BadSessionIdInvalid", client.read, TEXT)
        self.assertEqual(len(self.world.core.sessions), 0)

    def test_timeoutAfterOddTimes(self) -> None:
        """However the times of its requests are rounded, its end comes and the server goes on."""
        client = self.world.client()
        for step in (0.1, 0.7, 1 / 3, 1e-9, 0.05):
            self.world.clock.advance(step)
            client.read(nodeId("Toy/Text"))
        for _ in range(700):
            self.world.clock.advance(0.1)
        self.assertEqual(len(self.world.core.sessions), 0)

    def test_outlivesItsChannel(self) -> None:
        """After its connection broke, a session goes on on another channel."""
        client = self.world.client()
        client.lose()
        again = self.dial()
        again.token = client.token
        self.refused("BadSecureChannelIdInvalid", again.read, TEXT)
        again.activate()
        self.assertEqual(again.read(TEXT).Value.Value, "text")

    def test_notActivatedEndsWithItsChannel(self) -> None:
        """A session that was never activated goes with its connection."""
        client = self.dial()
        client.createSession()
        client.lose()
        self.assertEqual(len(self.world.core.sessions), 0)

    def test_closeSession(self) -> None:
        """After CloseSession the token is worth nothing."""
        client = self.world.client()
        client.ask(ua.CloseSessionRequest())
        self.refused("BadSessionIdInvalid", client.read, TEXT)

    @shows("CloseSession")
    def test_closeNotActivated(self) -> None:
        """
        A session that was never activated is closed by the channel that made it, and by no other;
        CloseSession is the one service beside ActivateSession that it answers to.
        """
        client, other = self.dial(), self.dial()
        client.createSession()
        other.token = client.token
        self.refused("BadSecureChannelIdInvalid", other.ask, ua.CloseSessionRequest())
        self.assertEqual(len(self.world.core.sessions), 1)
        client.ask(ua.CloseSessionRequest())
        self.assertEqual(len(self.world.core.sessions), 0)
        self.refused("BadSessionIdInvalid", client.ask, ua.CloseSessionRequest())

    def test_twoSessionsOnOneChannel(self) -> None:
        """One channel may carry several sessions; each has its own token."""
        client = self.world.client()
        first = client.token
        client.createSession()
        client.activate()
        self.assertEqual(client.read(TEXT).Value.Value, "text")
        client.token = first
        self.assertEqual(client.read(TEXT).Value.Value, "text")

    @shows("Session Base", "Session Minimum 50 Parallel")
    def test_tooManySessions(self) -> None:
        """Sessions beyond the limit are refused; those that exist are not touched."""
        self.world = worldWith(sessions=2)
        first = self.world.client()
        self.world.client()
        self.refused("BadTooManySessions", self.dial().createSession)
        self.assertEqual(first.read(TEXT).Value.Value, "text")

    def test_whoNeverActivatesGivesWay(self) -> None:
        """Sessions that are only created cannot keep others out."""
        self.world = worldWith(unactivatedSessions=3)
        client = self.dial()
        for _ in range(10):
            client.createSession()
        self.assertEqual(len(self.world.core.sessions), 3)

    def test_nonceIsNew(self) -> None:
        """Each activation is given another nonce of 32 bytes."""
        client = self.dial()
        nonces = [client.createSession().ServerNonce]
        nonces += [client.activate().Parameters.ServerNonce for _ in range(2)]
        self.assertEqual(len(set(nonces)), 3)
        self.assertEqual({len(nonce) for nonce in nonces}, {32})


class IdentityTests(SessionCase):
    def test_anonymousByAddress(self) -> None:
        """What an anonymous user may do depends on where the connection comes from."""
        self.world = World(ServerSettings(anonymousRemote=Role.observer))
        near, far = self.world.client("127.0.0.1"), self.world.client("192.0.2.7")
        secret = nodeId("Toy/Secret")
        self.assertEqual(near.read(secret).Value.Value, "secret")
        self.assertEqual(far.read(secret).StatusCode.name, "BadUserAccessDenied")

    def test_anonymousFromAfarIsRefused(self) -> None:
        """By default nobody is anonymous from another machine."""
        self.refused("BadIdentityTokenRejected", self.world.client, "192.0.2.7")
        self.assertEqual(self.world.client("::1").read(TEXT).Value.Value, "text")
        self.assertEqual(self.world.client("::ffff:127.0.0.1").read(TEXT).Value.Value, "text")

    def test_endpointsTellWhatIsAccepted(self) -> None:
        """The token policies of an endpoint are those that this client could use."""
        kinds = ua.UserTokenType

        def offered(host: str) -> list[Any]:
            client = self.world.dial(host)
            client.hello()
            client.open()
            endpoint = client.ask(ua.GetEndpointsRequest()).Endpoints[0]
            return [each.TokenType for each in endpoint.UserIdentityTokens]

        self.assertEqual(offered("127.0.0.1"), [kinds.Anonymous])
        self.assertEqual(offered("192.0.2.7"), [])
        self.world = World(authenticate=lambda *args: None)
        self.assertEqual(offered("127.0.0.1"), [kinds.Anonymous, kinds.UserName])
        self.assertEqual(offered("192.0.2.7"), [kinds.UserName])
        self.world = World(recognise=lambda certificate: None)
        self.assertEqual(offered("192.0.2.7"), [kinds.Certificate])

    def test_endpointsFollowTheUsers(self) -> None:
        """A kind of token is offered from when a user has one until no user has."""
        offered = [(False, False)]
        identities = Identities(
            ServerSettings(), Security(serverIdentity()), lambda *args: None,
            lambda certificate: None, lambda: offered[0],
        )  # fmt: skip
        for offered[0], kinds in (
            ((False, False), []),
            ((True, False), [ua.UserTokenType.UserName]),
            ((False, True), [ua.UserTokenType.Certificate]),
        ):
            policies = identities.policies("192.0.2.7:1", None)
            self.assertEqual([each.TokenType for each in policies], kinds)

    def test_unknownTokens(self) -> None:
        """Tokens of a kind that is not offered are refused."""
        issued, certificate = ua.IssuedIdentityToken(), ua.X509IdentityToken()
        self.refused("BadIdentityTokenInvalid", self.world.client, "127.0.0.1", issued)
        self.refused("BadIdentityTokenRejected", self.world.client, "127.0.0.1", certificate)


class PasswordTests(SessionCase):
    def setUp(self) -> None:
        self.asked: list[Any] = []
        self.world = World(authenticate=lambda *args: self.asked.append(args))
        self.client = self.dial()
        self.client.createSession()

    def begin(self, user: str = "anna", secret: bytes = b"secret") -> int:
        """Ask for activation with a password; gives the request id."""
        request = ua.ActivateSessionRequest()
        request.Parameters.UserIdentityToken = self.client.password(user, secret)
        return self.client.send(request)

    def test_accepted(self) -> None:
        """The session is activated when the password was checked, with the user's role."""
        number = self.begin()
        self.assertIsNone(self.client.take(number))
        userName, secret, peer, done = self.asked.pop()
        self.assertEqual((userName, secret), ("anna", b"secret"))
        self.assertEqual(peer, "127.0.0.1")
        self.refused("BadSessionNotActivated", self.client.read, TEXT)
        done(Role.observer)
        self.assertIsInstance(self.client.take(number), ua.ActivateSessionResponse)
        self.assertEqual(
            self.client.read(nodeId("Toy/Secret")).StatusCode.name, "BadUserAccessDenied"
        )

    def test_refused(self) -> None:
        """A wrong password leaves the session without access."""
        number = self.begin()
        self.asked.pop()[3]("wrong password")
        answer = self.client.take(number)
        self.assertEqual(answer.ResponseHeader.ServiceResult.name, "BadIdentityTokenRejected")
        self.refused("BadSessionNotActivated", self.client.read, TEXT)

    def test_roleNone(self) -> None:
        """A user with the role none is not let in."""
        number = self.begin()
        self.asked.pop()[3](Role.none)
        self.assertIsInstance(self.client.take(number), ua.ServiceFault)

    def test_oneCheckAtATime(self) -> None:
        """While a password is being checked, the same session cannot try another."""
        self.begin()
        number = self.begin()
        answer = self.client.take(number)
        self.assertEqual(answer.ResponseHeader.ServiceResult.name, "BadInvalidState")
        self.assertEqual(len(self.asked), 1)

    def test_goneMeanwhile(self) -> None:
        """A client that vanished while its password was checked leaves nothing behind."""
        self.begin()
        self.client.lose()
        self.asked.pop()[3](Role.engineer)
        self.assertEqual(len(self.world.core.sessions), 0)

    def test_changedUser(self) -> None:
        """The sessions of a user who changed or is gone end; those of others go on."""
        self.begin()
        self.asked.pop()[3](Role.engineer)
        other = self.world.client()
        self.world.core.sessions.closeOf(frozenset({"anna"}))
        self.refused("BadSessionIdInvalid", self.client.read, TEXT)
        self.assertEqual(other.read(TEXT).Value.Value, "text")

    def test_passwordInClear(self) -> None:
        """A password in clear is refused, unread, also on this machine."""
        self.refused("BadIdentityTokenInvalid", self.client.activate, password("anna", b"secret"))
        self.assertEqual(self.asked, [])

    def test_anotherUserOnAnotherChannel(self) -> None:
        """A session is taken over on another channel by its own user only."""
        self.begin()
        self.asked.pop()[3](Role.engineer)
        self.client.lose()
        thief = self.dial()
        thief.token = self.client.token
        self.refused("BadIdentityChangeNotSupported", thief.activate)

    @shows("Session Change User")
    def test_userChangesOnTheSameChannel(self) -> None:
        """On its own channel a session may go on for another user, with that user's rights."""
        self.client.activate()
        self.assertEqual(self.client.read(nodeId("Toy/Secret")).Value.Value, "secret")
        self.begin()
        self.asked.pop()[3](Role.observer)
        self.assertEqual(
            self.client.read(nodeId("Toy/Secret")).StatusCode.name, "BadUserAccessDenied"
        )
