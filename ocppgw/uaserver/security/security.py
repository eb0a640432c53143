"""
What is offered to whom, and whose certificate is accepted.

Owns our identity, which a renewal replaces.  OPC UA thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from attrs import define, field, frozen
from opcua import ua
from twisted.logger import Logger

from ocppgw.access.attempts import Attempt
from ocppgw.access.peers import hostOf, isLoopback
from ocppgw.access.sparing import Sparing
from ocppgw.uaserver.nodes import Viewer
from ocppgw.uaserver.security.certificates import UNREADABLE, Certificate
from ocppgw.uaserver.security.chains import judge, judgeKey
from ocppgw.uaserver.security.ownidentity import OwnIdentity
from ocppgw.uaserver.security.policy import ChannelPolicy
from ocppgw.uaserver.security.refusals import SecurityRefused
from ocppgw.uaserver.security.suites import NONE_URI, SUITES, Suite, suiteOf
from ocppgw.uaserver.security.trustlist import TrustList

#: What a client wants that opens a secure channel, as the audit trail has it.
OPENING = "OpenSecureChannel"
#: What a client wants whose channel is open when its certificate, or what comes by it, is judged.
KEEPING = "SecureChannel"

REFUSED = "OPC UA {what} of {peer} refused: {why}; {more} more since the last line"

_CODES = ua.StatusCodes
_NONE, _SIGN, _ENCRYPT = 1, 2, 3
_MODES = {_SIGN: "Sign", _ENCRYPT: "SignAndEncrypt"}
#: Seconds between two log lines about the same of one address.
INTERVAL = 60.0
#: Who is unknown, as opposed to wrong, may be looked at and trusted.
_UNKNOWN = (_CODES.BadCertificateUntrusted, _CODES.BadCertificateChainIncomplete)

log = Logger()


def describe(uri: str, mode: int) -> str:
    """Policy and mode as people name them: ``Basic256Sha256 SignAndEncrypt``."""
    name = uri.rpartition("#")[2]
    return name if uri == NONE_URI else f"{name} {_MODES.get(mode, '')}"


@frozen
class Offer:
    """
    One way to connect.

    :ivar suite: ``None`` without security.
    :ivar mode: a MessageSecurityMode as a number.
    """

    suite: Suite | None
    mode: int

    @property
    def uri(self) -> str:
        """The policy's name in the protocol."""
        return self.suite.uri if self.suite is not None else NONE_URI

    def __str__(self) -> str:
        """For people."""
        return describe(self.uri, self.mode)

    @property
    def level(self) -> int:
        """Relative safety, 0 for none: encryption counts more than the policy."""
        if self.suite is None:
            return 0
        return self.suite.level + (10 if self.mode == _ENCRYPT else 0)


_OFFERS = tuple(Offer(suite, mode) for suite in SUITES for mode in (_SIGN, _ENCRYPT))
_UNENCRYPTED = Offer(None, _NONE)


@define(eq=False)
class Security:
    """
    The application's security.

    :ivar own: our certificate; without one there are no secure channels.
    :ivar trustList: whom we trust; without one, nobody.
    :ivar allowUnencrypted: may other machines have sessions without security?
    :ivar tell: hears of log-ins, and of whoever is refused.
    :ivar sparing: one that hammers costs a log line per interval, with a counter.
    """

    own: OwnIdentity | None = None
    trustList: TrustList | None = None
    allowUnencrypted: bool = False
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    tell: Callable[[Attempt], None] = lambda attempt: None
    sparing: Sparing = field(factory=lambda: Sparing(time.monotonic, INTERVAL))

    @property
    def certificate(self) -> Certificate | None:
        """Our certificate."""
        return self.own.certificate if self.own is not None else None

    def offers(self, peer: str) -> list[Offer]:
        """What the client at ``host:port`` may use for a session, the plainest first."""
        plain = [_UNENCRYPTED] if self.allowsUnencrypted(peer) else []
        return plain + (list(_OFFERS) if self.own is not None else [])

    def allowsUnencrypted(self, peer: str) -> bool:
        """May this client have a session without security?"""
        return self.allowUnencrypted or isLoopback(hostOf(peer))

    def policy(self, uri: str | None, certificate: bytes | None, mode: Any, peer: str) -> Any:
        """
        The policy for a channel.

        :param mode: ``None`` while the client has not yet proved that the
            certificate is its own: nothing is asked of the trust list before.
        :raise SecurityRefused: when the client is not accepted; the log has it.
        """
        try:
            return self._policy(uri, certificate, mode, peer)
        except SecurityRefused as error:
            self.refuse(OPENING, error.statusCode, peer, str(error))
            raise

    def judgeAgain(self, certificate: Certificate, peer: str) -> None:
        """
        Is the client of an open channel still trusted?

        :raise SecurityRefused: when it is not; the log and the audit trail have it.
        """
        try:
            self._judge(certificate)
        except SecurityRefused as error:
            self.refuse(KEEPING, error.statusCode, peer, str(error))
            raise

    def trusts(self, certificate: Certificate) -> bool:
        """Is a client with this certificate trusted now?"""
        try:
            self._judge(certificate)
        except SecurityRefused:
            return False
        return True

    def refuse(self, what: str, code: int, peer: str, why: str, user: str = "") -> None:
        """Somebody was refused something: into the log, sparingly, and the audit trail."""
        host, name = hostOf(peer), ua.StatusCode(code).name
        more = self.sparing.ask(f"{what} {host}")
        if more is not None:
            log.warn(REFUSED, what=what, peer=peer, why=why, more=more)
        self.tell(Attempt(what, name, host, user, why))

    def strayed(self, what: str, code: int, peer: str, why: str) -> None:
        """Somebody came to a session that is none (any more): into the audit trail."""
        self.tell(Attempt(what, ua.StatusCode(code).name, hostOf(peer), "", why))

    def denied(self, what: str, viewer: Viewer, target: str) -> None:
        """A user asked for something that the role does not allow: into the audit trail."""
        name = ua.StatusCode(_CODES.BadUserAccessDenied).name
        self.tell(Attempt(what, name, hostOf(viewer.peer), viewer.user, target))

    def _policy(self, uri: str | None, certificate: bytes | None, mode: Any, peer: str) -> Any:
        if uri == NONE_URI:
            return _unprotected(mode)
        suite, own = suiteOf(uri), self.own
        if suite is None or own is None:
            raise SecurityRefused(_CODES.BadSecurityPolicyRejected, "its policy is not offered")
        if mode is not None and mode not in (_SIGN, _ENCRYPT):
            raise SecurityRefused(_CODES.BadSecurityModeRejected, "its mode is not offered")
        client = self._certificate(certificate, proved=mode is not None, peer=peer)
        chosen = ua.MessageSecurityMode(_ENCRYPT if mode is None else mode)
        return ChannelPolicy(suite, chosen, own.certificate, own.key, client)

    def _certificate(self, data: bytes | None, proved: bool, peer: str) -> Certificate:
        try:
            certificate = Certificate.received(data)
            judgeKey(certificate)
            if proved:
                self._judge(certificate)
        except UNREADABLE as error:
            raise SecurityRefused(_CODES.BadCertificateInvalid, str(error)) from None
        return certificate

    def _judge(self, certificate: Certificate) -> None:
        trustList = self.trustList
        if trustList is None:
            raise SecurityRefused(_CODES.BadCertificateUntrusted, "nobody is trusted here")
        try:
            judge(certificate, trustList.trust(), self.now())
        except SecurityRefused as error:
            if error.statusCode in _UNKNOWN:
                trustList.reject(certificate)
            raise SecurityRefused(error.statusCode, f"{certificate}: {error}") from None


def _unprotected(mode: Any) -> Any:
    if mode not in (None, _NONE):
        raise SecurityRefused(_CODES.BadSecurityModeRejected, "policy None goes with mode None")
    return ua.SecurityPolicy()
