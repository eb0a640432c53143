"""
A charge point's side of the Calls that the Central System sends, as a script, and a site around it.

`ScriptedCaller` provides ``ICaller`` in memory and keeps its promises: one Call per link, time-outs
from when it is sent, everything failed when the link goes.  `Site` is a gateway without sockets:
the real registry, recorder and parts under test, a ``Clock`` for time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from types import MappingProxyType
from typing import Any

import attrs
from twisted.internet.defer import Deferred, fail, maybeDeferred
from twisted.internet.interfaces import IDelayedCall
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from zope.interface import implementer

from ocppgw.access.secrets import scrypt
from ocppgw.central.entrance.hashing import Hashing
from ocppgw.central.linking.calling import (
    CallErrorReceived,
    CallTimedOut,
    ICaller,
    LinkGone,
    NotConnected,
)
from ocppgw.central.linkpasswords import LinkPasswords
from ocppgw.central.means import Means
from ocppgw.central.outgoing import Outgoing
from ocppgw.central.recording import Recorder
from ocppgw.central.terms import Terms
from ocppgw.config.configuration import Configuration
from ocppgw.config.repeated import ChargePointTable
from ocppgw.config.sections import OcppSection
from ocppgw.model import facts as f
from ocppgw.model.commands import Action, Command
from ocppgw.model.outcomes import Outcome, Refusal, Refused
from ocppgw.model.records import ChargePointRecord, Nameplate, Settings, StatusReport
from ocppgw.model.registry import Registry
from ocppgw.store.memory import MemoryStore
from ocppgw.v16 import messages as m

NODE = "CP1"
START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

Answer = Callable[[Any], Any]
"""Gives a confirmation, or an exception to fail with; ``None`` leaves the Call open."""


@attrs.define(eq=False)
class Sent:
    """One Call, and the way to answer it."""

    nodeName: str
    request: Any
    timeout: float
    answer: Deferred[Any]
    over: Callable[[Sent], None]
    timer: IDelayedCall | None = None

    def end(self, result: Any) -> None:
        """Answer it, or fail it."""
        if self.timer is not None and self.timer.active():
            self.timer.cancel()
        if not self.answer.called:
            self.answer.callback(Failure(result) if isinstance(result, Exception) else result)
        self.over(self)


@implementer(ICaller)
class ScriptedCaller:
    """
    Charge points that answer as told.

    :ivar script: what to answer, by type of request; what is not there stays unanswered.
    :ivar sent: every Call that was sent, in order.
    :ivar closed: every link that was closed, and why.
    """

    def __init__(self, clock: Clock) -> None:
        self.script: dict[type, Answer] = {}
        self.sent: list[Sent] = []
        self.closed: list[tuple[str, str]] = []
        self.connected: set[str] = set()
        self._clock = clock
        self._queues: dict[str, list[Sent]] = {}

    def isConnected(self, nodeName: str) -> bool:
        return nodeName in self.connected

    def call(self, nodeName: str, request: Any, timeout: float) -> Deferred[Any]:
        if nodeName not in self.connected:
            return fail(NotConnected())
        one = Sent(nodeName, request, timeout, Deferred(lambda _: self._withdraw(one)), self._over)
        queue = self._queues.setdefault(nodeName, [])
        queue.append(one)
        if len(queue) == 1:
            self._send(one)
        return one.answer

    def _send(self, one: Sent) -> None:
        one.timer = self._clock.callLater(one.timeout, one.end, CallTimedOut(one.timeout))
        self.sent.append(one)
        answer = self.script.get(type(one.request), lambda _: None)(one.request)
        if answer is not None:
            one.end(answer)

    def _over(self, one: Sent) -> None:
        queue = self._queues.get(one.nodeName, [])
        if queue and queue[0] is one:
            queue.pop(0)
            if queue:
                self._send(queue[0])

    def _withdraw(self, one: Sent) -> None:
        # What was sent keeps the link busy until its answer or its time-out.
        queue = self._queues.get(one.nodeName, [])
        if one in queue[1:]:
            queue.remove(one)

    def close(self, nodeName: str, reason: str) -> None:
        self.closed.append((nodeName, reason))
        self.drop(nodeName)

    def drop(self, nodeName: str) -> None:
        """The link ends."""
        self.connected.discard(nodeName)
        for one in self._queues.pop(nodeName, []):
            one.end(LinkGone("dropped"))

    def requests(self, kind: type | None = None) -> list[Any]:
        """What was sent, of one type or of all."""
        return [one.request for one in self.sent if kind is None or isinstance(one.request, kind)]


def always(status: str, confirmation: Callable[..., Any]) -> Answer:
    """Answers with one word."""
    return lambda _: confirmation(status=status)


def refusing(code: str = "NotImplemented", description: str = "") -> Answer:
    """Answers with a CallError."""
    return lambda _: CallErrorReceived(code, description, {})


class Keys:
    """The configuration of a scripted charge point: answers GetConfiguration from it."""

    def __init__(self, **values: str) -> None:
        self.values: dict[str, str] = values

    def get(self, request: m.GetConfigurationRequest) -> m.GetConfigurationConfirmation:
        """GetConfiguration.conf"""
        asked = request.key or tuple(self.values)
        lower = {key.lower(): key for key in self.values}
        known = [lower[key.lower()] for key in asked if key.lower() in lower]
        return m.GetConfigurationConfirmation(
            configurationKey=tuple(
                m.ConfigurationKey(key=key, readonly=False, value=self.values[key]) for key in known
            ),
            unknownKey=tuple(key for key in asked if key.lower() not in lower) or None,
        )

    def change(self, request: m.ChangeConfigurationRequest) -> m.ChangeConfigurationConfirmation:
        """ChangeConfiguration.conf; takes everything."""
        if request.key not in self.values:
            return m.ChangeConfigurationConfirmation(status="NotSupported")
        self.values[request.key] = request.value
        return m.ChangeConfigurationConfirmation(status="Accepted")


class Site:
    """
    One charge point, `NODE`, at a gateway.

    :param table: what the file says of it.
    :param ocpp: the section of the same name.
    """

    def __init__(self, ocpp: OcppSection | None = None, **table: Any) -> None:
        self.clock = Clock()
        self.registry = Registry()
        self.store = MemoryStore()
        self.recorder = Recorder(self.registry, self.store)
        self.caller = ScriptedCaller(self.clock)
        wanted = MappingProxyType(table.pop("wanted", {}))
        self.configuration = Configuration(
            ocpp=ocpp or OcppSection(settleTime=0.0),
            configuration=wanted,
            chargePoints=(ChargePointTable(identity=NODE, **table),),
        )
        self.passwords = LinkPasswords(
            self.store, Hashing(maybeDeferred), scrypt, Random(1).randbytes
        )
        self.means = Means(
            self.registry, self.recorder, self.caller, self.clock, self.now, self.passwords
        )
        self.terms = Terms(self.registry, lambda: self.configuration)
        self.outgoing = Outgoing(self.means, self.terms, Random(4))
        self.outgoing.start()
        self.add(NODE)

    def now(self) -> datetime:
        """The time of day."""
        return START + timedelta(seconds=self.clock.seconds())

    @property
    def record(self) -> ChargePointRecord:
        """The record of `NODE`."""
        found = self.registry.record(NODE)
        assert found is not None
        return found

    def facts(self, kind: type) -> list[Any]:
        """What was written of one kind."""
        return [fact for _, fact in self.store.committed if isinstance(fact, kind)]

    def add(self, nodeName: str, connectors: int = 2) -> None:
        """A charge point becomes known."""
        settings = Settings(connectors=connectors)
        self.recorder.note(nodeName, f.ChargePointAdded(nodeName, nodeName, self.now(), settings))

    def connect(self, nodeName: str = NODE) -> None:
        """Its link opens."""
        self.caller.connected.add(nodeName)
        self.recorder.note(nodeName, f.LinkOpened("127.0.0.1:5", self.now()))

    def boot(self, status: str = "Accepted", nodeName: str = NODE) -> None:
        """It boots."""
        nameplate = Nameplate(chargePointVendor="ACME", firmwareVersion="1")
        self.recorder.note(nodeName, f.Booted(nameplate, status, self.now()))

    def report(self, connectorId: int, status: str = "Available", nodeName: str = NODE) -> None:
        """It reports a status."""
        report = StatusReport(status, 1, "NoError", 0, "", "", "", self.now(), self.now())
        self.recorder.note(nodeName, f.StatusReported(connectorId, report))

    def lose(self, nodeName: str = NODE) -> None:
        """Its link ends, and that is recognised."""
        self.caller.drop(nodeName)
        self.recorder.note(nodeName, f.LinkLost("gone", self.now()))

    def begin(self, connectorId: int, transactionId: int = 7, idTag: str = "TAG") -> None:
        """A transaction begins."""
        self.recorder.note(
            NODE,
            f.TransactionStarted(
                transactionId, connectorId, idTag, "Accepted", 0, "", self.now(), self.now()
            ),
        )

    def issue(self, action: Action, **options: Any) -> list[Outcome]:
        """Give a command in; its outcome appears in the list."""
        outcomes: list[Outcome] = []
        nodeName = options.pop("nodeName", NODE)
        name = options.pop("name", type(action).__name__)
        command = Command(nodeName, name, action, "operator", **options)
        self.outgoing.commands.issue(command).addCallback(outcomes.append)
        return outcomes


def readySite(**table: Any) -> Site:
    """A site whose charge point is connected, accepted, settled, and quiet: nothing is read."""
    site = Site(readConfiguration="never", **table)
    site.connect()
    site.boot()
    for connectorId in (0, 1, 2):
        site.report(connectorId)
    site.clock.advance(0)
    site.caller.sent.clear()
    return site


def refusal(outcomes: list[Outcome]) -> Refusal | None:
    """Why the only outcome is a refusal."""
    (outcome,) = outcomes
    return outcome.refusal if isinstance(outcome, Refused) else None


def answering(site: Site, **keys: str) -> Keys:
    """Have the charge point answer everything that a start-up asks."""
    known = Keys(**keys)
    site.caller.script[m.GetConfigurationRequest] = known.get
    site.caller.script[m.ChangeConfigurationRequest] = known.change
    site.caller.script[m.TriggerMessageRequest] = always("Accepted", m.TriggerMessageConfirmation)
    return known


def reportAll(site: Site) -> None:
    """Every connector reports its status."""
    for connectorId in (0, 1, 2):
        site.report(connectorId)
