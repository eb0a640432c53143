"""
The store's double in memory, for tests and for trying things out.

It keeps its promises as the real one does: a commit fires in a later turn where a clock is
given, facts of a node keep their order, `fail` makes every commit fail until `recover`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from types import MappingProxyType

from twisted.internet.defer import Deferred, fail, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.python.failure import Failure
from zope.interface import implementer

from ocppgw.access.linkaccess import Change, LinkAccess
from ocppgw.access.userbook import KeptUsers, UserChange, UserSet
from ocppgw.access.users import User
from ocppgw.interfaces import IStore, Snapshot, StartKey, StoreFailed, Told
from ocppgw.model import facts as f
from ocppgw.model.applying import apply
from ocppgw.model.idtags import IdTagEntry
from ocppgw.model.records import (
    ChargePointRecord,
    ConfigurationState,
    ConnectorRecord,
    Health,
    LinkState,
    Settings,
    Traffic,
    Transaction,
)
from ocppgw.model.sharing import changed
from ocppgw.store.batches import WRITTEN
from ocppgw.store.memoryarchive import MemoryArchive
from ocppgw.store.memoryhistory import MemoryHistory
from ocppgw.store.starts import Found, Starts


@implementer(IStore)
class MemoryStore:
    """
    `IStore` without a disk.

    :param clock: where given, a commit takes ``delay`` seconds of it; else it is done at once.
    :ivar committed: what was committed or noted, in order: node name and fact.
    :ivar history: its `IHistory`.
    :ivar archive: its `IArchive`.
    """

    def __init__(self, clock: IReactorTime | None = None, delay: float = 0.0) -> None:
        self.status = "ok"
        self.delay = delay
        self.committed: list[tuple[str, f.Fact]] = []
        self.history = MemoryHistory()
        self.archive = MemoryArchive()
        self._clock = clock
        self._records: dict[str, ChargePointRecord] = {}
        self._idTags: dict[str, IdTagEntry] = {}
        self._transactions: dict[tuple[str, int], tuple[f.TransactionStarted, Transaction]] = {}
        self._lastTransactionId = 0
        self._accesses: dict[str, LinkAccess] = {}
        self._users: dict[str, User] = {}
        self._damaged: set[str] = set()
        self._observers: list[Callable[[str], None]] = []
        self._keptObservers: list[Callable[[str, Sequence[f.Fact]], None]] = []
        self._doubtful: list[tuple[str, Sequence[f.Fact]]] | None = None
        self._closed = False
        self._starts = Starts(self._readStart)

    def open(self, now: datetime) -> Deferred[Snapshot]:
        self._closed = False
        return succeed(
            Snapshot(
                records=tuple(_restarted(record, now) for record in self._records.values()),
                lastTransactionId=self._lastTransactionId,
                idTags=tuple(entry for _, entry in sorted(self._idTags.items())),
            )
        )

    def commit(self, nodeName: str, facts: Sequence[f.Fact]) -> Deferred[None]:
        self._starts.tell(nodeName, facts)
        if self._closed:
            return fail(StoreFailed("the store is closed"))
        if self._clock is None:
            return self._committed(nodeName, facts)
        done: Deferred[None] = Deferred()
        self._clock.callLater(
            self.delay, lambda: self._committed(nodeName, facts).chainDeferred(done)
        )
        return done

    def keep(self, nodeName: str, facts: Sequence[f.Fact], told: Told) -> None:
        self.commit(nodeName, facts).addCallbacks(told, partial(_refused, told))

    def note(self, nodeName: str, facts: Sequence[f.Fact]) -> None:
        self._starts.tell(nodeName, facts)
        self._keep(nodeName, facts)

    def findStart(self, key: StartKey) -> Deferred[Transaction | None]:
        return self._starts.find(key)

    def isNewStart(self, key: StartKey) -> bool:
        return self._starts.isNew(key)

    def _readStart(self, key: StartKey) -> Deferred[Found]:
        begun = [each for (node, _), each in self._transactions.items() if node == key.nodeName]
        found = [transaction for fact, transaction in begun if _isRepeat(key, fact)]
        texts = [fact.timestampText for fact, _ in begun if fact.connectorId == key.connectorId]
        return succeed((found[-1] if found else None, max(texts, default="")))

    def findTransaction(self, nodeName: str, transactionId: int) -> Deferred[Transaction | None]:
        _, transaction = self._transactions.get((nodeName, transactionId), (None, None))
        return succeed(transaction)

    def findAccess(self, identity: str) -> Deferred[LinkAccess]:
        return succeed(self._accesses.get(identity, LinkAccess()))

    def changeAccess(self, change: Change) -> Deferred[None]:
        if self.status != "ok":
            return fail(StoreFailed(self.status))
        before = self._accesses.get(change.identity, LinkAccess())
        self._accesses[change.identity] = change.applied(before)
        return succeed(None)

    def listUsers(self) -> Deferred[KeptUsers]:
        if self.status != "ok":
            return fail(StoreFailed(self.status))
        users = [user for _, user in sorted(self._users.items()) if user.name not in self._damaged]
        return succeed(KeptUsers(tuple(users), tuple(sorted(self._damaged & self._users.keys()))))

    def changeUser(self, change: UserChange) -> Deferred[None]:
        if self.status != "ok":
            return fail(StoreFailed(self.status))
        if isinstance(change, UserSet):
            self._users[change.user.name] = change.user
        else:
            self._users.pop(change.name, None)
        return succeed(None)

    def watchStatus(self, observer: Callable[[str], None]) -> None:
        self._observers.append(observer)

    def watchKept(self, observer: Callable[[str, Sequence[f.Fact]], None]) -> None:
        self._keptObservers.append(observer)

    def close(self) -> Deferred[None]:
        self._closed = True
        return succeed(None)

    def fail(self, why: str) -> None:
        """Have every commit fail, as a full disk would, until `recover`."""
        self._report(why)

    def deceive(self) -> None:
        """Have the next commit report a failure although it is kept; all fail until `recover`."""
        self._doubtful = []

    def damageUser(self, name: str) -> None:
        """Have a user's entry make no sense."""
        self._damaged.add(name)

    def recover(self) -> None:
        """Have commits succeed again."""
        doubtful, self._doubtful = self._doubtful or [], None
        for nodeName, facts in doubtful:
            for observer in self._keptObservers:
                observer(nodeName, facts)
        self._report("ok")

    def _report(self, status: str) -> None:
        self.status = status
        self.history.failing = self.archive.failing = "" if status == "ok" else status
        for observer in self._observers:
            observer(status)

    def _committed(self, nodeName: str, facts: Sequence[f.Fact]) -> Deferred[None]:
        if self.status != "ok":
            return fail(StoreFailed(self.status))
        self._keep(nodeName, facts)
        if self._doubtful is not None:
            self._doubtful.append((nodeName, facts))
            self._report("disk I/O error")
            return fail(StoreFailed(self.status))
        return succeed(None)

    def _keep(self, nodeName: str, facts: Sequence[f.Fact]) -> None:
        for fact in facts:
            self.committed.append((nodeName, fact))
            if isinstance(fact, f.CommandEnded):
                self.archive.ended(nodeName, fact)
            if type(fact) in WRITTEN:
                self._keepOne(nodeName, fact)

    def _keepOne(self, nodeName: str, fact: f.Fact) -> None:
        match fact:
            case f.IdTagChanged():
                self._idTags[fact.entry.idTag.lower()] = fact.entry
            case f.IdTagRemoved():
                self._idTags.pop(fact.idTag.lower(), None)
            case f.ChargePointAdded():
                self._records[nodeName] = _added(fact)
            case f.ChargePointRemoved():
                self._records.pop(nodeName, None)
            case _ if nodeName in self._records:
                self._keepTransaction(nodeName, fact)
                self.history.keep(nodeName, fact)
                self._records[nodeName] = apply(self._records[nodeName], fact)

    def _keepTransaction(self, nodeName: str, fact: f.Fact) -> None:
        match fact:
            case f.TransactionStarted():
                self._transactions[nodeName, fact.transactionId] = (fact, _started(fact))
                self.archive.keep(nodeName, _started(fact))
                if not fact.isRecovered:
                    self._lastTransactionId = max(self._lastTransactionId, fact.transactionId)
            case f.TransactionStopped():
                key = (nodeName, fact.transactionId)
                start, before = self._transactions.get(key, (None, None))
                if start and before and _endsIt(before, fact):
                    self._transactions[key] = (start, _stopped(before, fact))
                    self.archive.keep(nodeName, _stopped(before, fact))


def _endsIt(before: Transaction, fact: f.TransactionStopped) -> bool:
    return before.active or (before.isAdministrative and not fact.isAdministrative)


def _added(fact: f.ChargePointAdded) -> ChargePointRecord:
    return ChargePointRecord(
        fact.nodeName, fact.identity, fact.at, settings=_chosenOnly(fact.settings)
    )


def _chosenOnly(settings: Settings) -> Settings:
    chosen = {name: getattr(settings, name) for name in settings.chosen}
    return Settings(**chosen, chosen=settings.chosen)


def _isRepeat(key: StartKey, fact: f.TransactionStarted) -> bool:
    return (
        key.connectorId == fact.connectorId
        and key.idTag.lower() == fact.idTag.lower()
        and key.timestampText == fact.timestampText
        and key.meterStart == fact.meterStart
        and not fact.isRecovered
    )


def _started(fact: f.TransactionStarted) -> Transaction:
    return Transaction(
        fact.transactionId,
        fact.connectorId,
        fact.idTag,
        fact.startTime,
        fact.meterStart,
        fact.receivedAt,
        fact.status,
        isRecovered=fact.isRecovered,
    )


def _stopped(transaction: Transaction, fact: f.TransactionStopped) -> Transaction:
    return changed(
        transaction,
        active=False,
        stopTime=fact.stopTime,
        meterStop=fact.meterStop,
        stopReason=fact.reason,
        isAdministrative=fact.isAdministrative,
    )


def _restarted(record: ChargePointRecord, now: datetime) -> ChargePointRecord:
    # What speaks of the present only does not survive; the SQLite provider never wrote it.
    return changed(
        record,
        settings=_chosenOnly(record.settings),
        link=LinkState(at=now),
        traffic=Traffic(),
        health=Health(),
        commandsQueued=(),
        configuration=ConfigurationState(
            record.configuration.points,
            record.configuration.unknownKeys,
            record.configuration.awaitingBoot,
        ),
        connectors=MappingProxyType(
            {number: _atRest(connector) for number, connector in record.connectors.items()}
        ),
    )


def _atRest(connector: ConnectorRecord) -> ConnectorRecord:
    return changed(connector, remoteStartState="Idle", remoteStartAt=None)


def _refused(told: Told, failure: Failure) -> None:
    assert isinstance(failure.value, StoreFailed)
    told(failure.value)
