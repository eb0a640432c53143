"""
Users in the store: what the commands of ``ocppgw-passwd`` do with the gateway's database.

Each change and its entry in the audit trail are one transaction.  Blocks for the disk, in a
process of its own; every function gives the lines to print.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import attrs

from ocppgw.access.roles import Role
from ocppgw.access.secrets import PasswordHash
from ocppgw.access.userbook import KeptUsers, UserRemoved, UserSet
from ocppgw.access.users import User
from ocppgw.admin.terminal import Refused
from ocppgw.model.facts import SITE, CommandEnded
from ocppgw.store.alterations import alter
from ocppgw.store.statements import KEPT
from ocppgw.store.users import changeUser, listUsers

ORIGIN = "ocppgw-passwd"
"""How the audit trail calls the script."""

LONGEST = 100
"""Characters of a name, as in the configuration file."""

Lines = tuple[str, ...]


@attrs.frozen
class UserStore:
    """
    The users in the database at ``path``.

    :ivar configured: names that the configuration file has as well, where it is known.
    """

    path: Path
    configured: frozenset[str] = frozenset()

    def add(self, name: str, role: Role, password: PasswordHash) -> Lines:
        """A new user."""
        if not 0 < len(name) <= LONGEST or not name.isprintable():
            raise Refused(f"a name has 1 to {LONGEST} printable characters")

        def change(cursor: Any) -> None:
            if _find(cursor, name) is not None:
                raise Refused(f"there is a user {name} already: set-password, set-role or remove")
            changeUser(cursor, UserSet(User(name, role, password)))

        return self._change("AddUser", name, f"role={role.name}", change)

    def setPassword(self, name: str, password: PasswordHash) -> Lines:
        """Another password for a user."""
        return self._change("SetUserPassword", name, "", _evolution(name, password=password))

    def setRole(self, name: str, role: Role) -> Lines:
        """Another role for a user."""
        change = _evolution(name, role=role)
        return self._change("SetUserRole", name, f"role={role.name}", change)

    def remove(self, name: str) -> Lines:
        """A user less, also one whose entry is damaged."""

        def change(cursor: Any) -> None:
            changeUser(cursor, UserRemoved(name))
            if not cursor.rowcount:
                raise _unknown(name)

        return self._change("RemoveUser", name, "", change)

    def list(self) -> Lines:
        """A line for each user: the name and the role."""
        kept: KeptUsers = alter(self.path, listUsers)
        sound = {user.name: user.role.name for user in kept.users}
        known = sound | dict.fromkeys(kept.damaged, "damaged: remove it")
        return tuple(f"{name} ({what})" for name, what in sorted(known.items()))

    def _change(self, what: str, name: str, arguments: str, change: Callable[[Any], None]) -> Lines:
        told = CommandEnded(
            what,
            f"user={name} {arguments}".strip(),
            "Accepted",
            "",
            getpass.getuser(),
            ORIGIN,
            datetime.now(UTC),
        )

        def do(cursor: Any) -> None:
            change(cursor)
            for statement in KEPT[CommandEnded]:
                statement.run(cursor, list(statement.rows(SITE, told)))

        alter(self.path, do)
        return (f"user: {name}", *self._notes(name))

    def _notes(self, name: str) -> Lines:
        if name not in self.configured:
            return ()
        return (f"note: the configuration file has a user {name}, who counts instead",)


def _find(cursor: Any, name: str) -> User | None:
    kept = listUsers(cursor)
    if name in kept.damaged:
        raise Refused(f"user {name} is damaged: remove it, then add it again")
    return next((user for user in kept.users if user.name == name), None)


def _evolution(name: str, **changes: Any) -> Callable[[Any], None]:
    def change(cursor: Any) -> None:
        before = _find(cursor, name)
        if before is None:
            raise _unknown(name)
        changeUser(cursor, UserSet(attrs.evolve(before, **changes)))

    return change


def _unknown(name: str) -> Refused:
    return Refused(f"there is no user {name} in the store")
