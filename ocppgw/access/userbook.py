"""
The users as they are now, and how the kept ones change.

`UserBook` owns nothing but the latest `Users`, which are replaced as a whole: any thread may read
`UserBook.current`.  Whoever let somebody in asks to hear of users who changed or are gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from ocppgw.access.users import User, Users


@attrs.frozen
class UserSet:
    """This user is kept from now on, in place of one of the same name."""

    user: User


@attrs.frozen
class UserRemoved:
    """The user of this name is not kept any more."""

    name: str


@attrs.frozen
class KeptUsers:
    """
    The users that are kept.

    :ivar users: by name.
    :ivar damaged: names of those whose role or password makes no sense; nobody comes in by them.
    """

    users: tuple[User, ...] = ()
    damaged: tuple[str, ...] = ()


UserChange = UserSet | UserRemoved

Observer = Callable[[frozenset[str]], None]
"""Told the names of users who changed or are gone; new ones are not among them."""


class UserBook:
    """The users of the gateway."""

    def __init__(self, users: Users) -> None:
        self.current = users
        self._observers: list[Observer] = []

    def observe(self, observer: Observer) -> None:
        """Have ``observer`` called after each replacement that changed or removed somebody."""
        self._observers.append(observer)

    def has(self, user: User) -> bool:
        """Is this user still one, and unchanged?  Checking a password takes its time."""
        return self.current.byName.get(user.name) == user

    def replace(self, users: Iterable[User]) -> None:
        """These are the users from now on; what anonymous ones may do stays."""
        before, self.current = self.current, attrs.evolve(self.current, byName=tuple(users))
        after = self.current.byName
        changed = frozenset(name for name, user in before.byName.items() if after.get(name) != user)
        if changed:
            for observer in self._observers:
                observer(changed)
