"""
The gate before everything that the console serves.

One resource that wraps the others: it puts the protective headers on, refuses what is too much,
asked under a foreign name, sent by a foreign page or without its token, finds out who asks, and
hands the request on.  Reactor thread; the only wait is that for a password.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote_to_bytes

from twisted.web.http import (
    BAD_REQUEST,
    FORBIDDEN,
    REQUEST_ENTITY_TOO_LARGE,
    UNAUTHORIZED,
)
from twisted.web.resource import IResource, Resource
from twisted.web.server import NOT_DONE_YET

from ocppgw.access.peers import neighbourhood
from ocppgw.web.security.guard import Guard, isDirect
from ocppgw.web.security.headers import protect
from ocppgw.web.security.tokens import FIELD, HEADER
from ocppgw.web.security.visitors import Visitor, setVisitor

SAFE = frozenset({b"GET", b"HEAD", b"OPTIONS"})
NO_FORM = ("application/json", "text/csv")
"""Types that no form of a browser sends."""

ELSEWHERE = ("cross-site", "same-site")
"""What Sec-Fetch-Site says of a request that a page of another site caused."""

TOO_MANY = 429
MISDIRECTED = 421

Refusal = tuple[int, str]


class Gate(Resource):
    """
    Lets requests in, or not.

    :param inner: what they ask for; a leaf.
    """

    isLeaf = True

    def __init__(self, inner: IResource, guard: Guard) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._inner = inner
        self._guard = guard

    def render(self, request: Any) -> Any:
        """Decide about one request."""
        protect(request, self._guard.isSecure)
        host = self._guard.peer(request)
        refusal = self._refusal(request, host)
        if refusal is not None:
            return _refuse(request, *refusal)
        _keepSlashes(request)
        asked = self._guard.program(host, request.getHeader("authorization") or "")
        if asked is not None:
            asked.addCallback(self._known, request)
            return NOT_DONE_YET
        return self._browser(request, host)

    def _refusal(self, request: Any, host: str) -> Refusal | None:
        """What can be said before knowing who asks."""
        guard = self._guard
        name = request.getHeader("host") or ""
        if not guard.rates.take(neighbourhood(host)):
            return TOO_MANY, "too many requests"
        if getattr(request, "isTooLarge", False):
            return REQUEST_ENTITY_TOO_LARGE, "the body is too large"
        if not guard.hosts.accepts(name):
            return MISDIRECTED, "this name is not one of the console's; [web] hostNames adds one"
        if not _isText(request.path):
            return BAD_REQUEST, "the path is no UTF-8"
        if self._isForeign(request, name):
            return FORBIDDEN, "sent by a page of another site"
        return None

    def _isForeign(self, request: Any, name: str) -> bool:
        """Whether a page of another site sent it; it may send a visitor, but use nothing of us."""
        site = request.getHeader("sec-fetch-site") or ""
        if request.method in SAFE:
            return site in ELSEWHERE and not _isVisit(request)
        origin = request.getHeader("origin") or ""
        return not self._guard.hosts.isOurs(origin, site, name)

    def _browser(self, request: Any, host: str) -> Any:
        guard = self._guard
        cookie = guard.cookieOf(request)
        if not self._isMeant(request, cookie):
            return _refuse(request, FORBIDDEN, "the form is too old; load the page again")
        if not cookie and not _isProgram(request):
            cookie = guard.sessions.cookie()
            guard.giveCookie(request, cookie)
        setVisitor(request, guard.browser(host, cookie, isDirect(request)))
        return self._inner.render(request)

    def _isMeant(self, request: Any, cookie: str) -> bool:
        """Whether what changes something was sent on purpose."""
        if request.method in SAFE:
            return True
        if not cookie and _isNoForm(request):
            # No page of another site can send this without asking first, and nobody answers it.
            return True
        fields = request.args or {}
        sent = request.getHeader(HEADER) or fields.get(FIELD.encode(), [b""])[0].decode("latin-1")
        return self._guard.tokens.fits(cookie, sent)

    def _known(self, visitor: Visitor | None, request: Any) -> None:
        if request._disconnected:
            return
        if visitor is None:
            request.write(_refuse(request, UNAUTHORIZED, "unknown user or wrong password"))
            request.finish()
            return
        setVisitor(request, visitor)
        request.render(self._inner)


def _isVisit(request: Any) -> bool:
    """Whether somebody follows a link, and no page uses us behind their back."""
    mode, target = request.getHeader("sec-fetch-mode"), request.getHeader("sec-fetch-dest")
    return bool(request.method == b"GET" and mode == "navigate" and target == "document")


def _isProgram(request: Any) -> bool:
    return bool(request.path.startswith((b"/api/", b"/metrics", b"/healthz", b"/readyz")))


def _isNoForm(request: Any) -> bool:
    kind = (request.getHeader("content-type") or "").partition(";")[0].strip().lower()
    return _isProgram(request) and (request.method != b"POST" or kind in NO_FORM)


def _isText(path: bytes) -> bool:
    try:
        unquote_to_bytes(path).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _keepSlashes(request: Any) -> None:
    # A charge point's name may hold a slash; routes are cut at slashes after decoding.
    request.postpath = [
        part.replace(b"%", b"%25").replace(b"/", b"%2F") for part in request.postpath
    ]


def _refuse(request: Any, status: int, why: str) -> bytes:
    request.setResponseCode(status)
    request.setHeader("Content-Type", "text/plain; charset=utf-8")
    return f"{why}\n".encode()
