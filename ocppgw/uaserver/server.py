"""
The OPC UA server as the rest of the process sees it: started and stopped on
the reactor thread, at work on its own.

In: records and outcomes by the outward door, which calls `OpcUaServer.call`
and `OpcUaServer.arrived`.  Out: requests through the inward door.  `start`
fires when the port is bound; `stop` fires within its bound in any case.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool

from ocppgw.interfaces import OpcUaFacts, OpcUaSession, OpcUaSubscription
from ocppgw.uaserver.core import Outside, ServerCore
from ocppgw.uaserver.environment import Environment
from ocppgw.uaserver.library import silence
from ocppgw.uaserver.security.ownidentity import OwnIdentity
from ocppgw.uaserver.security.security import Security, describe
from ocppgw.uaserver.security.suites import NONE_URI
from ocppgw.uaserver.settings import ServerSettings
from ocppgw.uaserver.subscriptions.subscription import Subscription
from ocppgw.uaserver.thread import OpcUaThread
from ocppgw.uaserver.timer import LoopTime
from ocppgw.uaserver.transport.channel import Channel

#: Seconds for the thread to end; then the rest of the process goes on without it.
STOP_BOUND = 5.0
#: Seconds in which clients that are connected may read that the server shuts down.
NOTICE = 1.0
#: Seconds for what was written last to leave.
_FLUSH = 0.2
_BACKLOG = 512
#: A peer that is not this machine (RFC 5737).
_ELSEWHERE = "192.0.2.1:0"

log = Logger()


class OpcUaServer:
    """
    The server.

    :param outside: what it asks of others.
    :param security: our certificate and whom we trust; without it, no secure channels.
    """

    def __init__(
        self,
        reactor: Any,
        settings: ServerSettings,
        outside: Outside,
        security: Security | None = None,
    ) -> None:
        self._reactor = reactor
        self._settings = settings
        self._outside = outside
        self._security = security or Security()
        self._thread: OpcUaThread | None = None
        self._core: ServerCore | None = None
        self._listener: asyncio.Server | None = None
        self._starting: Deferred[str] | None = None

    def start(self) -> Deferred[str]:
        """
        Begin to serve.  Reactor thread.

        :return: fires with the endpoint URL, the real port in it, once the port
            is bound; fails with ``OSError`` when it cannot be, the thread ended.
        """
        if self._thread is not None:
            return fail(RuntimeError("already started"))
        silence()
        self._starting = Deferred()
        self._thread = OpcUaThread(self._begin)
        self._thread.start()
        return self._starting

    def stop(self) -> Deferred[None]:
        """
        End: what waits is answered with ``BadShutdown``, sessions and
        connections are closed, the thread ends.  Reactor thread.

        :return: fires within `STOP_BOUND` or little more; never fails.
        """
        thread, self._thread = self._thread, None
        if thread is None:
            return succeed(None)
        thread.call(lambda: self._goDown(thread))
        return self._joined(thread)

    def announceEnd(self, seconds: float) -> None:
        """Have ServerStatus say that the server ends within so many seconds.  Any thread."""
        self.call(lambda: self._announce(seconds))

    def _announce(self, seconds: float) -> None:
        if self._core is not None:
            self._core.space.ending.announce(seconds)

    def _goDown(self, thread: OpcUaThread) -> None:
        """On the OPC UA thread: give whoever is connected the time to learn of it."""
        self._announce(NOTICE)
        isAlone = self._core is None or not self._core.sessions.all()
        loop = asyncio.get_running_loop()
        loop.call_later(0.0 if isAlone else NOTICE, self._shutDown, thread)

    def call(self, action: Callable[[], object]) -> None:
        """Have something done on the OPC UA thread.  Any thread; dropped after the end."""
        thread = self._thread
        if thread is not None:
            thread.call(action)

    def arrived(self) -> None:
        """There is something at the outward door.  OPC UA thread."""
        if self._core is not None:
            self._core.arrived()

    def renew(self, own: OwnIdentity) -> None:
        """Use another certificate for channels that are opened from now on.  Any thread."""
        self.call(lambda: setattr(self._security, "own", own))

    def usersChanged(self, names: frozenset[str]) -> None:
        """End the sessions of users who changed or are gone.  Any thread."""
        self.call(lambda: self._closeOf(names))

    def trustChanged(self) -> None:
        """End the sessions and channels of clients that are not trusted any more.  Any thread."""
        self.call(self._judgeAgain)

    def facts(self, tell: Callable[[OpcUaFacts], None]) -> None:
        """
        Have ``tell`` called, on the OPC UA thread, with how it stands.

        Any thread; dropped before the start has succeeded, and after the end.
        """
        self.call(lambda: self._tell(tell))

    def _closeOf(self, names: frozenset[str]) -> None:
        if self._core is not None:
            self._core.sessions.closeOf(names)

    def _judgeAgain(self) -> None:
        if self._core is not None:
            self._core.judgeAgain()

    def _tell(self, tell: Callable[[OpcUaFacts], None]) -> None:
        core = self._core
        if core is None:
            return
        sessions = tuple(
            OpcUaSession(
                name=each.name,
                user=each.viewer.user,
                peer=each.viewer.peer,
                application=each.application,
                security=_securityOf(each.channel),
                subscriptions=tuple(map(_subscription, core.subscriptions.of(each))),
            )
            for each in core.sessions.all()
            if each.viewer is not None
        )
        offers = tuple(str(offer) for offer in self._security.offers(_ELSEWHERE))
        lost = tuple(map(_subscription, core.subscriptions.of(None)))
        tell(OpcUaFacts(core.discovery.url, sessions, offers, lost))

    def _begin(self) -> None:
        """On the new thread: build the core, then bind."""
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._listen(loop))
        task.add_done_callback(self._bound)

    async def _listen(self, loop: asyncio.AbstractEventLoop) -> str:
        settings = self._settings
        environment = Environment(
            settings.limits, LoopTime(loop), lambda: datetime.now(UTC), os.urandom, self._security
        )
        core = ServerCore(settings, self._outside, environment)
        self._listener = await loop.create_server(
            core.connections.build, settings.host, settings.port, backlog=_BACKLOG
        )
        if self._thread is None:
            self._listener.close()
            raise OSError("stopped before the port was bound")
        core.discovery.port = self._listener.sockets[0].getsockname()[1]
        self._core = core
        return core.discovery.url

    def _bound(self, task: asyncio.Task[str]) -> None:
        starting = self._starting
        if starting is None:
            return
        if task.cancelled():
            error: Any = OSError("stopped before the port was bound")
        else:
            error = task.exception()
        if error is None:
            self._reactor.callFromThread(starting.callback, task.result())
        else:
            self._reactor.callFromThread(self._failed, starting, error)

    def _failed(self, starting: Deferred[str], error: BaseException) -> None:
        """Reactor thread: the port could not be bound; no thread is left behind."""
        thread, self._thread = self._thread, None
        if thread is None:
            starting.errback(Failure(error))
            return
        thread.end()
        self._joined(thread).addCallback(lambda _: starting.errback(Failure(error)))

    def _shutDown(self, thread: OpcUaThread) -> None:
        """On the OPC UA thread: the orderly end."""
        if self._listener is not None:
            self._listener.close()
        if self._core is not None:
            try:
                self._core.stop()
            except Exception:  # noqa: BLE001 - the thread has to end all the same
                log.failure("The OPC UA server did not stop cleanly")
        asyncio.get_running_loop().call_later(_FLUSH, self._end, thread)

    def _end(self, thread: OpcUaThread) -> None:
        """On the OPC UA thread: nothing is left to be sent."""
        if self._core is not None:
            self._core.connections.cutAll()
        thread.end()

    def _joined(self, thread: OpcUaThread) -> Deferred[None]:
        """Fires on the reactor thread when the OPC UA thread ended, or ought to have."""
        joining = deferToThreadPool(self._reactor, _poolOf(self._reactor), thread.join, STOP_BOUND)

        def ended(inTime: bool) -> None:
            if not inTime:
                log.error("The OPC UA thread did not end within {bound} s", bound=STOP_BOUND)

        return joining.addCallback(ended)


def _securityOf(channel: Channel | None) -> str:
    if channel is None:
        return ""
    return describe(channel.suite.uri if channel.suite else NONE_URI, channel.securityMode)


def _subscription(each: Subscription) -> OpcUaSubscription:
    interval, count = each.terms.publishingInterval, len(each.items)
    return OpcUaSubscription(each.subscriptionId, interval, count, each.isEnabled)


def _poolOf(reactor: Any) -> ThreadPool:
    pool: ThreadPool = reactor.getThreadPool()
    return pool
