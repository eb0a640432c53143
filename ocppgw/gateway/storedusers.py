"""
The users of the configuration file and of the store, put together and kept up to date.

Owns the look into the store every other second, so that what ``ocppgw-passwd`` changes holds
without a restart.  Where both have a name the file's user counts, and the log says so.  Without
users in the file the first start's engineer is one more, until the store has an engineer.  Reactor
thread.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.task import LoopingCall
from twisted.logger import Logger
from twisted.python.failure import Failure

from ocppgw.access.roles import Role
from ocppgw.access.userbook import KeptUsers, UserBook
from ocppgw.access.users import User, Users
from ocppgw.interfaces import IStore, StoreFailed

INTERVAL = 2.0
"""Seconds between two looks."""

log = Logger()


class StoredUsers:
    """
    Keeps a `UserBook`.

    :param configured: the users of the file.
    :param clock: the reactor, or a test's clock.
    :ivar book: everybody who may come in.
    :ivar firstEngineer: see the module; set once it was made.
    """

    def __init__(self, configured: Users, store: IStore, clock: Any) -> None:
        self.book = UserBook(configured)
        self.firstEngineer: User | None = None
        self._configured = configured
        self._store = store
        self._stored = KeptUsers()
        self._isFailing = False
        self._passedOver: set[str] = set()
        self._looking = LoopingCall(self._look)
        self._looking.clock = clock

    @property
    def needFirstEngineer(self) -> bool:
        """Can nobody set up the gateway?"""
        return not self._configured.byName and not _haveEngineer(self._stored.users)

    @inlineCallbacks
    def load(self) -> Any:
        """Look for the first time; fails with `StoreFailed`."""
        self._found((yield self._store.listUsers()))

    def start(self, firstEngineer: User | None = None) -> None:
        """Go on looking."""
        self.firstEngineer = firstEngineer
        self._put()
        self._looking.start(INTERVAL, now=False)

    def configure(self, configured: Users) -> None:
        """These are the file's users from now on; what anonymous ones may do stays."""
        self._configured = configured
        self._put()

    def stop(self) -> None:
        """Look no more."""
        if self._looking.running:
            self._looking.stop()

    def _look(self) -> Deferred[None]:
        looked: Deferred[Any] = self._store.listUsers()
        return looked.addCallback(self._found).addErrback(self._failed)

    def _found(self, stored: KeptUsers) -> None:
        self._isFailing = False
        if stored != self._stored:
            for name in sorted(set(stored.damaged) - set(self._stored.damaged)):
                log.warn("User {user!r} of the store is damaged and cannot come in", user=name)
            self._stored = stored
            self._put()

    def _failed(self, failure: Failure) -> None:
        """Who was known before stays so, and the next look may be better."""
        if not failure.check(StoreFailed) and not self._isFailing:  # the store tells of itself
            self._isFailing = True
            log.failure("The users of the store could not be looked at", failure=failure)

    def _put(self) -> None:
        known = {user.name: user for user in self._stored.users}
        if self.firstEngineer is not None and self.needFirstEngineer:
            known.setdefault(self.firstEngineer.name, self.firstEngineer)
        for name in sorted(known.keys() & self._configured.byName.keys() - self._passedOver):
            self._passedOver.add(name)
            log.warn("User {user!r} of the store is passed over: the file has one", user=name)
        self.book.replace((known | dict(self._configured.byName)).values())


def _haveEngineer(users: tuple[User, ...]) -> bool:
    return any(user.role >= Role.engineer for user in users)
