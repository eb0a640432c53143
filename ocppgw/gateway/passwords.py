"""
Checking passwords of OPC UA sessions away from both threads.

`PasswordCheck` uses a pool of two threads, because a hash takes its time and its memory, and
counts the failures per peer, so that guessing gets slower and slower.  It is called on the OPC
UA thread and answers there; every question gets one answer, also where too many wait.
A test gives a pool that runs at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import attrs
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool

from ocppgw.access.peers import neighbourhood
from ocppgw.access.roles import Role
from ocppgw.access.secrets import Hasher, Secret, scrypt
from ocppgw.access.throttling import Throttle
from ocppgw.access.userbook import UserBook
from ocppgw.access.users import User

THREADS = 2
MOST_WAITING = 50
"""Sessions that may wait for their password to be checked."""

log = Logger()


@attrs.frozen
class _Question:
    peer: str
    done: Callable[[Role | str], None]


class PasswordCheck:
    """
    Answers whether a user name and a password belong together.

    :param callOnOpcUa: runs a callable on the OPC UA thread.
    :param throttle: counts failures; used on the OPC UA thread only.
    """

    def __init__(
        self,
        book: UserBook,
        pool: ThreadPool,
        callOnOpcUa: Callable[[Callable[[], None]], None],
        throttle: Throttle,
        hasher: Hasher = scrypt,
    ) -> None:
        self._book = book
        self._pool = pool
        self._callOnOpcUa = callOnOpcUa
        self._throttle = throttle
        self._hasher = hasher
        self._waiting = 0

    def __call__(
        self, userName: str, password: bytes, host: str, done: Callable[[Role | str], None]
    ) -> None:
        """Ask; ``done`` gets the role, or why there is none.  OPC UA thread."""
        question = _Question(neighbourhood(host), done)
        if self._throttle.delay(question.peer) > 0:
            done("too many failures from its address: not even looked at")
            return
        if self._waiting >= MOST_WAITING:
            done("too many log-ins at once")
            return
        self._waiting += 1
        secret = Secret(password.decode("utf-8", "replace"))
        self._pool.callInThreadWithCallback(
            partial(self._hashed, question),
            self._book.current.authenticate,
            userName,
            secret,
            self._hasher,
        )

    def _hashed(self, question: _Question, success: bool, result: User | Failure | None) -> None:
        # On a thread of the pool.
        self._callOnOpcUa(partial(self._checked, question, result))

    def _checked(self, question: _Question, result: User | Failure | None) -> None:
        self._waiting -= 1
        if isinstance(result, User) and self._book.has(result):
            self._throttle.succeeded(question.peer)
            question.done(result.role)
            return
        if isinstance(result, Failure):
            log.failure("A password could not be checked", failure=result)
        self._throttle.failed(question.peer)
        question.done("unknown user or wrong password")
