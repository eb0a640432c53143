"""
The Central System as a whole: its parts put together, started and stopped in order.

Nothing is decided here.  `CentralSystem.take` comes first, with what the store kept; then the
service starts and the ports open.  Stopping: refuse commands and new Calls, fail what waits, let
the answers that wait for the store go out, close the links.  Reactor thread.  Every Deferred that
was handed out has ended once `stopService` fired.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from random import Random
from typing import Any

from twisted.internet.defer import Deferred, DeferredList, inlineCallbacks, maybeDeferred
from zope.interface import implementer

from ocppgw import __version__
from ocppgw.access.rates import Rates
from ocppgw.access.secrets import scrypt
from ocppgw.access.throttling import Throttle
from ocppgw.central.administering.administration import Administration
from ocppgw.central.answering.answering import Answering
from ocppgw.central.answering.authorizing import Authorizing
from ocppgw.central.answering.deviating import Deviating
from ocppgw.central.answering.idtagbook import IdTagBook
from ocppgw.central.answering.newtransactions import NewTransactions
from ocppgw.central.answering.patience import Patience
from ocppgw.central.answering.reading import Reading
from ocppgw.central.answering.responders.desk import Desk, TransactionIds
from ocppgw.central.answering.turns import Turns
from ocppgw.central.entrance.authenticating import Authenticating
from ocppgw.central.entrance.conflicts import Conflicts
from ocppgw.central.entrance.connections import Connections
from ocppgw.central.entrance.hashing import Hashing
from ocppgw.central.entrance.listening import Listening
from ocppgw.central.entrance.onboarding import Onboarding
from ocppgw.central.entrance.reception import BURST, Reception
from ocppgw.central.entrance.refusals import Refusals
from ocppgw.central.entrance.tls.secureports import SecurePorts
from ocppgw.central.entrance.transport import WebSocketFactory
from ocppgw.central.linking.links import Links
from ocppgw.central.linking.pings import Pings
from ocppgw.central.linkpasswords import LinkPasswords
from ocppgw.central.means import Means
from ocppgw.central.outgoing import Outgoing
from ocppgw.central.recording import Recorder
from ocppgw.central.restoring import announced, changedSettings, restored
from ocppgw.central.startup.admission import pause
from ocppgw.central.terms import Terms
from ocppgw.central.watching.ageing import Ageing
from ocppgw.central.watching.clockcare import ClockCare
from ocppgw.central.watching.frames import Frames
from ocppgw.central.watching.health import Health
from ocppgw.central.watching.plausibility import Plausibility
from ocppgw.central.watching.pulse import Pulse
from ocppgw.central.watching.setbacks import Setbacks
from ocppgw.central.watching.suspicions import Suspicions
from ocppgw.central.watching.traffic import Traffic
from ocppgw.central.watching.zonehints import ZoneHints
from ocppgw.config.configuration import Configuration
from ocppgw.config.listeners import ListenerTable
from ocppgw.interfaces import IAdministration, ICommands, IStore, Snapshot
from ocppgw.model.commands import Command, GatewayRequest
from ocppgw.model.facts import ChargePointRemoved
from ocppgw.model.idtags import IdTagTable
from ocppgw.model.outcomes import Outcome
from ocppgw.model.point import Value
from ocppgw.model.registry import Registry

PLAIN = ListenerTable("tcp:0")
"""A listener that asks nothing of callers."""

EXPIRY = "CertificateExpiry"

FLUSH = 5.0
"""Seconds that answers which wait for the store may take at a stop."""


@implementer(ICommands, IAdministration)
class CentralSystem:
    """
    The OCPP side of the gateway.

    :param clock: the reactor, or a test's clock that listens nowhere.
    :param now: the time of day, aware UTC.
    :ivar hashing: checks passwords; on this thread, until it is given another one.
    :ivar reading: reads long payloads; on this thread, until it is given another one.
    :ivar others: gives what other parts say of the gateway, by browse name.
    :ivar configuration: in force; replaced by a reload.
    :ivar refusals: who was turned away.
    :ivar frames: what passed over the links of late.
    :ivar traffic: how much it was; records lag up to a second behind it.
    """

    def __init__(
        self,
        configuration: Configuration,
        registry: Registry,
        recorder: Recorder,
        store: IStore,
        clock: Any,
        now: Callable[[], datetime],
        randomness: Random,
    ) -> None:
        self.hashing = Hashing(maybeDeferred)
        self.reading = Reading(maybeDeferred)
        self._secure = SecurePorts(clock, now, configuration.gateway.state)
        self.others: Callable[[], Mapping[str, Value]] = dict
        self.configuration = configuration
        self._registry, self._recorder, self._store = registry, recorder, store
        self._clock, self._now = clock, now
        self._startTime = now()
        self._book = IdTagBook(IdTagTable())
        terms = Terms(registry, lambda: self.configuration)
        self._build(terms, randomness)

    def _build(self, terms: Terms, randomness: Random) -> None:
        registry, recorder, clock, now = self._registry, self._recorder, self._clock, self._now
        self.refusals = Refusals(clock.seconds)
        self.frames = Frames()
        recorder.observe(lambda nodeName, *_: self.frames.forget(nodeName), ChargePointRemoved)
        self.traffic = Traffic(clock, recorder)
        self._connections = Connections(clock)
        self._health = Health(clock, now, recorder)
        ageing = Ageing(clock, now, recorder, registry.record)
        self._suspicions = Suspicions(clock, now, recorder)
        self._links = Links(clock, now, recorder, terms.of)
        passwords = LinkPasswords(self._store, self.hashing, scrypt, randomness.randbytes)
        means = Means(registry, recorder, self._links, clock, now, passwords)
        self._outgoing = Outgoing(means, terms, randomness)
        background = self._outgoing.background
        self._administration = Administration(means, self._book, self._settingsOf)
        self._ids, self._setbacks = TransactionIds(), Setbacks()
        recorder.observe(self._setbacks.observe, *Setbacks.hearsOf)
        deviating = Deviating(recorder, self.frames, now)
        self._turns = self._turnsOf(terms, deviating)
        conflicts = Conflicts(clock.seconds, deviating.note)
        recorder.observe(conflicts.observe, *conflicts.hearsOf)
        recorder.observe(Plausibility(deviating.note).observe, *Plausibility.hearsOf)
        onboarding = Onboarding(registry, recorder, lambda: self.configuration, now)
        authenticating = Authenticating(self._store, self.hashing, scrypt, Throttle(clock.seconds))
        rates = Rates(clock.seconds, lambda: self.configuration.ocpp.handshakeRate, BURST)
        self.reception = Reception(
            clock, now, randomness, recorder, onboarding, authenticating, rates,
            self._links, self._turns, deviating, self._health, self.refusals, conflicts,
            Pings(registry.record, deviating.note), self.frames, self.traffic,
        )  # fmt: skip
        pulse = Pulse(clock, now, registry, self._own)
        self._ticking = (
            self._health,
            ageing,
            ClockCare(means, terms, background),
            self.traffic,
            pulse,
        )
        self._listening = Listening(clock, self.configuration.ocpp.allListeners, self._served)

    def _turnsOf(self, terms: Terms, deviating: Deviating) -> Turns:
        zoneHints = ZoneHints(deviating.note)
        self._recorder.observe(zoneHints.observe, *zoneHints.hearsOf)
        newTransactions = NewTransactions(
            self._clock.seconds, lambda: self.configuration.ocpp.maxTransactions
        )
        self._recorder.observe(newTransactions.observe, ChargePointRemoved)
        desk = Desk(
            self._registry,
            self._store,
            terms,
            Authorizing(self._book, self._registry, terms),
            self._ids,
            self._health,
            zoneHints,
            self._setbacks,
            self._now,
            lambda: self.configuration.ocpp.onboarding,
            lambda: pause(self._clock, 0),
            newTransactions,
            self._outgoing.meant,
        )
        self._patience = patience = Patience(
            self._store, lambda node: self._turns.isCrowded(node), desk.pause
        )
        answering = Answering(desk, self._recorder, deviating, patience, self.reading)
        most = 4 * self.configuration.ocpp.maxMessageSize
        return Turns(answering.answer, most, patience.giveUp)

    # Starting and stopping

    def take(self, snapshot: Snapshot) -> None:
        """Begin with what the store kept, before anything else happens."""
        records = restored(snapshot.records, self.configuration)
        self._registry.restore(records)
        self._ids.last = snapshot.lastTransactionId
        self._book.restore(snapshot.idTags)
        self._configureIdTags()
        for fact in announced(records, self.configuration, self._now()):
            self._recorder.note(fact.nodeName, fact)

    def reload(self, configuration: Configuration) -> None:
        """
        Put another configuration in force; what needs a restart is to be as it was.

        Certificates are looked at at once, whether the configuration changed or not.
        """
        self.configuration = configuration
        self._configureIdTags()
        records = [slot.record for slot in self._registry.chargePoints.values()]
        for record, fact in changedSettings(records, configuration, self._now()):
            self._recorder.note(record.nodeName, fact)
        for added in announced(records, configuration, self._now()):
            self._recorder.note(added.nodeName, added)
        self._secure.refresh()

    def hold(self) -> Deferred[None]:
        """Open the ports before anybody can be served, so that nobody's first try is refused."""
        held: Deferred[None] = self._listening.hold()
        return held

    def release(self) -> Deferred[Any]:
        """Close the ports, where the start was broken off."""
        return self._listening.stop()

    @inlineCallbacks
    def startService(self) -> Any:
        """Start the parts and let charge points in; fails, with nothing started, without a port."""
        self._outgoing.start()
        for part in (*self._ticking, self._secure):
            part.start()
        try:
            yield self._listening.start()
        except BaseException:
            yield self.stopService()
            raise

    def urls(self) -> tuple[str, ...]:
        """Where charge points connect, without the identity."""
        return self._listening.urls()

    def factory(self, listener: ListenerTable = PLAIN) -> WebSocketFactory:
        """What serves one listener, TLS apart."""
        ocpp = self.configuration.ocpp
        return WebSocketFactory(
            self.reception, self._connections, ocpp.maxMessageSize, listener, ocpp.compression
        )

    def _served(self, listener: ListenerTable) -> Any:
        factory = self.factory(listener)
        return self._secure.over(listener, factory) if listener.isSecure else factory

    @inlineCallbacks
    def refuse(self) -> Any:
        """
        Take nothing new: no connection, no command, no Call; fail what waits.

        Fires once the answers that wait for the store are out, or after `FLUSH` seconds.
        """
        yield self._listening.stop()
        self._administration.stop()
        self._outgoing.stop()
        self._patience.stop()
        yield DeferredList([self._turns.stop().addTimeout(FLUSH, self._clock)], consumeErrors=True)

    @inlineCallbacks
    def stopService(self) -> Any:
        """Refuse, then close the links; fires when they are closed."""
        yield self.refuse()
        for part in (*self._ticking, self._suspicions, self._secure):
            part.stop()
        self._links.stop()
        yield self._connections.end()

    # What others ask

    def issue(self, command: Command) -> Deferred[Outcome]:
        issued: Deferred[Outcome] = self._outgoing.commands.issue(command)
        return issued

    def perform(self, request: GatewayRequest) -> Deferred[Outcome]:
        return self._administration.perform(request)

    # What the parts ask

    def _configureIdTags(self) -> None:
        configuration = self.configuration
        self._book.configure(configuration.authorization.default, configuration.idTagEntries())

    def _settingsOf(self, identity: str) -> Any:
        return self.configuration.settingsFor(identity).recorded()

    def _own(self) -> Mapping[str, Value]:
        return {
            "Version": __version__,
            "StartTime": self._startTime,
            "OcppUrl": ",".join(self.urls()),
            "StoreStatus": self._store.status,
            "LastRefused": self.refusals.last,
            "RefusedCount": self.refusals.count & 0xFFFFFFFF,
            **self._withCertificates(self.others()),
        }

    def _withCertificates(self, others: Mapping[str, Value]) -> Mapping[str, Value]:
        """One variable tells when the first certificate of the whole gateway ends."""
        theirs, ours = others.get(EXPIRY), self._secure.expiry
        ends = [one for one in (theirs, ours) if isinstance(one, datetime)]
        return {**others, EXPIRY: min(ends)} if ends else others
