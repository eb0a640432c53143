"""
Reading the configuration again while the gateway runs.

Owns the configuration in force.  The files are read in a pool; then everything that can change is
put in force at once, or, where anything of it cannot be used, nothing.  The log names what
changed and what waits for a restart.  Reactor thread; `Reloading.reload` never fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import attrs
from twisted.internet.defer import Deferred, DeferredLock
from twisted.logger import Logger
from twisted.python.failure import Failure

from ocppgw.access.users import Users
from ocppgw.config.comparing import Difference, differences, reloaded
from ocppgw.config.configuration import Configuration
from ocppgw.config.errors import ConfigurationError
from ocppgw.config.log import LogSection
from ocppgw.gateway.consoletls import Tls
from ocppgw.model.point import Value

MOST = 50
"""Differences that are named in one line; a list of idTags may have thousands."""

log = Logger()


@attrs.frozen
class Read:
    """
    What was read.

    :ivar users: those of the configuration, with their certificates.
    :ivar tls: of the console, where it speaks TLS.
    """

    configuration: Configuration
    users: Users
    tls: Tls | None = None


@attrs.frozen
class Again:
    """
    What a process can do again and a gateway by itself cannot.

    :ivar read: reads the configuration as at the start; blocks, and fails with
        ``ConfigurationError``.
    :ivar useLog: goes by another section ``[log]``; fails with ``OSError``.
    """

    read: Callable[[], Configuration]
    useLog: Callable[[LogSection], None]


class Reloading:
    """
    Reads again and puts in force.

    :param configuration: in force so far.
    :param read: reads everything anew, away from the reactor thread.
    :param use: puts in force what can change; whatever it may refuse with ``OSError`` comes first.
    :ivar status: ``ok``, or what of the file is not in force, and why.
    """

    def __init__(
        self,
        configuration: Configuration,
        read: Callable[[], Deferred[Read]],
        use: Callable[[Read], None],
    ) -> None:
        self.configuration = configuration
        self.status = "ok"
        self._read = read
        self._use = use
        self._lock = DeferredLock()
        self._isStopped = False

    def reload(self) -> Deferred[None]:
        """Read again, one after another; fires when that is done, well or not."""
        done: Deferred[None] = self._lock.run(self._reload)
        return done

    def stop(self) -> None:
        """Put nothing in force any more: the parts are about to end."""
        self._isStopped = True

    def values(self) -> Mapping[str, Value]:
        """What the object Gateway shows of it."""
        return {"ConfigurationStatus": self.status}

    def _reload(self) -> Deferred[None]:
        return self._read().addCallback(self._compared).addErrback(self._refused)

    def _compared(self, read: Read) -> None:
        if self._isStopped:
            return
        found = differences(self.configuration, read.configuration)
        made = reloaded(self.configuration, read.configuration)
        self._use(attrs.evolve(read, configuration=made))
        self.configuration = made
        changed = [one for one in found if one.reload]
        waiting = [one for one in found if not one.reload]
        self._tell(changed, waiting)

    def _tell(self, changed: Sequence[Difference], waiting: Sequence[Difference]) -> None:
        log.info("Configuration read again; changed: {changed}", changed=_listed(changed))
        self.status = "ok"
        if waiting:
            what = _listed(waiting)
            self.status = f"restart needed for: {what}"
            log.warn("A restart is needed for: {what}", what=what)

    def _refused(self, failure: Failure) -> None:
        if failure.check(ConfigurationError, OSError):
            why = failure.getErrorMessage()
            log.error("The configuration was not read again, nothing changed: {why}", why=why)
        else:
            why = "a mistake of the gateway; its log has it"
            log.failure("The configuration could not be read again", failure=failure)
        self.status = f"not read again: {why}"


def _listed(found: Sequence[Difference]) -> str:
    if not found:
        return "nothing"
    words = [str(one) for one in found[:MOST]]
    more = len(found) - len(words)
    return "; ".join([*words, f"and {more} more"] if more else words)
