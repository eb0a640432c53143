"""
Checking names and passwords away from the reactor thread.

Owns the count of failures per address, so that guessing gets slower and slower; and per address and
name, so that nobody who logs in as one user wins tries at another.  The hash, slow on purpose, is
computed in a pool of threads.  Reactor thread; every Deferred fires with a user or
with ``None``, and never fails.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure

from ocppgw.access.attempts import ACCEPTED, LOG_IN, REFUSED, Attempt
from ocppgw.access.peers import neighbourhood
from ocppgw.access.secrets import Hasher, Secret, scrypt
from ocppgw.access.throttling import Throttle
from ocppgw.access.userbook import UserBook
from ocppgw.access.users import User
from ocppgw.web.doing import ORIGIN
from ocppgw.web.security.remembering import Remembered

MOST_WAITING = 50
"""Log-ins that may wait for a hash."""

log = Logger()


class LogIn:
    """
    Finds out whether a name and a password belong together.

    :param pool: where hashes are computed.
    :param remembered: what was right a moment ago.
    :param tell: hears of each log-in, accepted or not.
    """

    def __init__(
        self,
        book: UserBook,
        pool: Any,
        reactor: Any,
        throttle: Throttle,
        remembered: Remembered,
        tell: Callable[[Attempt], None],
        hasher: Hasher = scrypt,
    ) -> None:
        self._book = book
        self._pool = pool
        self._reactor = reactor
        self._throttle = throttle
        self._remembered = remembered
        self._tell = tell
        self._hasher = hasher
        self._waiting = 0

    def check(self, name: str, password: Secret, host: str) -> Deferred[User | None]:
        """The user, or ``None`` where that is wrong or has to wait."""
        if self._mustWait(name, host):
            self._refuse(name, host, "too many failures from its address: not even looked at")
            return succeed(None)
        if self._waiting >= MOST_WAITING:
            self._refuse(name, host, "too many log-ins at once")
            return succeed(None)
        self._waiting += 1
        checked: Deferred[User | None] = deferToThreadPool(
            self._reactor,
            self._pool,
            self._book.current.authenticate,
            name,
            password,
            self._hasher,
        )
        checked.addErrback(_failed)
        return checked.addCallback(self._checked, name, host)

    def recheck(self, name: str, password: Secret, host: str) -> Deferred[User | None]:
        """The same for whoever sends them each time: what was right a moment ago is right."""
        user = None if self._mustWait(name, host) else self._remembered.find(name, password)
        if user is not None:
            return succeed(user)

        def keep(user: User | None) -> User | None:
            if user is not None:
                self._remembered.keep(user, password)
            return user

        return self.check(name, password, host).addCallback(keep)

    def _checked(self, user: User | None, name: str, host: str) -> User | None:
        self._waiting -= 1
        if user is None or not self._book.has(user):
            for key in _keys(name, host):
                self._throttle.failed(key)
            self._refuse(name, host, "unknown user or wrong password")
            return None
        for key in _keys(name, host):
            self._throttle.succeeded(key)
        self._tell(Attempt(LOG_IN, ACCEPTED, host, name, origin=ORIGIN))
        return user

    def _mustWait(self, name: str, host: str) -> bool:
        return any(self._throttle.delay(key) > 0 for key in _keys(name, host))

    def _refuse(self, name: str, host: str, why: str) -> None:
        log.warn(
            "Console log-in of {user!r} from {host} refused: {why}",
            user=name[:100], host=host, why=why,
        )  # fmt: skip
        self._tell(Attempt(LOG_IN, REFUSED, host, name, why, ORIGIN))


def _keys(name: str, host: str) -> tuple[str, tuple[str, str]]:
    """What failures are counted by."""
    place = neighbourhood(host)
    return place, (place, name[:100])


def _failed(failure: Failure) -> None:
    log.failure("A password could not be checked", failure=failure)
