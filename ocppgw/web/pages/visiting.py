"""
How a page is declared: its path, its methods and the right that it needs.

`Visiting` adds routes that check the right first.  Whoever is nobody is sent to the log-in; what
goes wrong becomes a page that says so.  Reactor thread; every request gets one response.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote, unquote

from klein import Klein
from twisted.internet.defer import CancelledError, Deferred, maybeDeferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from ocppgw.access.roles import Role
from ocppgw.interfaces import StoreFailed
from ocppgw.model.outcomes import Outcome
from ocppgw.web.api.declaring import ApiError
from ocppgw.web.files.exports import Export, send
from ocppgw.web.live.works import TooManyWorks
from ocppgw.web.means import Means
from ocppgw.web.pages.notices import Notice, Notices, noticeOf
from ocppgw.web.pages.rendering import Renderer
from ocppgw.web.security.rights import Right
from ocppgw.web.security.visitors import visitorOf
from ocppgw.web.shielding import shielded

SEE_OTHER = 303

log = Logger()

Answer = Callable[..., Any]


class NotThere(Exception):
    """What a path names does not exist; the text says what."""


class Visiting:
    """Adds the pages to an application."""

    def __init__(self, app: Klein, means: Means, renderer: Renderer, notices: Notices) -> None:
        self._app = app
        self.means = means
        self._renderer = renderer
        self._notices = notices

    def page(self, path: str, right: Right, method: str = "GET") -> Callable[[Answer], Answer]:
        """Declare the decorated function as what answers; a form has the method POST."""

        def declare(function: Answer) -> Answer:
            name = f"page {method} {path}"

            @self._app.route(path, methods=[method], endpoint=name, strict_slashes=False)
            def answer(request: Any, **parts: str) -> Any:
                decoded = {key: unquote(value) for key, value in parts.items()}
                return self._answer(request, right, function, decoded)

            return function

        return declare

    def render(self, request: Any, template: str, **values: Any) -> bytes:
        """A page; a notice that waits is on it, unless a script asks for it in passing."""
        made = values
        if request.getHeader("x-live") is None:
            made = {"notice": self._notices.take(visitorOf(request).key), **values}
        works = self.means.works.of(visitorOf(request).user)
        return self._renderer.page(request, template, works=works, **made)

    def redirect(self, request: Any, path: str) -> bytes:
        """Send the browser to another page of ours."""
        request.setResponseCode(SEE_OTHER)
        request.setHeader("Location", path)
        return b""

    def leave(self, request: Any, notice: Notice) -> None:
        """Have the visitor see this on the next page."""
        self._notices.leave(visitorOf(request).key, notice)

    def ended(self, request: Any, what: str, done: Deferred[Outcome], path: str) -> Deferred[bytes]:
        """Wait for an outcome, leave a notice of it, and send the browser on."""

        def tell(outcome: Outcome) -> bytes:
            self.leave(request, noticeOf(what, outcome))
            return self.redirect(request, path)

        return shielded(done).addCallback(tell)

    def send(self, request: Any, export: Export) -> Deferred[bytes]:
        """A file."""
        user = visitorOf(request).user
        return Deferred.fromCoroutine(send(request, export, self.means.works, user))

    def problem(self, request: Any, status: int, text: str) -> bytes:
        """A page that says what went wrong."""
        request.setResponseCode(status)
        return self._renderer.page(request, "problem.html", status=status, text=text)

    def _answer(self, request: Any, right: Right, function: Answer, parts: dict[str, str]) -> Any:
        role = visitorOf(request).role
        if not right.of(role):
            if role is Role.none and not visitorOf(request).isLoggedIn:
                back = request.uri.decode("latin-1") if request.method != b"POST" else "/"
                return self.redirect(request, f"/login?next={quote(back, safe='/')}")
            return self.problem(request, 403, f"This needs the role {right.least.name}.")
        done = shielded(maybeDeferred(function, request, **parts))
        return done.addErrback(self._failed, request)

    def _failed(self, failure: Failure, request: Any) -> bytes:
        error = failure.value
        match error:
            case NotThere():
                return self.problem(request, 404, str(error))
            case ApiError():
                return self.problem(request, error.status, error.problem.detail)
            case CancelledError():
                # The browser went away, and nobody reads this.
                return b""
            case TooManyWorks():
                return self.problem(request, 429, str(error))
            case StoreFailed():
                return self.problem(request, 503, f"The store fails: {error}")
        log.failure("A page of the console failed", failure=failure)
        return self.problem(request, 500, "A mistake of the gateway; its log has it.")


def field(request: Any, name: str, most: int = 1000) -> str:
    """What a form or a query says; the first, cut where it is too long."""
    values = (request.args or {}).get(name.encode(), [b""])
    return str(values[0].decode("utf-8", "replace"))[:most].strip()


def whole(text: str, otherwise: int = 0) -> int:
    """A whole number of a form, or ``otherwise``."""
    isNumber = text.isascii() and text.removeprefix("-").isdigit() and len(text) < 12
    return int(text) if isNumber else otherwise
