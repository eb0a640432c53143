"""
One gateway per state folder.

Two gateways on one database would both give out the next transaction id.  The lock is the
kernel's and goes with the process, however that ends.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from ocppgw.interfaces import StoreFailed


def lockOf(path: Path) -> Path:
    """The lock file of a database."""
    return path.with_name(f"{path.name}.lock")


class Lock:
    """Holds a lock file beside the database, from making it until `release`."""

    def __init__(self, path: Path) -> None:
        """Take it, or fail with `StoreFailed`.  Blocks only for the file system."""
        name = lockOf(path)
        try:
            name.parent.mkdir(parents=True, exist_ok=True)
            self._descriptor = os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreFailed(
                f"{name} cannot be opened: {error.strerror}; "
                "give it and its folder to the gateway's user"
            ) from error
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise StoreFailed(
                f"{path} is in use by another gateway: stop it, or give this one its own --state"
            ) from error

    def release(self) -> None:
        """Let it go; the file stays, because removing it would open a race."""
        os.close(self._descriptor)
