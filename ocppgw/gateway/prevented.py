"""
What prevents a start, in a line that says what to do.

Pure.  Most errors of ours say it themselves; those of the system do not.
"""

from __future__ import annotations

import errno
from collections.abc import Mapping
from types import MappingProxyType

from twisted.internet.error import CannotListenError

from ocppgw.interfaces import StoreFailed

_REMEDIES: Mapping[int, str] = MappingProxyType(
    {
        errno.EADDRINUSE: "stop who has it, or name another port; ocppgw-admin check says who",
        errno.EADDRNOTAVAIL: "compare the interface in the configuration with the machine's",
        errno.EACCES: "give the gateway's user that right; ocppgw-admin check says where",
        errno.EPERM: "give the gateway's user that right; ocppgw-admin check says where",
        errno.ENOSPC: "make room on the disk",
        errno.EROFS: "the file system is read-only: name another state folder, or mend it",
    }
)


def explained(error: BaseException | None) -> str:
    """The error, and what to do where it does not say so itself."""
    cause = error.socketError if isinstance(error, CannotListenError) else error
    number = getattr(cause, "errno", None)
    remedy = "" if isinstance(error, StoreFailed) else _REMEDIES.get(number or 0, "")
    return f"{error}; {remedy}" if remedy else str(error)
