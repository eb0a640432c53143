"""
Writing what a socket takes at once, at once.

Twisted's TCP connections keep what is written until the reactor found the socket writable, which
it nearly always is: that costs more than the writing.  So what the socket takes goes out here, as
long as nothing else waits to be written; the rest is left to the connection, which goes on in its
own time and tells its producer to pause.  Reactor thread.

Whether something waits is only to be seen in two attributes that Twisted keeps to itself; tests
guard them, and that the socket may be written to beside it.
"""

from __future__ import annotations

from twisted.internet.tcp import Server


def write(transport: Server, data: bytes) -> None:
    """As ``transport.write``, sooner."""
    if _isIdle(transport):
        try:
            sent = transport.socket.send(data)
        except OSError:
            sent = 0  # It is full, or lost: the connection finds that out, and says so.
        if sent == len(data):
            return
        data = data[sent:]
    transport.write(data)


def _isIdle(transport: Server) -> bool:
    """Whether all that was written is out, and more may be."""
    isWaiting = transport.dataBuffer or transport._tempDataBuffer
    return not isWaiting and bool(transport.connected) and not transport.disconnecting
