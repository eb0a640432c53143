"""
Which user stands behind a session: identity tokens and what they are worth.

Knows the two kinds that are accepted (anonymous, user name); checks no
password itself: that is asked of ``authenticate``, which answers later.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from ipaddress import ip_address
from typing import Any

from attrs import frozen
from opcua import ua

from ocppgw.access.roles import Role
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.settings import ServerSettings
from ocppgw.uaserver.transport.channel import Channel

ANONYMOUS_POLICY = "anonymous"
USERNAME_POLICY = "username"
_ANONYMOUS, _USERNAME = 0, 1


@frozen
class Identity:
    """
    A user who was recognised.

    :ivar userName: ``None`` for the anonymous user.
    """

    userName: str | None
    role: Role


#: Told the identity, or ``None`` for a user who is refused.
Identified = Callable[[Identity | None], None]
#: (userName, password, peer, done): ``done`` gets the role or ``None``, on the OPC UA thread.
Authenticate = Callable[[str, bytes, str, Callable[[Role | None], None]], None]


def isLoopback(peer: str) -> bool:
    """Is ``host:port`` on this machine?"""
    host = peer.rpartition(":")[0].partition("%")[0]
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


class Identities:
    """
    Recognises users.

    :param authenticate: checks a password; ``None`` when there are no users.
    """

    def __init__(self, settings: ServerSettings, authenticate: Authenticate | None) -> None:
        self._settings = settings
        self._authenticate = authenticate

    def policies(self, channel: Channel) -> list[Any]:
        """The UserTokenPolicies that hold for this client: no more than is accepted."""
        found = []
        if self._anonymousRole(channel.peer).mayRead:
            found.append(_policy(ANONYMOUS_POLICY, _ANONYMOUS))
        if self._takesPasswords(channel):
            found.append(_policy(USERNAME_POLICY, _USERNAME))
        return found

    def identify(self, token: Any, channel: Channel, done: Identified) -> None:
        """
        Find out who presents ``token``; ``done`` may be called at once or later.

        :raise Fault: when the token is not one that can be accepted.
        """
        if token is None or isinstance(token, ua.AnonymousIdentityToken):
            done(self._anonymous(token, channel))
        elif isinstance(token, ua.UserNameIdentityToken):
            self._byPassword(token, channel, done)
        else:
            raise Fault(ua.StatusCodes.BadIdentityTokenInvalid, "unknown kind of token")

    def _anonymous(self, token: Any, channel: Channel) -> Identity:
        role = self._anonymousRole(channel.peer)
        if not role.mayRead:
            raise Fault(ua.StatusCodes.BadIdentityTokenRejected, "anonymous is not accepted")
        if token is not None and token.PolicyId not in (None, "", ANONYMOUS_POLICY):
            raise Fault(ua.StatusCodes.BadIdentityTokenInvalid, "unknown token policy")
        return Identity(None, role)

    def _byPassword(self, token: Any, channel: Channel, done: Identified) -> None:
        if self._authenticate is None or not self._takesPasswords(channel):
            raise Fault(ua.StatusCodes.BadIdentityTokenRejected, "no user names here")
        if token.PolicyId != USERNAME_POLICY or not token.UserName:
            raise Fault(ua.StatusCodes.BadIdentityTokenInvalid, "unknown token policy")
        if token.EncryptionAlgorithm:
            raise Fault(ua.StatusCodes.BadIdentityTokenInvalid, "encryption was not asked for")
        answered = partial(_judge, token.UserName, done)
        self._authenticate(token.UserName, token.Password or b"", channel.peer, answered)

    def _anonymousRole(self, peer: str) -> Role:
        settings = self._settings
        return settings.anonymousLoopback if isLoopback(peer) else settings.anonymousRemote

    def _takesPasswords(self, channel: Channel) -> bool:
        """A password in clear never leaves the machine."""
        return self._authenticate is not None and isLoopback(channel.peer)


def _judge(userName: str, done: Identified, role: Role | None) -> None:
    accepted = role is not None and role.mayRead
    done(Identity(userName, role) if accepted and role is not None else None)


def _policy(policyId: str, tokenType: int) -> Any:
    policy = ua.UserTokenPolicy()
    policy.PolicyId = policyId
    policy.TokenType = ua.UserTokenType(tokenType)
    if tokenType == _USERNAME:
        policy.SecurityPolicyUri = ua.SecurityPolicy.URI
    return policy
