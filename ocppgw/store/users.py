"""
The users that are kept: one SQL statement for each change, and the way back.

Functions of a database cursor; reading and writing threads, and the command line tool.
"""

from __future__ import annotations

from typing import Any

from ocppgw.access.roles import Role
from ocppgw.access.secrets import PasswordHash
from ocppgw.access.userbook import KeptUsers, UserChange, UserSet
from ocppgw.access.users import User


def listUsers(cursor: Any) -> KeptUsers:
    """All of them, by name; those that make no sense apart, because others are as good as ever."""
    cursor.execute("SELECT name, role, password FROM user_account ORDER BY name")
    users: list[User] = []
    damaged: list[str] = []
    for name, role, password in cursor.fetchall():
        try:
            users.append(User(name, Role[role], PasswordHash.parse(password)))
        except (KeyError, TypeError, ValueError):
            damaged.append(name)
    return KeptUsers(tuple(users), tuple(damaged))


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
