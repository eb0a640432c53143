"""Tests of whose certificate is accepted, on trust lists made for each question."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from cryptography import x509
from opcua import ua
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.security.certificates import Certificate
from ocppgw.uaserver.security.chains import Trust, judge
from ocppgw.uaserver.security.refusals import SecurityRefused
from tests.conformance import shows
from tests.uaserver.pki import (
    BEGIN,
    ENCRYPTS_ONLY,
    MAIL_ONLY,
    Holder,
    authority,
    holder,
    keyOf,
    revocations,
)

DAY = timedelta(days=1)
HIDDEN = "BadSecurityChecksFailed"


def trustOf(
    trusted: tuple[Holder, ...] = (),
    issuers: tuple[Holder, ...] = (),
    lists: tuple[bytes, ...] = (),
    needed: bool = False,
) -> Trust:
    """A trust list."""
    return Trust(
        frozenset(Certificate(each.der) for each in trusted),
        frozenset(Certificate(each.der) for each in issuers),
        tuple(x509.load_der_x509_crl(each) for each in lists),
        needed,
    )


class JudgeCase(SynchronousTestCase):
    def accepted(self, who: Holder, trust: Trust) -> None:
        """No objection."""
        judge(Certificate.received(who.der), trust, BEGIN)

    def refused(self, code: str, who: Holder, trust: Trust, wire: str = HIDDEN) -> None:
        """Refused with this code, of which the client hears ``wire``."""
        certificate = Certificate.received(who.der)
        error = self.assertRaises(SecurityRefused, judge, certificate, trust, BEGIN)
        self.assertEqual(ua.StatusCode(error.statusCode).name, code)
        self.assertEqual(ua.StatusCode(error.wireCode).name, wire)


class SelfSignedTests(JudgeCase):
    def test_trusted(self) -> None:
        """A certificate in the trust list is accepted, whoever it names as its issuer: itself."""
        self.accepted(holder(), trustOf((holder(),)))

    def test_unknown(self) -> None:
        """Any other is not, also where it has the same name."""
        other = holder(key=keyOf("other"))
        self.refused("BadCertificateUntrusted", other, trustOf((holder(),)))

    def test_issuersAreNotTrusted(self) -> None:
        """A certificate among the issuers is not trusted for being there."""
        self.refused("BadCertificateUntrusted", holder(), trustOf(issuers=(holder(),)))

    def test_dates(self) -> None:
        """Outside its dates it is refused, and the client may know why."""
        for who in (holder(end=BEGIN - DAY), holder(begin=BEGIN + DAY)):
            code = "BadCertificateTimeInvalid"
            self.refused(code, who, trustOf((who,)), wire=code)

    def test_keyLength(self) -> None:
        """A key of 1024 bits is too short for every policy."""
        who = holder("short", key=keyOf("short", 1024))
        self.refused("BadCertificatePolicyCheckFailed", who, trustOf((who,)))

    def test_use(self) -> None:
        """A certificate for something else is refused: its key may not sign, or is for mail."""
        for extension in (ENCRYPTS_ONLY, MAIL_ONLY):
            who = holder(extensions=(extension,))
            code = "BadCertificateUseNotAllowed"
            self.refused(code, who, trustOf((who,)), wire=code)

    def test_forgedSignature(self) -> None:
        """A certificate that names itself as issuer and was signed by another key is refused."""
        forger = Holder(authority("scada").content, keyOf("forger"))
        who = holder("scada", issuer=forger)
        self.refused("BadCertificateInvalid", who, trustOf((who,)))


class ChainTests(JudgeCase):
    def setUp(self) -> None:
        self.root = authority("root")
        self.middle = authority("middle", self.root)
        self.leaf = holder("leaf", self.middle)

    @shows("Security Certificate Validation")
    def test_trustedAuthority(self) -> None:
        """Whoever has a certificate of a trusted authority is accepted, also of one below it."""
        self.accepted(self.leaf, trustOf((self.root,), (self.middle,)))
        self.accepted(self.leaf, trustOf((self.middle,), (self.root,)))

    def test_trustedLeaf(self) -> None:
        """With only issuers known, the application itself has to be trusted."""
        issuers = (self.root, self.middle)
        self.refused("BadCertificateUntrusted", self.leaf, trustOf((), issuers))
        self.accepted(self.leaf, trustOf((self.leaf,), issuers))

    def test_incomplete(self) -> None:
        """Without the issuers the chain cannot be checked."""
        for trust in (trustOf((self.leaf,)), trustOf((self.leaf,), (self.middle,))):
            self.refused("BadCertificateChainIncomplete", self.leaf, trust)

    def test_sentAlong(self) -> None:
        """Issuers that the client sends along complete the chain, and are not trusted for it."""
        sent = Certificate.received(self.leaf.der + self.middle.der)
        judge(sent, trustOf((self.root,)), BEGIN)
        everything = Certificate.received(self.leaf.der + self.middle.der + self.root.der)
        error = self.assertRaises(SecurityRefused, judge, everything, trustOf(), BEGIN)
        self.assertEqual(error.statusCode, ua.StatusCodes.BadCertificateUntrusted)

    def test_namesakeOfTheIssuer(self) -> None:
        """Somebody with the name of a trusted authority cannot issue anything."""
        impostor = Holder(self.middle.content, keyOf("impostor"))
        forged = holder("forged", impostor)
        trust = trustOf((self.root, self.middle))
        self.refused("BadCertificateInvalid", forged, trust)

    def test_notAnAuthority(self) -> None:
        """A trusted application is no authority: what it signs is not accepted."""
        for issuer in (holder("app"), authority("no authority", ca=False)):
            who = holder("signed by an application", issuer)
            code = "BadCertificateIssuerUseNotAllowed"
            self.refused(code, who, trustOf((issuer,)), wire=code)

    def test_pathLength(self) -> None:
        """An authority that may have none below it has none."""
        root = authority("strict root", length=0)
        middle = authority("too deep", root)
        code = "BadCertificateIssuerUseNotAllowed"
        self.refused(code, holder("deep", middle), trustOf((root,), (middle,)), wire=code)
        self.accepted(holder("direct", root), trustOf((root,)))

    def test_expiredIssuer(self) -> None:
        """The certificate of an authority has its dates, too."""
        old = authority("old", end=BEGIN - DAY)
        code = "BadCertificateIssuerTimeInvalid"
        self.refused(code, holder("of old", old), trustOf((old,)), wire=code)

    def test_circle(self) -> None:
        """Authorities that issued each other lead nowhere, and to no endless search."""
        one = authority("one", Holder(authority("two").content, keyOf("two")))
        two = authority("two", one)
        self.refused("BadCertificateChainIncomplete", holder("lost", one), trustOf((one, two)))

    def test_weakIssuer(self) -> None:
        """An authority with a short key is not good enough."""
        weak = authority("weak", key=keyOf("weak", 1024))
        self.refused("BadCertificatePolicyCheckFailed", holder("w", weak), trustOf((weak,)))


class RevocationTests(JudgeCase):
    def setUp(self) -> None:
        self.root = authority("root")
        self.middle = authority("middle", self.root)
        self.leaf = holder("leaf", self.middle)
        self.known: Any = {"trusted": (self.root,), "issuers": (self.middle,)}

    def test_revoked(self) -> None:
        """A revoked certificate is refused, also by a list that is out of date."""
        for ends in (BEGIN + DAY, BEGIN - DAY):
            lists = (revocations(self.middle, self.leaf, ends=ends),)
            self.refused("BadCertificateRevoked", self.leaf, trustOf(**self.known, lists=lists))

    def test_revokedIssuer(self) -> None:
        """So is everybody whose authority was revoked."""
        lists = (revocations(self.root, self.middle),)
        trust = trustOf(**self.known, lists=lists)
        self.refused("BadCertificateIssuerRevoked", self.leaf, trust)

    def test_others(self) -> None:
        """A list that names somebody else changes nothing."""
        lists = (revocations(self.middle, holder("another", self.middle)),)
        self.accepted(self.leaf, trustOf(**self.known, lists=lists))

    def test_forgedList(self) -> None:
        """A list that the authority did not sign revokes nobody, and does not count as one."""
        forged = (revocations(self.middle, self.leaf, signer=keyOf("forger")),)
        self.accepted(self.leaf, trustOf(**self.known, lists=forged))
        trust = trustOf(**self.known, lists=forged, needed=True)
        code = "BadCertificateRevocationUnknown"
        self.refused(code, self.leaf, trust, wire=code)

    def test_required(self) -> None:
        """Where lists are required, each authority needs one that is up to date."""
        whole = (revocations(self.middle), revocations(self.root))
        self.accepted(self.leaf, trustOf(**self.known, lists=whole, needed=True))
        for lists, code in (
            (whole[1:], "BadCertificateRevocationUnknown"),
            (whole[:1], "BadCertificateIssuerRevocationUnknown"),
            ((revocations(self.middle, ends=BEGIN - DAY), whole[1]),
             "BadCertificateRevocationUnknown"),
        ):  # fmt: skip
            trust = trustOf(**self.known, lists=lists, needed=True)
            self.refused(code, self.leaf, trust, wire=code)
