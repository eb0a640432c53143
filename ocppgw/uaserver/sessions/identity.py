"""
Which user stands behind a session: identity tokens and what they are worth
(OPC 10000-4, 5.6.3 and 7.41).

Knows the three kinds that are accepted: anonymous, user name, certificate.  A
password is never taken in clear, and checked elsewhere: that is asked of
``authenticate``, which answers later.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from functools import partial
from typing import Any

from attrs import frozen
from opcua import ua

from ocppgw.access.peers import hostOf, isLoopback
from ocppgw.access.roles import Role
from ocppgw.access.users import ANONYMOUS
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.security.certificates import Certificate
from ocppgw.uaserver.security.chains import isValidAt, judgeKey
from ocppgw.uaserver.security.refusals import SecurityRefused
from ocppgw.uaserver.security.security import Security
from ocppgw.uaserver.security.suites import BASIC256SHA256, Suite
from ocppgw.uaserver.security.usertokens import WrongSecret, decrypted
from ocppgw.uaserver.settings import ServerSettings
from ocppgw.uaserver.transport.channel import Channel

ANONYMOUS_POLICY = "anonymous"
USERNAME_POLICY = "username"
CERTIFICATE_POLICY = "certificate"
_ANONYMOUS, _USERNAME, _CERTIFICATE = 0, 1, 2

_REJECTED = ua.StatusCodes.BadIdentityTokenRejected
_INVALID = ua.StatusCodes.BadIdentityTokenInvalid


@frozen
class Identity:
    """
    A user who was recognised.

    :ivar userName: ``None`` for the anonymous user.
    """

    userName: str | None
    role: Role


@frozen
class Proof:
    """
    What a token has to fit.

    :ivar nonce: what we gave last.
    :ivar signature: by the owner of a certificate.
    """

    nonce: bytes
    signature: Any
    channel: Channel

    @property
    def suite(self) -> Suite:
        """
        What tokens are protected with: the channel's policy, or without one
        the policy that the token policy names.
        """
        return self.channel.suite or BASIC256SHA256


#: Told the identity, or why a user is refused.
Identified = Callable[[Identity | str], None]
#: (userName, password, host, done): ``done`` gets the role, or why there is none, on the OPC UA
#: thread.
Authenticate = Callable[[str, bytes, str, Callable[[Role | str], None]], None]
#: A certificate's bytes to the name and role of the user whose it is, or ``None``; at once.
Recognise = Callable[[bytes], tuple[str, Role] | None]
#: Whether any user has a password, and whether any has a certificate.
Offered = Callable[[], tuple[bool, bool]]


class Identities:
    """
    Recognises users.

    :param authenticate: checks a password; ``None`` when nobody has one.
    :param recognise: ``None`` when nobody has a certificate.
    :param offered: whether any user has a password, and a certificate, as things are now.
    """

    def __init__(
        self,
        settings: ServerSettings,
        security: Security,
        authenticate: Authenticate | None = None,
        recognise: Recognise | None = None,
        offered: Offered = lambda: (True, True),
    ) -> None:
        self._offered = offered
        self._settings = settings
        self._security = security
        self._authenticate = authenticate
        self._recognise = recognise

    def policies(self, peer: str, suite: Suite | None) -> list[Any]:
        """
        The UserTokenPolicies of one endpoint for this client: no more than is accepted.

        :param suite: the endpoint's policy, ``None`` without security.
        """
        found = []
        uri = (suite or BASIC256SHA256).uri
        if self._anonymousRole(peer).mayRead:
            found.append(_policy(ANONYMOUS_POLICY, _ANONYMOUS, None))
        passwords, certificates = self._offered()
        if passwords and self._authenticate is not None and self._security.own is not None:
            found.append(_policy(USERNAME_POLICY, _USERNAME, uri))
        if certificates and self._recognise is not None and self._security.own is not None:
            found.append(_policy(CERTIFICATE_POLICY, _CERTIFICATE, uri))
        return found

    def identify(self, token: Any, proof: Proof, done: Identified) -> None:
        """
        Find out who presents ``token``; ``done`` may be called at once or later.

        :raise Fault: when the token is not one that can be accepted.
        """
        if token is None or isinstance(token, ua.AnonymousIdentityToken):
            done(self._anonymous(token, proof.channel))
        elif isinstance(token, ua.UserNameIdentityToken):
            self._byPassword(token, proof, done)
        elif isinstance(token, ua.X509IdentityToken):
            done(self._byCertificate(token, proof))
        else:
            raise Fault(_INVALID, "unknown kind of token")

    def _anonymous(self, token: Any, channel: Channel) -> Identity:
        role = self._anonymousRole(channel.peer)
        if not role.mayRead:
            raise Fault(_REJECTED, "anonymous is not accepted")
        if token is not None and token.PolicyId not in (None, "", ANONYMOUS_POLICY):
            raise Fault(_INVALID, "unknown token policy")
        return Identity(None, role)

    def _byPassword(self, token: Any, proof: Proof, done: Identified) -> None:
        if self._authenticate is None or self._security.own is None:
            raise Fault(_REJECTED, "no user names here")
        if token.PolicyId != USERNAME_POLICY or not token.UserName:
            raise Fault(_INVALID, "unknown token policy")
        if token.EncryptionAlgorithm != proof.suite.encryptionUri:
            raise Fault(_INVALID, "a password in clear, or encrypted by other means than asked for")
        key = self._security.own.key
        try:
            password = decrypted(proof.suite, key, token.Password or b"", proof.nonce)
        except WrongSecret as error:
            raise Fault(_REJECTED, f"its password: {error}") from None
        answered = partial(_judge, token.UserName, done)
        self._authenticate(token.UserName, password, hostOf(proof.channel.peer), answered)

    def _byCertificate(self, token: Any, proof: Proof) -> Identity:
        if self._recognise is None or self._security.own is None:
            raise Fault(_REJECTED, "no certificates of users here")
        if token.PolicyId != CERTIFICATE_POLICY:
            raise Fault(_INVALID, "unknown token policy")
        certificate = self._ownedCertificate(token.CertificateData, proof)
        found = self._recognise(certificate.der)
        if found is None or not found[1].mayRead:
            raise Fault(_REJECTED, f"{certificate} is no user's")
        if not isValidAt(certificate, self._security.now().astimezone(UTC)):
            raise Fault(_REJECTED, f"{certificate} has expired or is not yet valid")
        return Identity(*found)

    def _ownedCertificate(self, data: bytes | None, proof: Proof) -> Certificate:
        """The certificate, if who presents it also has its key."""
        try:
            certificate = Certificate.received(data)
            judgeKey(certificate)
        except SecurityRefused as error:
            raise Fault(_INVALID, f"certificate of a user: {error}") from None
        suite, given = proof.suite, proof.signature
        right = given.Algorithm == suite.signatureUri
        key, signature = certificate.publicKey, given.Signature or b""
        if not right or not proof.channel.proves(suite, key, proof.nonce, signature):
            code = ua.StatusCodes.BadUserSignatureInvalid
            raise Fault(code, f"wrong signature for {certificate}")
        return certificate

    def _anonymousRole(self, peer: str) -> Role:
        settings = self._settings
        isOurs = isLoopback(hostOf(peer))
        return settings.anonymousLoopback if isOurs else settings.anonymousRemote


def claimed(token: Any) -> str:
    """Who somebody says to be, as far as a token tells."""
    if token is None or isinstance(token, ua.AnonymousIdentityToken):
        return ANONYMOUS
    return str(getattr(token, "UserName", None) or "")


def _judge(userName: str, done: Identified, answer: Role | str) -> None:
    if isinstance(answer, str):
        done(answer)
    elif not answer.mayRead:
        done("this user may do nothing")
    else:
        done(Identity(userName, answer))


def _policy(policyId: str, tokenType: int, uri: str | None) -> Any:
    policy = ua.UserTokenPolicy()
    policy.PolicyId = policyId
    policy.TokenType = ua.UserTokenType(tokenType)
    policy.SecurityPolicyUri = uri
    return policy
