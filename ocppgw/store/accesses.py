"""
What is kept for letting charge points in: which change becomes which SQL, and the way back.

Functions of a database cursor; reading and writing threads, and the command line tool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import attrs

from ocppgw.access import linkaccess as a

_SQL: Mapping[type, str] = MappingProxyType(
    {
        a.PasswordSet: """INSERT INTO link_access (identity, password)
            VALUES (:identity, :password) ON CONFLICT (identity) DO UPDATE
            SET password = excluded.password, candidate = ''""",
        a.CandidateSet: """INSERT INTO link_access (identity, candidate)
            VALUES (:identity, :password) ON CONFLICT (identity) DO UPDATE
            SET candidate = excluded.candidate""",
        a.CandidateAdopted: """UPDATE link_access SET password = candidate, candidate = ''
            WHERE identity = :identity AND candidate = :password""",
        a.CandidateDropped: """UPDATE link_access SET candidate = ''
            WHERE identity = :identity AND candidate = :password""",
        a.ProfileReached: """INSERT INTO link_access (identity, security_profile)
            VALUES (:identity, :securityProfile) ON CONFLICT (identity) DO UPDATE
            SET security_profile = max(security_profile, excluded.security_profile)""",
        a.ProfileForgotten: """UPDATE link_access SET security_profile = 0
            WHERE identity = :identity""",
    }
)

_NOTHING = a.LinkAccess()


def findAccesses(cursor: Any, identities: Sequence[str]) -> Mapping[str, a.LinkAccess]:
    """What is kept of each identity; the defaults where nothing is."""
    places = ", ".join("?" * len(identities))
    cursor.execute(
        "SELECT identity, password, candidate, security_profile FROM link_access"
        f" WHERE identity IN ({places})",
        identities,
    )
    kept = {row[0]: a.LinkAccess(*row[1:]) for row in cursor.fetchall()}
    return {identity: kept.get(identity, _NOTHING) for identity in identities}


def changeAccess(cursor: Any, change: a.Change) -> None:
    """Keep a change."""
    cursor.execute(_SQL[type(change)], attrs.asdict(change))


def knownAs(cursor: Any, identity: str) -> str | None:
    """
    How a known charge point spells its identity: exactly so, else the only one that differs in
    nothing but case (C8); ``None`` where there is none.
    """
    cursor.execute("SELECT identity FROM charge_point WHERE removed_at IS NULL")
    known = [row[0] for row in cursor.fetchall()]
    if identity in known:
        return identity
    alike = [one for one in known if one.casefold() == identity.casefold()]
    return alike[0] if len(alike) == 1 else None
