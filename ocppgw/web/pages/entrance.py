"""
Logging in and out.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import inlineCallbacks
from twisted.logger import Logger

from ocppgw.access.secrets import Secret
from ocppgw.web.pages.notices import Notice
from ocppgw.web.pages.visiting import Visiting, field
from ocppgw.web.security.guard import Guard, isDirect
from ocppgw.web.security.rights import Right
from ocppgw.web.security.visitors import setVisitor, visitorOf

log = Logger()


def addEntrance(visiting: Visiting, guard: Guard) -> None:
    """Put the pages into the application."""

    @visiting.page("/login", Right.anybody)
    def login(request: Any) -> bytes:
        return visiting.render(request, "login.html", next=ours(field(request, "next")), why="")

    @visiting.page("/login", Right.anybody, "POST")
    @inlineCallbacks
    def loggingIn(request: Any) -> Any:
        name, back = field(request, "user", 255), ours(field(request, "next"))
        password = Secret(_raw(request, "password"))
        host = visitorOf(request).host
        user = yield guard.logIn.check(name, password, host)
        if user is None:
            request.setResponseCode(403)
            why = "Unknown user or wrong password, or too many tries: wait a little."
            return visiting.render(request, "login.html", next=back, why=why)
        guard.sessions.end(guard.cookieOf(request))
        guard.giveCookie(request, guard.sessions.begin(user.name, user.role))
        log.info("Console log-in of {user} from {host}", user=user.name, host=host)
        return visiting.redirect(request, back)

    @visiting.page("/logout", Right.anybody, "POST")
    def logout(request: Any) -> bytes:
        guard.sessions.end(guard.cookieOf(request))
        cookie = guard.sessions.cookie()
        guard.giveCookie(request, cookie)
        setVisitor(request, guard.browser(visitorOf(request).host, cookie, isDirect(request)))
        visiting.leave(request, Notice("Logged out."))
        return visiting.redirect(request, "/login")


def _raw(request: Any, name: str) -> str:
    """A field as it was typed: blanks at the ends of a password count."""
    values = (request.args or {}).get(name.encode(), [b""])
    return str(values[0].decode("utf-8", "replace"))[:1000]


def ours(path: str) -> str:
    """Where to go next: a path of ours, or the first page; never another host."""
    isOurs = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if isOurs and "\\" not in path else "/"
