"""
Operations on the OPC UA side: who is connected, and whom to trust.
"""

from __future__ import annotations

import msgspec
from twisted.internet.defer import Deferred

from ocppgw.interfaces import KnownCertificate, OpcUaFacts, OpcUaSession, OpcUaSubscription
from ocppgw.web.api import answers as a
from ocppgw.web.api.declaring import Asked, Operations
from ocppgw.web.api.outcomes import PROBLEMS, told
from ocppgw.web.security.rights import Right

operation = Operations()


@operation("GET", "/opcua", Right.look, answer=a.OpcUaAnswer)
def getOpcUa(asked: Asked) -> Deferred[a.OpcUaAnswer]:
    """Endpoints, sessions and subscriptions."""
    asking: Deferred[OpcUaFacts] = asked.means.opcua.describe()
    return asking.addCallback(_facts)


@operation("GET", "/opcua/certificates", Right.look, answer=a.CertificateList)
def listCertificates(asked: Asked) -> Deferred[a.CertificateList]:
    """Certificates of OPC UA clients: those that nobody decided about, and the trusted ones."""
    asking: Deferred[tuple[KnownCertificate, ...]] = asked.means.trust.certificates()
    return asking.addCallback(lambda known: a.CertificateList([_certificate(o) for o in known]))


class Decision(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether it is trusted from now on."""

    trusted: bool


@operation(
    "PUT",
    "/opcua/certificates/{thumbprint}",
    Right.administer,
    answer=a.OutcomeAnswer,
    body=Decision,
    problems=PROBLEMS,
)
def decideCertificate(asked: Asked) -> Deferred[a.OutcomeAnswer]:
    """Trust a certificate that waits, or reject a trusted one; holds without a restart."""
    thumbprint, user = asked.path["thumbprint"], asked.visitor.user
    return told(asked.means.trust.decide(thumbprint, asked.body.trusted, user))


def _facts(facts: OpcUaFacts) -> a.OpcUaAnswer:
    return a.OpcUaAnswer(
        facts.url,
        list(facts.endpoints),
        [_session(one) for one in facts.sessions],
        [_subscription(one) for one in facts.lost],
    )


def _session(one: OpcUaSession) -> a.OpcUaSessionAnswer:
    subscriptions = [_subscription(each) for each in one.subscriptions]
    return a.OpcUaSessionAnswer(
        one.name, one.user, one.peer, one.application, one.security, subscriptions
    )


def _subscription(one: OpcUaSubscription) -> a.OpcUaSubscriptionAnswer:
    return a.OpcUaSubscriptionAnswer(
        one.subscriptionId, one.publishingInterval, one.items, one.isEnabled
    )


def _certificate(one: KnownCertificate) -> a.CertificateAnswer:
    return a.CertificateAnswer(
        one.thumbprint,
        one.isTrusted,
        one.name,
        one.issuer,
        list(one.uris),
        one.begins,
        one.ends,
        one.keyBits,
        one.file,
    )
