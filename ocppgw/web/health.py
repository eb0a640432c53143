"""
``/healthz``, ``/readyz`` and ``/metrics``: the routes for whoever watches the gateway.
"""

from __future__ import annotations

from typing import Any

from klein import Klein

from ocppgw.web.figures import Figures
from ocppgw.web.means import Means
from ocppgw.web.security.rights import Right
from ocppgw.web.security.visitors import visitorOf

METRICS = "text/plain; version=0.0.4; charset=utf-8"


def addHealth(app: Klein, means: Means) -> None:
    """Put the routes into an application."""
    figures = Figures(means.registry)

    @app.route("/healthz", methods=["GET"])
    def healthz(request: Any) -> bytes:
        # Whoever reads this knows that the reactor turns.
        return _text(request, 200, "ok")

    @app.route("/readyz", methods=["GET"])
    def readyz(request: Any) -> bytes:
        why = whyNotReady(means)
        return _text(request, 503 if why else 200, why or "ok")

    @app.route("/metrics", methods=["GET"])
    def metrics(request: Any) -> bytes:
        role = visitorOf(request).role
        if not Right.look.of(role):
            return _text(request, 401, "send the name and the password of a user")
        request.setHeader("Content-Type", METRICS)
        return figures.text()


def whyNotReady(means: Means) -> str:
    """What keeps the gateway from doing its work; empty when nothing does."""
    point = means.registry.gateway.points.get("StoreStatus")
    if point is None:
        return "starting"
    # The whole text names files: that is for those who are logged in.
    return "" if point.value == "ok" else "the store fails"


def _text(request: Any, status: int, text: str) -> bytes:
    request.setResponseCode(status)
    request.setHeader("Content-Type", "text/plain; charset=utf-8")
    return f"{text}\n".encode()
