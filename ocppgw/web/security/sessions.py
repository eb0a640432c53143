"""
Who is logged in, by the cookie that their browser holds.

Owns the sessions.  They live in memory only: whoever was logged in logs in again after a restart.
In: log-in, requests, log-out.  Out: who it is.  A cookie is kept by its hash, so that nothing
that is read out of memory opens a session.  Reactor thread; no call waits.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable

import attrs

from ocppgw.access.roles import Role
from ocppgw.access.secrets import Randomness

IDLE = 3600.0
"""Seconds without a request after which a session is over."""

LONGEST = 12 * 3600.0
"""Seconds that a session lasts at most."""

MOST = 1000
"""Sessions at once; the one that was idle longest goes first."""

LENGTH = 32
"""Random bytes of a cookie."""


@attrs.frozen
class Session:
    """A log-in. Times in seconds of the clock."""

    user: str
    role: Role
    began: float
    used: float


class Sessions:
    """The log-ins that hold."""

    def __init__(self, randomness: Randomness, seconds: Callable[[], float]) -> None:
        self._randomness = randomness
        self._seconds = seconds
        self._sessions: OrderedDict[bytes, Session] = OrderedDict()

    def __len__(self) -> int:
        return len(self._sessions)

    def cookie(self) -> str:
        """A new cookie; it opens nothing by itself."""
        return self._randomness(LENGTH).hex()

    def begin(self, user: str, role: Role) -> str:
        """Somebody logged in; their cookie from now on."""
        cookie, now = self.cookie(), self._seconds()
        self._sessions[_hashed(cookie)] = Session(user, role, now, now)
        while len(self._sessions) > MOST:
            self._sessions.popitem(last=False)
        return cookie

    def find(self, cookie: str) -> Session | None:
        """Whose cookie this is; being asked for keeps a session from idling."""
        key, now = _hashed(cookie), self._seconds()
        session = self._sessions.get(key)
        if session is None:
            return None
        if now - session.used > IDLE or now - session.began > LONGEST:
            del self._sessions[key]
            return None
        session = attrs.evolve(session, used=now)
        self._sessions[key] = session
        self._sessions.move_to_end(key)
        return session

    def endOf(self, users: frozenset[str]) -> None:
        """These users changed or are gone: whoever is one of them logs in anew."""
        for key in [key for key, one in self._sessions.items() if one.user in users]:
            del self._sessions[key]

    def end(self, cookie: str) -> None:
        """Somebody logged out."""
        self._sessions.pop(_hashed(cookie), None)


def _hashed(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode("utf-8", "surrogatepass")).digest()
