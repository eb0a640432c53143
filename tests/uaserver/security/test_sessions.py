"""Tests of sessions on secure channels, and of users who prove who they are."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from opcua import ua
from opcua.crypto.uacrypto import sign_sha256

from ocppgw.access.roles import Role
from ocppgw.uaserver.security.certificates import Certificate
from tests.conformance import shows
from tests.uaserver.pki import Holder, holder, serverIdentity
from tests.uaserver.security.client import AFAR, SecureClient, securedWorld
from tests.uaserver.security.test_channels import TEXT, SecureCase
from tests.uaserver.toy import nodeId

RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"


class ApplicationTests(SecureCase):
    """Is the application of the session the one of the channel?"""

    def test_anotherCertificate(self) -> None:
        """A session is for the application that opened the channel."""
        for other in (holder("other").der, None, b"noise"):
            code = "BadSecurityChecksFailed"
            self.fault(code, self.client().createSession, ClientCertificate=other)

    def test_anotherUri(self) -> None:
        """The ApplicationUri has to be the one in the certificate."""
        for uri in ("urn:other", "", None):
            client = self.client()
            client.uri = uri
            self.fault("BadCertificateUriInvalid", client.createSession)

    def test_noUri(self) -> None:
        """A certificate without an ApplicationUri is nobody's."""
        nameless = holder("nameless", uri=None)
        self.trust(nameless)
        self.fault("BadCertificateUriInvalid", self.client(nameless).createSession)

    def test_nonce(self) -> None:
        """The client has to give a nonce of 32 bytes or more."""
        for nonce in (None, b"", bytes(31)):
            self.fault("BadNonceInvalid", self.client().createSession, ClientNonce=nonce)

    @shows("CreateSession")
    def test_serverProvesItself(self) -> None:
        """The server signs the client's certificate and nonce."""
        client = self.client()
        signature = client.createSession().ServerSignature
        self.assertEqual(signature.Algorithm, RSA_SHA256)
        crypto = client.secure.security_policy.asymmetric_cryptography
        crypto.verify(client.who.der + b"n" * 32, signature.Signature)

    def test_signatureOfTheClient(self) -> None:
        """Activation needs the client's signature on our certificate and the last nonce."""
        client = SecureClient(self.world, host="127.0.0.1").begin()
        client.createSession()
        stale = client.signed(client.who)
        for wrong in (b"", bytes(256), client.signed(holder("other"))):
            self.fault("BadApplicationSignatureInvalid", client.activate, signature=wrong)
        client.activate()
        self.fault("BadApplicationSignatureInvalid", client.activate, signature=stale)
        self.assertEqual(client.read(TEXT).Value.Value, "text")

    def test_chain(self) -> None:
        """
        Our certificate goes out with its issuers; a client may sign the chain or the
        certificate alone.
        """
        own, companion = serverIdentity(), Certificate(holder("issuer").der)
        certificate = Certificate(own.certificate.der, (companion,))
        self.world.security.own = evolve(own, certificate=certificate)
        client = SecureClient(self.world, host="127.0.0.1").begin()
        session = client.createSession()
        chain = own.certificate.der + companion.der
        self.assertEqual(session.ServerCertificate, chain)
        self.assertEqual({each.ServerCertificate for each in session.ServerEndpoints}, {chain})
        client.activate(signature=sign_sha256(client.who.key, chain + client.nonce))
        client.activate()
        self.assertEqual(client.read(TEXT).Value.Value, "text")

    def test_anotherChannel(self) -> None:
        """A session goes on on another channel of the same client, and of no other."""
        first = self.session()
        first.lose()
        stranger = holder("stranger")
        self.trust(stranger)
        thief = SecureClient(self.world, stranger, host="127.0.0.1").begin()
        thief.token, thief.nonce = first.token, first.nonce
        self.fault("BadSecurityChecksFailed", thief.activate)
        again = SecureClient(self.world, host="127.0.0.1").begin()
        again.token, again.nonce = first.token, first.nonce
        again.activate()
        self.assertEqual(again.read(TEXT).Value.Value, "text")

    def test_toLessSecurity(self) -> None:
        """A session cannot go on without security."""
        first = self.session()
        thief = self.world.dial()
        thief.hello()
        thief.open()
        thief.token = first.token
        self.fault("BadSecurityChecksFailed", thief.activate)


class PasswordTests(SecureCase):
    def setUp(self) -> None:
        super().setUp()
        self.asked: list[Any] = []
        self.world = securedWorld(
            self.trustList, authenticate=lambda *args: self.asked.append(args)
        )

    def connections(self) -> list[Any]:
        """A client on a plain and one on a secure channel, each with a new session."""
        plain = self.world.dial()
        plain.hello()
        plain.open()
        found = [plain, self.client()]
        for client in found:
            client.createSession()
        return found

    def begin(self, client: Any, token: Any) -> Any:
        """Activate; the answer, or ``None`` while the password is being checked."""
        request = ua.ActivateSessionRequest()
        request.Parameters.UserIdentityToken = token
        if isinstance(client, SecureClient):
            request.Parameters.ClientSignature.Signature = client.signed(client.who)
        return client.take(client.send(request))

    def test_policy(self) -> None:
        """Each endpoint names an encrypting policy for passwords, the plain one Basic256Sha256."""
        plain, _ = self.connections()
        for endpoint in plain.session.ServerEndpoints:
            [policy] = [each for each in endpoint.UserIdentityTokens if each.TokenType == 1]
            named = policy.SecurityPolicyUri.rpartition("#")[2]
            own = endpoint.SecurityPolicyUri.rpartition("#")[2]
            self.assertEqual(named, "Basic256Sha256" if own == "None" else own)

    def test_encrypted(self) -> None:
        """A password encrypted for our certificate is checked, on any channel."""
        for client in self.connections():
            self.assertIsNone(self.begin(client, client.password("anna", b"secret")))
            user, secret, _, _ = self.asked.pop()
            self.assertEqual((user, secret), ("anna", b"secret"))

    def test_replayed(self) -> None:
        """A secret with another nonce than the last one is refused before anything is checked."""
        for client in self.connections():
            for nonce in (bytes(32), b"", client.nonce[::-1]):
                answer = self.begin(client, client.password("anna", b"secret", nonce))
                code = answer.ResponseHeader.ServiceResult.name
                self.assertEqual(code, "BadIdentityTokenRejected")
        self.assertEqual(self.asked, [])

    def test_usedTwice(self) -> None:
        """The token of a log-in that succeeded serves for no second one."""
        client = self.client()
        client.createSession()
        token = client.password("anna", b"secret")
        number = self.send(client, token)
        self.asked.pop()[3](Role.engineer)
        client.nonce = client.take(number).Parameters.ServerNonce
        answer = self.begin(client, token)
        self.assertEqual(answer.ResponseHeader.ServiceResult.name, "BadIdentityTokenRejected")

    def send(self, client: SecureClient, token: Any) -> int:
        """Begin to activate; the request's number."""
        request = ua.ActivateSessionRequest()
        request.Parameters.UserIdentityToken = token
        request.Parameters.ClientSignature.Signature = client.signed(client.who)
        return client.send(request)

    def test_inClear(self) -> None:
        """A password in clear, or under an unexpected name, is refused on any channel."""
        for client in self.connections():
            for algorithm in (None, "", "http://www.w3.org/2001/04/xmlenc#rsa-1_5"):
                token = client.password("anna", b"secret")
                token.EncryptionAlgorithm = algorithm
                answer = self.begin(client, token)
                code = answer.ResponseHeader.ServiceResult.name
                self.assertEqual(code, "BadIdentityTokenInvalid")
        self.assertEqual(self.asked, [])


class CertificateTests(SecureCase):
    """Users with certificates."""

    def setUp(self) -> None:
        super().setUp()
        self.anna = holder("anna")
        known = {self.anna.der: ("anna", Role.operator)}
        self.world = securedWorld(self.trustList, recognise=known.get)

    def token(self, who: Holder, policy: str = "certificate") -> Any:
        """An identity token."""
        token = ua.X509IdentityToken()
        token.PolicyId, token.CertificateData = policy, who.der
        return token

    def proof(self, client: Any, key: Any, nonce: bytes | None = None) -> Any:
        """The signature of a user."""
        signed = serverIdentity().certificate.der + (client.nonce if nonce is None else nonce)
        signature = ua.SignatureData()
        signature.Algorithm, signature.Signature = RSA_SHA256, sign_sha256(key, signed)
        return signature

    def connected(self) -> SecureClient:
        """A client from afar with a session to be activated."""
        client = SecureClient(self.world, host=AFAR).begin()
        client.createSession()
        return client

    def test_accepted(self) -> None:
        """A user with a known certificate and its key has the user's role."""
        client = self.connected()
        proof = self.proof(client, self.anna.key)
        client.activate(self.token(self.anna), UserTokenSignature=proof)
        self.assertEqual(client.read(nodeId("Toy/Secret")).Value.Value, "secret")
        [session] = self.world.core.sessions.all()
        self.assertEqual(session.userName, "anna")

    def test_withoutSecurity(self) -> None:
        """On a plain channel it works as well: the signature is no secret."""
        client = self.world.dial()
        client.hello()
        client.open()
        client.createSession()
        request = ua.ActivateSessionRequest()
        request.Parameters.UserIdentityToken = self.token(self.anna)
        request.Parameters.UserTokenSignature = self.proof(client, self.anna.key)
        client.ask(request)
        self.assertEqual(client.read(nodeId("Toy/Secret")).Value.Value, "secret")

    def test_withoutTheKey(self) -> None:
        """The certificate alone proves nothing, nor does a signature for another nonce."""
        client = self.connected()
        empty = ua.SignatureData()
        stale = self.proof(client, self.anna.key, bytes(32))
        for proof in (empty, self.proof(client, holder("thief").key), stale):
            self.fault("BadUserSignatureInvalid", client.activate, self.token(self.anna),
                       UserTokenSignature=proof)  # fmt: skip

    def test_unknown(self) -> None:
        """A certificate that no user has is refused, although its owner has the key."""
        client, stranger = self.connected(), holder("stranger")
        proof = self.proof(client, stranger.key)
        self.fault("BadIdentityTokenRejected", client.activate, self.token(stranger),
                   UserTokenSignature=proof)  # fmt: skip

    def test_expired(self) -> None:
        """A user's certificate ends like any other."""
        client = self.connected()
        self.world.security.now = lambda: self.anna.content.not_valid_after_utc.replace(year=2100)
        proof = self.proof(client, self.anna.key)
        self.fault("BadIdentityTokenRejected", client.activate, self.token(self.anna),
                   UserTokenSignature=proof)  # fmt: skip

    def test_nonsense(self) -> None:
        """No certificate, noise, and another policy's name are refused."""
        client = self.connected()
        for data, policy in ((None, "certificate"), (b"noise", "certificate"),
                             (self.anna.der, "username")):  # fmt: skip
            token = self.token(self.anna, policy)
            token.CertificateData = data
            self.fault("BadIdentityTokenInvalid", client.activate, token)
