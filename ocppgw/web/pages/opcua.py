"""
The OPC UA side: how to connect, who is connected, and whom to trust.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import inlineCallbacks

from ocppgw.interfaces import KnownCertificate, OpcUaFacts
from ocppgw.web.pages.overview import certificate
from ocppgw.web.pages.visiting import Visiting, field
from ocppgw.web.security.rights import Right
from ocppgw.web.security.visitors import visitorOf

MOST = 30
"""Certificates of a kind, and sessions, on the page; the API tells all."""

SUBSCRIPTIONS = 5
"""Subscriptions of a session on the page."""


def addOpcUa(visiting: Visiting) -> None:
    """Put the pages into the application."""
    means = visiting.means

    @visiting.page("/opcua", Right.look)
    @inlineCallbacks
    def opcua(request: Any) -> Any:
        facts: OpcUaFacts = yield means.opcua.describe()
        known: tuple[KnownCertificate, ...] = yield means.trust.certificates()
        expiry = means.registry.gateway.points.get("CertificateExpiry")
        return visiting.render(
            request,
            "opcua.html",
            facts=facts,
            certificate=certificate(expiry.value if expiry else None, means.now()),
            kinds=[
                (isTrusted, [one for one in known if one.isTrusted == isTrusted])
                for isTrusted in (False, True)
            ],
            most=MOST,
            subscriptions=SUBSCRIPTIONS,
            now=means.now(),
        )

    @visiting.page("/opcua/trust", Right.administer, "POST")
    def decide(request: Any) -> Any:
        trust = field(request, "decision") == "trust"
        what = "Trust" if trust else "Reject"
        done = means.trust.decide(field(request, "thumbprint"), trust, visitorOf(request).user)
        return visiting.ended(request, what, done, "/opcua")
