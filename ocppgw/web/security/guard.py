"""
What the gate needs to decide: users, sessions, tokens, names, rates.

`Guard` is the whole of the console's security as one value; `browser` and `program` find out who
asks.  Reactor thread.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import attrs
from twisted.internet.defer import Deferred

from ocppgw.access.peers import isLoopback, meansThisMachine
from ocppgw.access.rates import Rates
from ocppgw.access.secrets import Secret
from ocppgw.access.userbook import UserBook
from ocppgw.access.users import User
from ocppgw.web.security.hosts import Hosts, isOfPage, nameOf
from ocppgw.web.security.login import LogIn
from ocppgw.web.security.sessions import Sessions
from ocppgw.web.security.tokens import Tokens
from ocppgw.web.security.visitors import Visitor

PER_SECOND = 50.0
"""Requests that one address may send, on the average."""

BURST = 10.0
"""Seconds' worth of them that may come at once."""


HANDED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
"""Headers that proxies put on."""

PAGES = ("origin", "referer")
"""Headers in which a browser says which page it is on."""


@attrs.frozen
class Guard:
    """
    Everything that decides who may come in.

    :ivar isLocal: only this machine can connect: then nobody has to log in.
    :ivar isSecure: browsers speak TLS, with us or with a proxy.
    :ivar behindProxy: a proxy says who asks.
    """

    book: UserBook
    sessions: Sessions
    tokens: Tokens
    hosts: Hosts
    rates: Rates
    logIn: LogIn
    isLocal: bool = True
    isSecure: bool = False
    behindProxy: bool = False

    @property
    def cookieName(self) -> str:
        """With a prefix that browsers accept over TLS only, and from this host only."""
        return "__Host-ocppgw" if self.isSecure else "ocppgw"

    def peer(self, request: Any) -> str:
        """The address that a request comes from."""
        if self.behindProxy:
            said = request.getHeader("x-forwarded-for") or ""
            return str(said).rpartition(",")[2].strip()[:64]
        return str(getattr(request.getClientAddress(), "host", ""))

    def cookieOf(self, request: Any) -> str:
        """The cookie of a browser; empty without one."""
        found = request.getCookie(self.cookieName.encode())
        return found.decode("ascii", "replace")[:200] if found else ""

    def giveCookie(self, request: Any, cookie: str) -> None:
        """Have the browser keep a cookie until it is closed."""
        request.addCookie(
            self.cookieName,
            cookie,
            path=b"/",
            secure=self.isSecure,
            httpOnly=True,
            sameSite=b"lax",
        )

    def browser(self, host: str, cookie: str, isDirect: bool) -> Visitor:
        """
        Who asks with this cookie from this address.

        :param isDirect: whether nobody handed the request on: see `isDirect`.
        """
        key, token = (
            (self.tokens.of(f"key:{cookie}"), self.tokens.of(cookie)) if cookie else ("", "")
        )
        session = self.sessions.find(cookie) if cookie else None
        if session is not None:
            return Visitor(session.user, session.role, host, key, token, isLoggedIn=True)
        visitor = Visitor(host=host, key=key, token=token)
        if self.isLocal and isDirect and isLoopback(host):
            return attrs.evolve(visitor, role=self.book.current.anonymousRole(host))
        return visitor

    def program(self, host: str, authorization: str) -> Deferred[Visitor | None] | None:
        """Who asks with an Authorization header; ``None`` where it holds nothing of ours."""
        found = _basic(authorization)
        if found is None:
            return None
        name, password = found

        def known(user: User | None) -> Visitor | None:
            if user is None:
                return None
            return Visitor(user.name, user.role, host, isLoggedIn=True)

        return self.logIn.recheck(name, password, host).addCallback(known)


def isDirect(request: Any) -> bool:
    """
    Whether a request looks like that of somebody on this machine.

    A proxy on this machine that nobody told us of hands on whatever comes from elsewhere.  It shows
    where the request was asked under another name, says that it was handed on, has the HTTP/1.0
    of proxies, or comes from a page of another name than it asks for.

    It does not show where a proxy says nothing of itself, speaks HTTP/1.1, and puts the address
    that it asks into Host, or whatever the asker put there: then a program from elsewhere looks as
    one from here.  So this is no more than a net below `Guard.behindProxy`.
    """
    host = request.getHeader("host") or ""
    return (
        meansThisMachine(nameOf(host))
        and request.clientproto != b"HTTP/1.0"
        and all(request.getHeader(one) is None for one in HANDED_ON)
        and all(isOfPage(request.getHeader(one) or "", host) for one in PAGES)
    )


def _basic(authorization: str) -> tuple[str, Secret] | None:
    scheme, _, encoded = authorization.strip().partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        return None
    name, colon, password = text.partition(":")
    return (name, Secret(password)) if colon else None
