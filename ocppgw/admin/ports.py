"""
Whether a port can be listened on, who listens there already, and what that process has open.

Asks the kernel; nothing stays open.  Who it is can be told on Linux, and of processes of the same
user, or of all where root asks.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import attrs

FORBIDDEN = frozenset({errno.EACCES, errno.EPERM})
LISTENING = "0A"
_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")


@attrs.frozen
class Listener:
    """A process that listens; what is not known is 0 or empty."""

    pid: int = 0
    command: str = ""

    def __str__(self) -> str:
        """For people."""
        if not self.pid:
            return "a process of another user"
        return f"process {self.pid} ({self.command})"


def tried(host: str, port: int) -> int:
    """The error number of listening on a port; 0 where that goes well."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with closing(socket.socket(family, socket.SOCK_STREAM)) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                trial.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            trial.bind((host, port))
            trial.listen(1)
    except OSError as error:
        return error.errno or errno.EIO
    return 0


def whyNot(host: str, port: int, listen: Callable[[str, int], int] = tried) -> int:
    """
    The error number for which a port cannot be listened on; 0 where it can.

    The kernel looks at the right to a low port first: a port that somebody has is told as such.
    """
    reason = listen(host, port)
    isTaken = reason in FORBIDDEN and any(_inodes(port))
    return errno.EADDRINUSE if isTaken else reason


def whoListens(port: int) -> Listener:
    """Who listens on a port."""
    inodes = set(_inodes(port))
    for process in Path("/proc").glob("[0-9]*"):
        if inodes and inodes.intersection(_socketsOf(process)):
            return Listener(int(process.name), _commandOf(process))
    return Listener()


def hasOpen(pid: int, path: Path) -> bool:
    """Whether a process has a file open."""
    wanted = str(path.resolve())
    return wanted in _targetsOf(Path("/proc", str(pid)))


def _inodes(port: int) -> Iterator[str]:
    for table in _TABLES:
        try:
            lines = Path(table).read_text("ascii").splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, lines):
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


def _socketsOf(process: Path) -> Iterator[str]:
    for target in _targetsOf(process):
        if target.startswith("socket:["):
            yield target[len("socket:[") : -1]


def _targetsOf(process: Path) -> Iterator[str]:
    """What the descriptors of a process stand for."""
    try:
        for descriptor in (process / "fd").iterdir():
            # It may have been closed meanwhile.
            with suppress(FileNotFoundError):
                yield str(descriptor.readlink())
    except OSError:
        return


def _commandOf(process: Path) -> str:
    try:
        words = (process / "cmdline").read_bytes().decode("utf-8", "replace").split("\0")
    except OSError:
        return "?"
    text = " ".join(word for word in words if word)
    return "".join(c if c.isprintable() else "?" for c in text)[:120]
