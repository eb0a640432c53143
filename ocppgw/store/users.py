"""
The users that are kept: one SQL statement for each change, and the way back.

Functions of a database cursor; reading and writing threads, and the command line tool.
"""

from __future__ import annotations

from typing import Any

from ocppgw.access.roles import Role
from ocppgw.access.secrets import PasswordHash
from ocppgw.access.userbook import UserChange, UserSet
from ocppgw.access.users import User
from ocppgw.interfaces import StoreFailed


def listUsers(cursor: Any) -> tuple[User, ...]:
    """All of them, by name.  One that makes no sense is named by a `StoreFailed`."""
    cursor.execute("SELECT name, role, password FROM user_account ORDER BY name")
    return tuple(_user(*row) for row in cursor.fetchall())


def changeUser(cursor: Any, change: UserChange) -> None:
    """Keep a change."""
    if isinstance(change, UserSet):
        user = change.user
        assert user.password is not None, "users of the store have passwords"
        cursor.execute(
            """INSERT INTO user_account (name, role, password) VALUES (?, ?, ?)
               ON CONFLICT (name) DO UPDATE
               SET role = excluded.role, password = excluded.password""",
            (user.name, user.role.name, user.password.text),
        )
    else:
        cursor.execute("DELETE FROM user_account WHERE name = ?", (change.name,))


def _user(name: str, role: str, password: str) -> User:
    try:
        return User(name, Role[role], PasswordHash.parse(password))
    except (KeyError, ValueError):
        raise StoreFailed(
            f"user {name!r} of the store is damaged: remove it with ocppgw-passwd"
        ) from None
