"""
``/events``: the route of the streams.
"""

from __future__ import annotations

from typing import Any

from klein import Klein

from ocppgw.access.peers import neighbourhood
from ocppgw.web.live.streams import EVERYTHING, Streams
from ocppgw.web.security.rights import Right
from ocppgw.web.security.visitors import visitorOf


def addEvents(app: Klein, streams: Streams) -> None:
    """Put the route into an application; ``about`` names one charge point."""

    @app.route("/events", methods=["GET"])
    def events(request: Any) -> Any:
        visitor = visitorOf(request)
        if not Right.look.of(visitor.role):
            request.setResponseCode(403)
            return b""
        subject = request.args.get(b"about", [EVERYTHING.encode()])[0].decode("utf-8", "replace")
        stream = streams.open(request, subject, visitor.user, neighbourhood(visitor.host))
        if stream is None:
            request.setResponseCode(503)
            return b""
        return stream
