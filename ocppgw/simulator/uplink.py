"""
Keeping a charge point linked: dialling, and dialling again after a while.

Owns the present line and the alarm of the next attempt.  After a failure the wait doubles up to a
bound, with jitter, so that many charge points do not come back in step; it begins anew once the
peer has sent something.  ``stop`` ends by the line's end, or by force after a moment.
"""

from __future__ import annotations

from random import Random

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from zope.interface import implementer

from ocppgw.simulator.alarm import Alarm
from ocppgw.simulator.wire import Dial, IDevice, ILine, IWire

FIRST_WAIT = 1.0
LONGEST_WAIT = 30.0
GOODBYE = 2.0
"""How many seconds a close in good order may take."""


@implementer(ILine)
class _Line:
    """One dialling; what it hears after it was given up changes nothing."""

    def __init__(self, uplink: Uplink) -> None:
        self._uplink = uplink
        self.wire: IWire | None = None

    def opened(self) -> None:
        self._uplink.lineOpened(self)

    def received(self, text: bytes) -> None:
        self._uplink.lineReceived(self, text)

    def closed(self, reason: str) -> None:
        self._uplink.lineClosed(self)


class Uplink:
    """The way from one charge point to its Central System."""

    def __init__(self, dial: Dial, device: IDevice, clock: IReactorTime, random: Random) -> None:
        self._dial = dial
        self._device = device
        self._random = random
        self._failures = 0
        self._line: _Line | None = None
        self._isOpen = False
        self._isStopped = True
        self._stopped: list[Deferred[None]] = []
        self._next = Alarm(clock, self._dials)
        self._goodbye = Alarm(clock, self._abort)

    @property
    def isOpen(self) -> bool:
        """Whether there is a link."""
        return self._isOpen

    def start(self, after: float = 0.0) -> None:
        """Dial, in so many seconds."""
        self._isStopped = False
        self._next.set(after)

    def stop(self) -> Deferred[None]:
        """Close the link and stay away; fires when the line has ended."""
        done: Deferred[None] = Deferred()
        self._isStopped = True
        self._next.cancel()
        if self._line is None:
            done.callback(None)
            return done
        self._stopped.append(done)
        self._goodbye.set(GOODBYE)
        if self._line.wire is not None:
            self._line.wire.close()
        return done

    def _abort(self) -> None:
        if self._line is not None and self._line.wire is not None:
            self._line.wire.abort()

    def _dials(self) -> None:
        self._line = line = _Line(self)
        line.wire = self._dial(line)

    def lineOpened(self, line: _Line) -> None:
        """The line is open."""
        if line is self._line and line.wire is not None and not self._isStopped:
            self._isOpen = True
            self._device.opened(line.wire)

    def lineReceived(self, line: _Line, text: bytes) -> None:
        """The peer said something: the link works."""
        if line is self._line and self._isOpen:
            self._failures = 0
            self._device.received(text)

    def lineClosed(self, line: _Line) -> None:
        """The line has ended."""
        if line is not self._line:
            return
        self._line, wasOpen, self._isOpen = None, self._isOpen, False
        away = float(self._device.closed()) if wasOpen else 0.0
        if self._isStopped:
            self._ended()
        else:
            self._next.set(away or self._wait())

    def _ended(self) -> None:
        self._goodbye.cancel()
        stopped, self._stopped = self._stopped, []
        for done in stopped:
            done.callback(None)

    def _wait(self) -> float:
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2.0 ** min(self._failures, 10))
        self._failures += 1
        jitter: float = self._random.uniform(0.5, 1.0)
        return longest * jitter
