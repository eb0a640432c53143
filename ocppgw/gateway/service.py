"""
The gateway as one Twisted service.

It owns the parts and the order in which they start and stop.  Reactor thread.  `startService`
returns at once: the start goes on, and ends with the ready line or with one line that says what
prevents it, and then ``failed`` is called.  `stopService` fires when nothing is left open.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from random import SystemRandom
from typing import Any

import attrs
from twisted.application.service import Service
from twisted.internet.defer import Deferred, TimeoutError, inlineCallbacks, maybeDeferred
from twisted.internet.error import CannotListenError
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool

from ocppgw.central.centralsystem import CentralSystem
from ocppgw.central.recording import Recorder
from ocppgw.config.configuration import Configuration
from ocppgw.gateway.accesstrail import AccessTrail
from ocppgw.gateway.consoleside import Door, OpcUaStatus, consoleSide
from ocppgw.gateway.consoletls import ConsoleTls, readTls
from ocppgw.gateway.demo import demonstration
from ocppgw.gateway.firststart import firstEngineer
from ocppgw.gateway.inforce import Parts, readAgain, told
from ocppgw.gateway.inquiries import Inquiries
from ocppgw.gateway.opcuacertificate import OpcUaCertificate
from ocppgw.gateway.opcuaside import (
    PKI,
    Guard,
    OpcUaSide,
    opcUaSide,
    securityOf,
    trustList,
    wantedCertificate,
)
from ocppgw.gateway.ownaddress import ownAddress
from ocppgw.gateway.passwords import THREADS
from ocppgw.gateway.prevented import explained
from ocppgw.gateway.ready import Ready
from ocppgw.gateway.reloading import Again, Reloading
from ocppgw.gateway.requests import answerer, stopper
from ocppgw.gateway.storedusers import StoredUsers
from ocppgw.gateway.supervision import Supervisor, supervisorOf
from ocppgw.gateway.trusting import Trusting
from ocppgw.gateway.usercertificates import withCertificates
from ocppgw.interfaces import Snapshot, StoreFailed
from ocppgw.model.facts import SITE, CommandEnded
from ocppgw.model.registry import Registry
from ocppgw.store.archive import SqliteArchive
from ocppgw.store.history import SqliteHistory
from ocppgw.store.sqlite import SqliteStore
from ocppgw.uaserver.server import OpcUaServer
from ocppgw.web.console import Console
from ocppgw.web.means import Means

DATABASE = "ocppgw.sqlite3"

PART = 10.0
"""Seconds that one part may take to stop: a disk that hangs must not hold up the others."""

EXPECTED = (StoreFailed, CannotListenError, OSError)
"""What may prevent a start without being a mistake of ours: its text says what to do."""

log = Logger()


@attrs.frozen
class _Kept:
    """
    The store, its readers, and who writes log-ins into it.

    :ivar snapshot: what it held when it was opened.
    :ivar keep: writes an entry into the audit trail.
    """

    store: SqliteStore
    snapshot: Snapshot
    history: SqliteHistory
    archive: SqliteArchive
    trail: AccessTrail
    keep: Callable[[CommandEnded], None]


class Gateway(Service):
    """
    Everything that one process does.

    :param failed: called when the start was prevented, with the reason, which the log has, too.
    :param settled: called once everything is up, before the ready line.
    :param demo: how many simulated charge points to start.
    :param supervisor: told of start and stop, and that both threads are alive.
    :param again: how the configuration is read again; without it, it is what it was.
    """

    name = "ocppgw"

    def __init__(
        self,
        configuration: Configuration,
        reactor: Any,
        demo: int = 0,
        failed: Callable[[str], None] = lambda why: None,
        settled: Callable[[], None] = lambda: None,
        supervisor: Supervisor | None = None,
        again: Again | None = None,
    ) -> None:
        self._configuration = configuration
        self._again = again or Again(lambda: configuration, lambda log: None)
        self._reactor = reactor
        self._demo = demo
        self._failed = failed
        self._settled = settled
        self._supervisor = supervisor or supervisorOf({}, reactor, 0)
        self._closers: list[Callable[[], Any]] = []
        self._starting: Deferred[Ready | None] | None = None
        self._console: Console | None = None
        self._tls: ConsoleTls | None = None
        self._reloading: Reloading | None = None

    def startService(self) -> None:
        """Begin to start; see `whenReady` for the end of it."""
        super().startService()  # type: ignore[no-untyped-call]
        self._starting = self._start()
        self._starting.addErrback(self._prevented)

    def whenReady(self) -> Deferred[Ready | None]:
        """Fires with where everything listens, or with ``None`` when the start was prevented."""
        ready: Deferred[Ready | None] = Deferred()

        def tell(result: Ready | None) -> Ready | None:
            ready.callback(result)
            return result

        assert self._starting is not None, "started first"
        self._starting.addCallback(tell)
        return ready

    @inlineCallbacks
    def reload(self) -> Any:
        """Read the configuration again; fires when that is done, well or not, and never fails."""
        if self._reloading is None or not self.running:
            log.info("The configuration is not read again: the gateway is starting or stopping")
            return
        self._supervisor.reloading()
        yield self._reloading.reload()
        if self.running:
            self._supervisor.ready(f"configuration: {self._reloading.status}")

    @inlineCallbacks
    def stopService(self) -> Any:
        """Stop the parts in order; fires when all are stopped, whatever fails on the way."""
        super().stopService()  # type: ignore[no-untyped-call]
        self._supervisor.stopping()
        if self._reloading is not None:
            self._reloading.stop()
        yield self._starting
        yield self._close()

    @inlineCallbacks
    def _start(self) -> Any:
        started = _now()
        kept = yield self._open()
        pool = self._threads("user-passwords")
        users, initialPassword = yield self._users(pool, kept.store)
        certificate, security = yield self._security(pool, kept.trail)
        registry = Registry(failed=_observerFailed)
        central = self._central(registry, kept, certificate)
        self._closers.append(central.release)
        yield central.hold()
        answer = answerer(central, Inquiries(kept.history, self._reactor))
        guard = Guard(users.book, pool, security)
        side = opcUaSide(self._configuration, registry, answer, guard, self._reactor, started)
        kept.trail.observe(side.refused)
        # Closed in reverse: refusing is the first thing, the console and the store come last.
        self._closers += [central.stopService, side.server.stop, stopper(central, side)]
        opcua = yield side.server.start()
        certificate.start(side.server.renew)
        yield central.startService()
        means = self._means(registry, central, kept, side.server, opcua, pool)
        web = yield self._startConsole(means, Door(users.book, pool, kept.trail))
        ready = Ready(central.urls(), opcua, web, initialPassword)
        self._settled()
        log.info("{ready}", ready=ready)
        parts = Parts(self._again.useLog, users, central, self._tls, certificate.look)
        self._reloading = self._reloadable(pool, parts)
        self._tellSupervisor(ready, side)
        self._startDemo(ready)
        return ready

    @inlineCallbacks
    def _open(self) -> Any:
        """What was kept, and the store that goes on keeping."""
        path = self._configuration.gateway.state / DATABASE
        store = SqliteStore(path, self._reactor, self._configuration.store, _now)
        snapshot = yield store.open(_now())
        history = SqliteHistory(store.path, self._reactor)
        archive = SqliteArchive(store.path, self._reactor)

        def keep(entry: CommandEnded) -> None:
            store.note(SITE, [entry])

        trail = AccessTrail(keep, self._reactor, _now)
        trail.start()
        closers = [store.close, history.close, archive.close, trail.stop, self._closeConsole]
        self._closers += closers
        return _Kept(store, snapshot, history, archive, trail, keep)

    def _central(
        self, registry: Registry, kept: _Kept, certificate: OpcUaCertificate
    ) -> CentralSystem:
        """The Central System, knowing what was kept; it listens nowhere yet."""
        central = CentralSystem(
            self._configuration,
            registry,
            Recorder(registry, kept.store, lambda: deferLater(self._reactor, 0)),
            kept.store,
            self._reactor,
            _now,
            SystemRandom(),
        )
        pool = self._threads("charge-point-passwords")
        central.hashing.use(partial(deferToThreadPool, self._reactor, pool))
        readers = self._threads("long-messages")
        central.reading.use(partial(deferToThreadPool, self._reactor, readers))
        central.others = lambda: told(certificate, self._tls, self._reloading)
        central.take(kept.snapshot)
        return central

    def _means(
        self,
        registry: Registry,
        central: CentralSystem,
        kept: _Kept,
        server: OpcUaServer,
        url: str,
        pool: ThreadPool,
    ) -> Means:
        """What the console may use."""
        folder, changed = self._configuration.gateway.state / PKI, server.trustChanged
        return Means(
            registry,
            central,
            central,
            kept.history,
            kept.archive,
            OpcUaStatus(server, url, self._reactor),
            central.frames,
            Trusting(folder, kept.keep, changed, pool, self._reactor, _now),
            lambda: central.configuration,
            self._reactor,
            _now,
            ownAddress,
        )

    def _reloadable(self, pool: ThreadPool, parts: Parts) -> Reloading:
        """What can change while everything runs."""
        read = partial(readAgain, self._again.read, self._configuration.web)
        reading = partial(deferToThreadPool, self._reactor, pool, read)
        return Reloading(self._configuration, reading, parts.use)

    @inlineCallbacks
    def _startConsole(self, means: Means, door: Door) -> Any:
        """The URL of the console, or ``none``."""
        section = self._configuration.web
        if section.listen == "none":
            return "none"
        tls = yield deferToThreadPool(self._reactor, door.pool, readTls, section)
        self._tls = None if tls is None else ConsoleTls(tls, _now)
        self._console = consoleSide(self._configuration, means, door, self._tls)
        try:
            url = yield self._console.start()
        except CannotListenError as error:
            if not section.isOptional:
                raise
            log.warn("No console: {why}; --web gives another port", why=str(error))
            return "none"
        return url

    def _closeConsole(self) -> Any:
        return self._console.stop() if self._console is not None else None

    def _threads(self, name: str) -> ThreadPool:
        """Threads of their own, so that charge points and people do not wait for each other."""
        pool = ThreadPool(0, THREADS, name=name)
        pool.start()
        self._closers.append(pool.stop)
        return pool

    @inlineCallbacks
    def _security(self, pool: ThreadPool, trail: AccessTrail) -> Any:
        """Our certificate, and the security of the OPC UA side with it."""
        configuration = self._configuration
        trusted = trustList(configuration)
        yield deferToThreadPool(self._reactor, pool, trusted.prepare)
        certificate = OpcUaCertificate(
            configuration.gateway.state / PKI / "own",
            lambda: wantedCertificate(configuration),
            pool,
            self._reactor,
            _now,
        )
        self._closers.append(certificate.stop)
        own = yield certificate.prepare()
        return certificate, securityOf(configuration, own, trusted, trail)

    @inlineCallbacks
    def _users(self, pool: ThreadPool, store: SqliteStore) -> Any:
        """Who may come in, and the file with the first start's password where that is in use."""
        configuration, reactor = self._configuration, self._reactor
        configured = yield deferToThreadPool(reactor, pool, withCertificates, configuration)
        users = StoredUsers(configured, store, reactor)
        yield users.load()
        engineer, path = None, None
        if users.needFirstEngineer:
            state = configuration.gateway.state
            engineer, path = yield deferToThreadPool(
                reactor, pool, firstEngineer, state, os.urandom
            )
        users.start(engineer)
        self._closers.append(users.stop)
        return users, path

    def _tellSupervisor(self, ready: Ready, side: OpcUaSide) -> None:
        if not self.running:
            return
        reactor, server = self._reactor, side.server
        self._supervisor.ready(str(ready))
        self._supervisor.watch(lambda alive: server.call(lambda: reactor.callFromThread(alive)))

    def _startDemo(self, ready: Ready) -> None:
        if not self._demo:
            return
        demo = demonstration(self._demo, ready.ocpp, self._reactor, _now, SystemRandom())
        if demo is None:
            log.warn("No simulated charge points: no listener is open without a password")
            return
        self._closers.append(demo.stopService)
        demo.startService()

    def _prevented(self, failure: Failure) -> None:
        if failure.check(*EXPECTED):
            why = explained(failure.value)
            log.critical("ocppgw cannot start: {why}", why=why)
        else:
            why = "a mistake of its own; the log has it"
            log.failure("ocppgw cannot start, by a mistake of its own", failure=failure)
        self._failed(why)

    @inlineCallbacks
    def _close(self) -> Any:
        while self._closers:
            closer = self._closers.pop()
            try:
                yield maybeDeferred(closer).addTimeout(PART, self._reactor)
            except TimeoutError:
                log.error("A part did not stop within {bound} s: it is left behind", bound=PART)
            except Exception:  # noqa: BLE001 - the others have to be closed all the same
                log.failure("A part did not stop cleanly")


_now = partial(datetime.now, UTC)


def _observerFailed(error: BaseException) -> None:
    log.failure("An observer of the registry failed", failure=Failure(error))
