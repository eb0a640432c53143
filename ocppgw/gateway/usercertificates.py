"""
The certificates of users, read from the files that the configuration names.

Blocks for the disk: for a thread, never for the reactor's.
"""

from __future__ import annotations

from pathlib import Path

import attrs

from ocppgw.access.users import Users
from ocppgw.config.configuration import Configuration
from ocppgw.uaserver.security.certificates import UNREADABLE
from ocppgw.uaserver.security.refusals import SecurityRefused
from ocppgw.uaserver.security.trustlist import certificatesOf


def withCertificates(configuration: Configuration) -> Users:
    """The users of the configuration.  Fails with ``OSError``, whose text names the file."""
    users = configuration.knownUsers()
    known = dict(users.byName)
    for table in configuration.users:
        if table.certificate is not None:
            certificate = certificateOf(table.certificate)
            known[table.name] = attrs.evolve(known[table.name], certificate=certificate)
    return attrs.evolve(users, byName=tuple(known.values()))


def certificateOf(path: Path) -> bytes:
    """The certificate of a file, DER.  Fails with ``OSError``, whose text names the file."""
    try:
        return certificatesOf(path.read_bytes())[0].der
    except (SecurityRefused, *UNREADABLE) as error:
        raise OSError(f"{path} is no certificate of a user: {error}") from None
