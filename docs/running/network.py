"""
A loopback of one's own: what the documents start can use the ports that they name, whatever else
listens on the machine, and reaches nothing beyond.

Linux only, and only where the kernel lets this user have a network namespace.  Elsewhere the
machine's own loopback serves, if the ports are free.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Sequence

import attrs

PORTS = (4840, 8080, 8887)
"""What the documents' gateways listen on."""

_HOLD = """
import fcntl, os, socket, struct, sys
request = struct.pack("16sH14s", b"lo", 0x1 | 0x40, b"")
fcntl.ioctl(socket.socket(), 0x8914, request)
print("up", flush=True)
sys.stdin.read()
"""


class PortsTaken(Exception):
    """Something else listens where the documents' gateways would."""


@attrs.define
class Network:
    """
    The network of what is run.

    :ivar prefix: words before a command that is to be in it; none where it is the machine's.
    """

    prefix: Sequence[str] = ()
    _holder: subprocess.Popen[str] | None = None

    def close(self) -> None:
        """Give it back."""
        if self._holder is not None:
            self._holder.communicate("")


def ownNetwork() -> Network:
    """A network of our own, or the machine's.  Raises `PortsTaken`."""
    try:
        holder = subprocess.Popen(
            ["unshare", "--net", sys.executable, "-c", _HOLD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    except FileNotFoundError:
        return _machines()
    assert holder.stdout is not None
    if holder.stdout.readline() != "up\n":
        holder.communicate("")
        return _machines()
    return Network(("nsenter", f"--net=/proc/{holder.pid}/ns/net"), holder)


def _machines() -> Network:
    taken = [port for port in PORTS if _isTaken(port)]
    if taken:
        raise PortsTaken(f"ports that the documents use are taken: {taken}")
    return Network()


def _isTaken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
