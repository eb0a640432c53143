"""
Names and passwords that were right a moment ago, so that a program need not be checked again and
again: each check costs a hash that is slow on purpose.

Owns a bounded memory.  Kept is a keyed digest, under a key that only this process has; who reads
it out learns no password, and it opens nothing elsewhere.  Reactor thread; no call waits.
"""

from __future__ import annotations

import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable

from ocppgw.access.secrets import Secret
from ocppgw.access.userbook import UserBook
from ocppgw.access.users import User

GOOD_FOR = 60.0
"""Seconds, counted from the check."""

MOST = 1000
"""Credentials; the one checked longest ago goes first."""

LENGTH = 32
"""Bytes of the key."""


class Remembered:
    """
    The credentials that were right.

    :param key: random, `LENGTH` bytes.
    :param seconds: a clock that never goes back.
    """

    def __init__(self, book: UserBook, key: bytes, seconds: Callable[[], float]) -> None:
        self._book = book
        self._key = key
        self._seconds = seconds
        self._kept: OrderedDict[bytes, tuple[float, User]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def keep(self, user: User, password: Secret) -> None:
        """These were right."""
        digest = self._digest(user.name, password)
        self._kept[digest] = (self._seconds() + GOOD_FOR, user)
        self._kept.move_to_end(digest)
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)

    def find(self, name: str, password: Secret) -> User | None:
        """Whose they are; ``None`` where they have to be checked: also once the user changed."""
        digest = self._digest(name, password)
        until, user = self._kept.get(digest, (0.0, None))
        if user is None:
            return None
        if self._seconds() < until and self._book.has(user):
            return user
        del self._kept[digest]
        return None

    def _digest(self, name: str, password: Secret) -> bytes:
        text = f"{len(name)}:{name}{password.reveal()}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, text, hashlib.sha256).digest()
