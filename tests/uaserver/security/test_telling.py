"""What the OPC UA side tells the audit trail: who came in, and who was refused what, and why."""

from __future__ import annotations

from typing import Any

from opcua import ua
from twisted.logger import LogLevel, capturedLogs

from ocppgw.access.attempts import ACCEPTED, LOG_IN, Attempt
from ocppgw.access.roles import Role
from tests.uaserver.pki import holder
from tests.uaserver.security.client import AFAR, SecureClient, securedWorld
from tests.uaserver.security.test_channels import SecureCase
from tests.uaserver.services.test_calling import call, callRequest
from tests.uaserver.services.test_history import readAll
from tests.uaserver.services.test_writing import writeRequest, writeValue
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import readValueId


class TellingTests(SecureCase):
    """One attempt for each, without a secret."""

    def setUp(self) -> None:
        super().setUp()
        self.asked: list[Any] = []
        self.told: list[Attempt] = []
        self.world = securedWorld(
            self.trustList,
            authenticate=lambda *args: self.asked.append(args),
            recognise=lambda certificate: None,
        )
        self.world.security.tell = self.told.append

    def connected(self) -> SecureClient:
        client = SecureClient(self.world).begin()
        client.createSession()
        return client

    def begin(self, client: SecureClient, token: Any) -> int:
        request = ua.ActivateSessionRequest()
        request.Parameters.UserIdentityToken = token
        request.Parameters.ClientSignature.Signature = client.signed(client.who)
        return client.send(request)

    def logIn(self, answer: Role | str, user: str = "anna") -> SecureClient:
        client = self.connected()
        self.present(client, user, answer)
        return client

    def present(self, client: SecureClient, user: str, answer: Role | str) -> None:
        """The client's session is asked for by this user, and gets this answer."""
        number = self.begin(client, client.password(user, b"secret"))
        self.asked.pop()[3](answer)
        response = client.take(number)
        if isinstance(response, ua.ActivateSessionResponse):
            client.nonce = response.Parameters.ServerNonce

    def one(self) -> Attempt:
        [attempt] = self.told
        self.assertNotIn("secret", f"{attempt}")
        self.assertEqual((attempt.host, attempt.origin), (AFAR, "opcua"))
        return attempt

    def test_accepted(self) -> None:
        """A log-in that succeeded is told with the user's name."""
        self.logIn(Role.operator)
        self.assertEqual(self.one(), Attempt(LOG_IN, ACCEPTED, AFAR, "anna"))

    def test_anonymous(self) -> None:
        """So is a session without a user."""
        self.world.client("127.0.0.1")
        self.assertEqual(self.told, [Attempt(LOG_IN, ACCEPTED, "127.0.0.1", "anonymous")])

    def test_wrongPassword(self) -> None:
        """A refused one is told with the name that was given, the code, and the reason."""
        self.logIn("wrong password")
        expected = Attempt(LOG_IN, "BadIdentityTokenRejected", AFAR, "anna", "wrong password")
        self.assertEqual(self.one(), expected)

    def test_anonymousFromAfar(self) -> None:
        """Who gives no name where one is needed is told as anonymous."""
        client = self.connected()
        self.fault("BadIdentityTokenRejected", client.activate)
        attempt = self.one()
        self.assertEqual((attempt.user, attempt.why), ("anonymous", "anonymous is not accepted"))

    def test_replayed(self) -> None:
        """A password that was not encrypted for this session is told."""
        client = self.connected()
        client.take(self.begin(client, client.password("anna", b"secret", bytes(32))))
        self.assertEqual((self.one().what, self.one().user), (LOG_IN, "anna"))

    def test_certificateOfAUser(self) -> None:
        """A user's certificate that is refused is told with the code."""
        client, token = self.connected(), ua.X509IdentityToken()
        token.PolicyId, token.CertificateData = "certificate", holder("stranger").der
        self.fault("BadUserSignatureInvalid", client.activate, token)
        self.assertEqual(self.one().status, "BadUserSignatureInvalid")
        self.assertIn("stranger", self.one().why)

    def test_certificateOfAClient(self) -> None:
        """A client whose certificate is not trusted is told with the true reason."""
        client = SecureClient(self.world, holder("stranger"))
        client.hello()
        client.open()
        attempt = self.one()
        self.assertEqual(
            (attempt.what, attempt.status), ("OpenSecureChannel", "BadCertificateUntrusted")
        )
        self.assertIn("stranger", attempt.why)

    def test_application(self) -> None:
        """A client that says to be another application is told."""
        client = SecureClient(self.world).begin()
        client.uri = "urn:other"
        self.fault("BadCertificateUriInvalid", client.createSession)
        self.assertEqual(self.one().what, "CreateSession")

    def test_write(self) -> None:
        """A Write for which the user lacks the role is told with the node."""
        client = self.logIn(Role.observer)
        self.told.clear()
        client.ask(writeRequest(writeValue("Toy/Name")))
        attempt = self.one()
        self.assertEqual((attempt.what, attempt.user), ("Write", "anna"))
        self.assertIn("Toy/Name", attempt.why)

    def test_call(self) -> None:
        """A Call for which the user lacks the role is told with object and method."""
        client = self.logIn(Role.observer)
        self.told.clear()
        client.ask(callRequest(call("Toy/Guarded")))
        attempt = self.one()
        self.assertEqual((attempt.what, attempt.status), ("Call", "BadUserAccessDenied"))
        self.assertIn("Toy/Guarded", attempt.why)

    def test_read(self) -> None:
        """A Read of what only others may see is told, and its neighbours are not."""
        client = self.logIn(Role.observer)
        self.told.clear()
        request = ua.ReadRequest()
        paths = ("Toy/Text", "Toy/Secret")
        request.Parameters.NodesToRead = [readValueId(nodeId(path)) for path in paths]
        client.ask(request)
        attempt = self.one()
        self.assertEqual((attempt.what, attempt.status), ("Read", "BadUserAccessDenied"))
        self.assertIn("Toy/Secret", attempt.why)

    def test_historyRead(self) -> None:
        """So is a HistoryRead."""
        client = self.logIn(Role.observer)
        self.told.clear()
        request, asked = ua.HistoryReadRequest(), ua.HistoryReadValueId()
        asked.NodeId = nodeId("Toy/Secret")
        request.Parameters.HistoryReadDetails = readAll()
        request.Parameters.ReleaseContinuationPoints = False
        request.Parameters.NodesToRead.append(asked)
        request.Parameters.TimestampsToReturn = ua.TimestampsToReturn.Both
        [result] = client.ask(request).Results
        self.assertEqual(result.StatusCode.name, "BadUserAccessDenied")
        self.assertEqual((self.one().what, self.one().user), ("HistoryRead", "anna"))

    def monitored(self, client: SecureClient, *paths: str) -> int:
        """A subscription with an item on each of these nodes; its identifier."""
        request = ua.CreateMonitoredItemsRequest()
        asked = request.Parameters
        created = client.ask(ua.CreateSubscriptionRequest())
        asked.SubscriptionId = int(created.Parameters.SubscriptionId)
        for path in paths:
            item = ua.MonitoredItemCreateRequest()
            item.ItemToMonitor = readValueId(nodeId(path))
            item.RequestedParameters.Filter = None
            asked.ItemsToCreate.append(item)
        client.ask(request)
        return int(asked.SubscriptionId)

    def test_createMonitoredItems(self) -> None:
        """An item on what only others may see is told, though it is made; its neighbour is not."""
        client = self.logIn(Role.observer)
        self.told.clear()
        self.monitored(client, "Toy/Text", "Toy/Secret")
        attempt = self.one()
        self.assertEqual(
            (attempt.what, attempt.status), ("CreateMonitoredItems", "BadUserAccessDenied")
        )
        self.assertEqual((attempt.user, "Toy/Secret" in attempt.why), ("anna", True))

    def test_itemsOfAnotherUser(self) -> None:
        """So is an item whose session goes on for a user who may not see it."""
        client = self.logIn(Role.operator)
        self.monitored(client, "Toy/Text", "Toy/Secret")
        self.told.clear()
        self.present(client, "bert", Role.observer)
        told = [(each.what, each.status, each.user) for each in self.told]
        expected = ("CreateMonitoredItems", "BadUserAccessDenied", "bert")
        self.assertEqual(told, [(LOG_IN, ACCEPTED, "bert"), expected])

    def test_transferSubscriptions(self) -> None:
        """Who wants somebody else's subscription is told with its number."""
        number = self.monitored(self.logIn(Role.operator), "Toy/Text")
        thief = self.logIn(Role.operator, "bert")
        self.told.clear()
        request = ua.TransferSubscriptionsRequest()
        request.Parameters.SubscriptionIds = [number]
        [result] = thief.ask(request).Parameters.Results
        self.assertEqual(result.StatusCode.name, "BadUserAccessDenied")
        attempt = self.one()
        self.assertEqual((attempt.what, attempt.user), ("TransferSubscriptions", "bert"))
        self.assertIn(str(number), attempt.why)

    def test_serverMethod(self) -> None:
        """So is who asks for the items of somebody else's subscription."""
        number = self.monitored(self.logIn(Role.operator), "Toy/Text")
        thief = self.logIn(Role.operator)
        self.told.clear()
        asked = ua.CallMethodRequest()
        asked.ObjectId = ua.NodeId(ua.ObjectIds.Server)
        asked.MethodId = ua.NodeId(ua.ObjectIds.Server_GetMonitoredItems)
        asked.InputArguments = [ua.Variant(number, ua.VariantType.UInt32)]
        [result] = thief.ask(callRequest(asked)).Results
        self.assertEqual(result.StatusCode.name, "BadUserAccessDenied")
        self.assertEqual((self.one().what, str(number) in self.one().why), ("Call", True))

    def test_noSession(self) -> None:
        """
        A request in no session is told, whichever it is, and also CloseSession; but no warning
        is logged, because everybody who reconnects does that.
        """
        client = SecureClient(self.world).begin()
        for request in (ua.ReadRequest(), ua.CloseSessionRequest(), ua.ActivateSessionRequest()):
            self.told.clear()
            with capturedLogs() as events:
                self.fault("BadSessionIdInvalid", client.ask, request)
            self.assertEqual(
                (self.one().what, self.one().status), ("Session", "BadSessionIdInvalid")
            )
            self.assertEqual(events, [])

    def test_notActivated(self) -> None:
        """So is one in a session without a user."""
        client = self.connected()
        with capturedLogs() as events:
            self.fault("BadSessionNotActivated", client.read, nodeId("Toy/Text"))
        self.assertEqual(events, [])
        self.assertEqual(
            (self.one().what, self.one().status), ("Session", "BadSessionNotActivated")
        )

    def test_tokenOfAnotherChannel(self) -> None:
        """So is one that has the token of somebody else's session; that is worth a warning."""
        victim, thief = self.logIn(Role.operator), SecureClient(self.world).begin()
        self.told.clear()
        thief.token = victim.token
        with capturedLogs() as events:
            self.fault("BadSecureChannelIdInvalid", thief.read, nodeId("Toy/Text"))
        self.assertEqual([each["log_level"] for each in events], [LogLevel.warn])
        attempt = self.one()
        self.assertEqual((attempt.what, attempt.status), ("Session", "BadSecureChannelIdInvalid"))

    def test_tampered(self) -> None:
        """A message that was changed on its way is told."""
        client = self.logIn(Role.operator)
        self.told.clear()
        data = bytearray(client.chunks(ua.ReadRequest()))
        data[-1] ^= 1
        client.feed(bytes(data))
        attempt = self.one()
        self.assertEqual(
            (attempt.what, attempt.status), ("SecureChannel", "BadSecurityChecksFailed")
        )

    def test_tamperedOpening(self) -> None:
        """So is an OpenSecureChannel with a signature that is not the client's."""
        client = SecureClient(self.world)
        client.hello()
        client.secure.security_policy.asymmetric_cryptography.Signer.signature = lambda data: bytes(
            256
        )
        client.open()
        attempt = self.one()
        self.assertEqual(
            (attempt.what, attempt.status), ("OpenSecureChannel", "BadSecurityChecksFailed")
        )

    def test_renewedByOtherMeans(self) -> None:
        """So is a renewal with a nonce that was used before."""
        client = SecureClient(self.world)
        client.hello()
        client.open(nonce=bytes(32))
        client.open(renew=True, nonce=bytes(32))
        self.assertEqual((self.one().what, self.one().status), ("SecureChannel", "BadNonceInvalid"))


class SparingTests(SecureCase):
    """Whoever hammers cannot fill the log; the audit trail counts on its own."""

    def setUp(self) -> None:
        super().setUp()
        self.world = securedWorld(self.trustList)
        self.told: list[Attempt] = []
        self.world.security.tell = self.told.append

    def hammer(self, count: int, host: str = AFAR) -> list[tuple[str, int]]:
        """Come as a stranger again and again; the lines of the log, each with its counter."""
        with capturedLogs() as events:
            for _ in range(count):
                client = SecureClient(self.world, holder("stranger"), host=host)
                client.hello()
                client.open()
                self.world.clock.advance(10)
        return [(str(each["log_format"]).split()[0], each["more"]) for each in events]

    def test_oneLineAMinute(self) -> None:
        """One refusal and one ended connection a minute are lines, each with a counter."""
        lines = self.hammer(13)
        self.assertEqual([more for name, more in lines if name == "OPC"], [0, 5, 5])
        self.assertEqual([more for name, more in lines if name == "Connection"], [0, 5, 5])
        self.assertEqual(len(self.told), 13)

    def test_othersAreHeard(self) -> None:
        """Another address has its own line."""
        self.hammer(3)
        self.assertEqual(self.hammer(1, "192.0.2.99"), [("OPC", 0), ("Connection", 0)])
