"""
Two devices that call in with one identity, and throw each other out again and again (C13).

Owns, per charge point, who called in during the last minute.  Openings of links and boots flow
in; that there is a conflict flows out as a deviation, and for a minute the one that is not the
remembered device may not enter.  Reactor thread; a test sees it through its clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import pairwise
from typing import ClassVar

import attrs

from ocppgw.access.peers import hostOf
from ocppgw.model.facts import Booted, ChargePointRemoved, Fact, IdentityReplaced, LinkOpened
from ocppgw.model.records import ChargePointRecord
from ocppgw.ocppj.deviations import Deviation

WINDOW = 60.0
"""Seconds in which `SWAPS` changes from one device to the other are a conflict."""

SWAPS = 3

REFUSED = 60.0
"""Seconds for which the wrong one may not enter."""

MEMORY = 3600.0
"""Seconds after a conflict in which a boot of the wrong one does not make it the right one."""


@attrs.define
class _Contest:
    """
    Who calls in with one identity.

    :ivar hosts: when, and from where, links were opened lately.
    :ivar serials: when, and with which serial number, it booted lately.
    :ivar serialOf: the serial number last seen from a host.
    :ivar remembered: serial number and host of the device that was there first.
    """

    hosts: deque[tuple[float, str]] = attrs.field(factory=lambda: deque(maxlen=SWAPS + 1))
    serials: deque[tuple[float, str]] = attrs.field(factory=lambda: deque(maxlen=SWAPS + 1))
    serialOf: dict[str, str] = attrs.field(factory=dict)
    remembered: tuple[str, str] = ("", "")
    keeper: str = ""
    until: float = 0.0


class Conflicts:
    """
    The contests.

    :param seconds: a clock that never goes back.
    :param deviated: told of each conflict.
    """

    hearsOf: ClassVar[tuple[type[Fact], ...]] = (
        LinkOpened,
        Booted,
        ChargePointRemoved,
        IdentityReplaced,
    )

    def __init__(
        self,
        seconds: Callable[[], float],
        deviated: Callable[[str, tuple[Deviation, ...]], None],
    ) -> None:
        self._seconds = seconds
        self._deviated = deviated
        self._contests: dict[str, _Contest] = {}

    def mayEnter(self, nodeName: str, host: str) -> bool:
        """Whether a device at this address may have the identity now."""
        contest = self._contests.get(nodeName)
        if contest is None or not contest.keeper or self._seconds() >= contest.until:
            return True
        return host == contest.keeper

    def observe(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        """Take in what happened."""
        match fact:
            case LinkOpened() if record is not None:
                self._opened(nodeName, record)
            case Booted() if record is not None:
                self._booted(nodeName, record)
            case ChargePointRemoved() | IdentityReplaced():
                self._contests.pop(nodeName, None)

    def _opened(self, nodeName: str, record: ChargePointRecord) -> None:
        contest, now = self._contests.setdefault(nodeName, _Contest()), self._seconds()
        host = _host(record)
        if _isQuiet(contest, now):
            contest.remembered = (record.nameplate.serialNumber, host)
        contest.hosts.append((now, host))
        if _isContest(contest.hosts, now):
            self._report(nodeName, contest, now)

    def _booted(self, nodeName: str, record: ChargePointRecord) -> None:
        contest, now = self._contests.setdefault(nodeName, _Contest()), self._seconds()
        serial = record.nameplate.serialNumber
        contest.serials.append((now, serial))
        if len(contest.serialOf) < 8 or _host(record) in contest.serialOf:
            contest.serialOf[_host(record)] = serial
        if _isContest(contest.serials, now):
            self._report(nodeName, contest, now)

    def _report(self, nodeName: str, contest: _Contest, now: float) -> None:
        hosts = sorted({host for _, host in contest.hosts})
        contest.keeper = _keeperOf(contest, hosts) if len(hosts) > 1 else ""
        contest.until = now + REFUSED
        contest.hosts.clear()
        contest.serials.clear()
        serials = sorted(filter(None, contest.serialOf.values()))
        text = "identity conflict: two devices call in with this identity"
        example = f"addresses {', '.join(hosts)}; serial numbers {', '.join(serials) or 'unknown'}"
        self._deviated(nodeName, (Deviation("C13", "", text, example),))


def _host(record: ChargePointRecord) -> str:
    return hostOf(record.link.remoteAddress)


def _isQuiet(contest: _Contest, now: float) -> bool:
    """Whether nobody called in lately, so that who calls now can be taken for the right one."""
    isOld = not contest.hosts or now - contest.hosts[-1][0] > WINDOW
    return isOld and (not contest.until or now - contest.until > MEMORY)


def _isContest(seen: deque[tuple[float, str]], now: float) -> bool:
    """Whether two took turns, `SWAPS` times within `WINDOW`."""
    names = [name for at, name in seen if now - at <= WINDOW]
    swaps = sum(one != after for one, after in pairwise(names))
    return swaps >= SWAPS and len(set(names)) == 2


def _keeperOf(contest: _Contest, hosts: list[str]) -> str:
    """The address of the remembered device: by its serial number, else who was there first."""
    serial, host = contest.remembered
    known = [one for one in hosts if serial and contest.serialOf.get(one) == serial]
    if len(known) == 1:
        return known[0]
    return host if host in hosts else hosts[0]
