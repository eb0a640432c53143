"""
Roles with more than one provider, and what siblings need of each other.

The packages that stand side by side (``central``, ``uaserver``, ``store``, ``web``) never import
each other: they meet here, and ``tap`` wires them.  Unless a method says otherwise it is called
on the reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from zope.interface import Attribute, Interface

from ocppgw.access.attempts import Attempt
from ocppgw.access.linkaccess import Change, LinkAccess
from ocppgw.access.userbook import KeptUsers, UserChange
from ocppgw.model.archive import ArchiveQuery, CommandPage, KeptTransaction, TransactionPage
from ocppgw.model.commands import Command, GatewayRequest
from ocppgw.model.facts import Fact
from ocppgw.model.frames import RecordedFrame
from ocppgw.model.happenings import Happening
from ocppgw.model.history import Asked, HistoryPage, HistoryQuery, Reply
from ocppgw.model.idtags import IdTagEntry
from ocppgw.model.outcomes import Outcome
from ocppgw.model.records import ChargePointRecord, Transaction

EVER = datetime.min.replace(tzinfo=UTC)
"""The moment before all others."""


class StoreFailed(Exception):
    """
    The store could not do what it promises.

    ``str`` is one line that names the file, what happened and what to do about it.
    """


@attrs.frozen
class Snapshot:
    """
    What the store kept, as the gateway finds it at its start.

    :ivar records: known charge points with their last state, links lost.
    :ivar lastTransactionId: the greatest id ever given; 0 before the first.
    :ivar idTags: idTags that were added, changed or blocked at runtime.
    """

    records: tuple[ChargePointRecord, ...] = ()
    lastTransactionId: int = 0
    idTags: tuple[IdTagEntry, ...] = ()


@attrs.frozen
class StartKey:
    """What makes a StartTransaction the repeat of another (``docs/transactions.rst``)."""

    nodeName: str
    connectorId: int
    idTag: str
    timestampText: str
    meterStart: int


Told = Callable[[StoreFailed | None], object]
"""Called on the reactor thread with what a commit failed with; ``None`` where it is on disk."""


class IStore(Interface):
    """
    What must survive: the database, or its double in memory.

    Every failure of the medium is a ``StoreFailed``; nothing is dropped without one.
    """

    status = Attribute("``ok``, or one line that says what is wrong; may be read by any thread")

    def open(now: datetime) -> Deferred[Snapshot]:
        """
        Open, upgrade if needed, and load.  ``now`` becomes ``link.at`` of every record.

        Fails with `StoreFailed` where the store cannot be trusted.
        """

    def commit(nodeName: str, facts: Sequence[Fact]) -> Deferred[None]:
        """
        Make facts durable; fires once they are on disk.  Facts of one node keep their order.

        All that is given within one commit shares it.  Fails with `StoreFailed`; then nothing
        of ``facts`` was kept, or the observers of `watchKept` are told of it.
        """

    def keep(nodeName: str, facts: Sequence[Fact], told: Told) -> None:
        """
        As `commit`; has ``told`` called once, instead of a Deferred made for each message.

        That may be before this returns.  A mistake of ``told`` is logged.
        """

    def note(nodeName: str, facts: Sequence[Fact]) -> None:
        """Keep facts within a second; they may be lost in a crash.  Never fails, never blocks."""

    def findStart(key: StartKey) -> Deferred[Transaction | None]:
        """The transaction that an earlier StartTransaction with this key began, if any."""

    def isNewStart(key: StartKey) -> bool:
        """Whether it is known at once that `findStart` would find nothing."""

    def findTransaction(nodeName: str, transactionId: int) -> Deferred[Transaction | None]:
        """A transaction by its id, open or stopped."""

    def findAccess(identity: str) -> Deferred[LinkAccess]:
        """What has to be right before this identity may connect, as it is now."""

    def changeAccess(change: Change) -> Deferred[None]:
        """Keep a change of that; fires once it is on disk."""

    def listUsers() -> Deferred[KeptUsers]:
        """The users that are kept, by name; those of the configuration file are not."""

    def changeUser(change: UserChange) -> Deferred[None]:
        """Keep a change of them; fires once it is on disk."""

    def watchStatus(observer: Callable[[str], None]) -> None:
        """Have ``observer`` called on the reactor thread whenever ``status`` changes."""

    def watchKept(observer: Callable[[str, Sequence[Fact]], None]) -> None:
        """
        Have ``observer`` called with a node name and facts that are on disk although their
        commit failed: a disk may report a failure and have done its work.  Reactor thread.
        """

    def close() -> Deferred[None]:
        """Write what waits and close.  Never fails; what could not be written is logged."""


class IHistory(Interface):
    """What the store kept, for those who ask for the past."""

    def readHistory(queries: Sequence[HistoryQuery]) -> Deferred[tuple[HistoryPage, ...]]:
        """
        A page for each query, in their order.

        What was committed is part of it, what was noted within a second.  Fails with
        `StoreFailed`.  It takes no time of what charge points wait for.
        """


class IArchive(Interface):
    """
    The lists of the past that people look through.

    Every question fails with `StoreFailed` where the store does, and takes no time of what
    charge points wait for.
    """

    def listTransactions(query: ArchiveQuery) -> Deferred[TransactionPage]:
        """A page of transactions, newest first; ``who`` is an idTag."""

    def findKept(nodeName: str, transactionId: int) -> Deferred[KeptTransaction | None]:
        """One transaction."""

    def listCommands(query: ArchiveQuery) -> Deferred[CommandPage]:
        """A page of the audit trail, newest first; ``who`` is a user."""


class IAccessTrail(Interface):
    """Where every entrance tells of log-ins and refusals: the audit trail shows them."""

    def tell(attempt: Attempt) -> None:
        """
        Somebody tried; those of one source that are alike are counted, not written one by one.

        Any thread; never fails, never waits.
        """


class IFrames(Interface):
    """What passed over the links of late."""

    def latest(nodeName: str, since: datetime = EVER) -> Sequence[RecordedFrame]:
        """The last frames of a charge point from then on, oldest first, secrets masked."""

    def example(nodeName: str, kind: str) -> RecordedFrame | None:
        """The last frame that showed a kind of deviation, if one did since the start."""


@attrs.frozen
class OpcUaSubscription:
    """
    A subscription of a session.

    :ivar publishingInterval: in milliseconds.
    :ivar items: how many monitored items it has.
    :ivar isEnabled: whether it publishes.
    """

    subscriptionId: int
    publishingInterval: float
    items: int
    isEnabled: bool = True


@attrs.frozen
class OpcUaSession:
    """
    Who is connected by OPC UA; names are what the client says of itself.

    :ivar application: the client's ApplicationName.
    :ivar security: policy and mode of its channel, as in `OpcUaFacts`; empty while it has none.
    """

    name: str
    user: str
    peer: str
    application: str = ""
    security: str = ""
    subscriptions: tuple[OpcUaSubscription, ...] = ()


@attrs.frozen
class OpcUaFacts:
    """
    How the OPC UA side stands.

    :ivar endpoints: policy and mode of each way to connect from another machine, the plainest
        first: ``None``, ``Basic256Sha256 SignAndEncrypt`` ..
    :ivar lost: subscriptions that wait for a session to take them over.
    """

    url: str
    sessions: tuple[OpcUaSession, ...] = ()
    endpoints: tuple[str, ...] = ()
    lost: tuple[OpcUaSubscription, ...] = ()


class IOpcUaStatus(Interface):
    """What the console asks of the OPC UA side."""

    def describe() -> Deferred[OpcUaFacts]:
        """How it stands; fires within a second or two, never fails."""


@attrs.frozen
class KnownCertificate:
    """
    A certificate of an OPC UA client, or of an authority, as it lies in a folder.

    :ivar thumbprint: SHA-1 in hexadecimal, as OPC UA names certificates.
    :ivar name: its common name; what the client says of itself.
    :ivar uris: the applications that it is for.
    :ivar file: its file's name.
    """

    thumbprint: str
    isTrusted: bool
    name: str
    issuer: str
    uris: tuple[str, ...]
    begins: datetime
    ends: datetime
    keyBits: int
    file: str


class ITrust(Interface):
    """Which OPC UA clients are trusted, and deciding about one."""

    def certificates() -> Deferred[tuple[KnownCertificate, ...]]:
        """Those that wait for somebody to look at them, then the trusted ones."""

    def decide(thumbprint: str, trust: bool, user: str) -> Deferred[Outcome]:
        """
        Trust a certificate, or reject it; what is rejected also ends the channels open with it.

        Fires with an outcome, ``Trusted`` or ``Distrusted``, that is in the audit trail; never
        fails.
        """


class ICommands(Interface):
    """Where commands to charge points are given in: the Central System."""

    def issue(command: Command) -> Deferred[Outcome]:
        """
        Have a command done.  Fires with an outcome, on every path and within the deadline;
        never fails.
        """


class IAdministration(Interface):
    """Where requests to the gateway itself are given in."""

    def perform(request: GatewayRequest) -> Deferred[Outcome]:
        """Do it; fires with an outcome, never fails.  Changes are stored before it fires."""


class IRequests(Interface):
    """What the OPC UA side needs of the inward door.  Called on the OPC UA thread."""

    def post(request: Asked, deliver: Callable[[Reply], None]) -> None:
        """
        Have a request done on the reactor thread.

        ``deliver`` is called once, on the OPC UA thread, whatever happens.
        """


class IHappenings(Interface):
    """
    What the OPC UA side needs of the outward door for events.  Called on the OPC UA thread.

    That something can be taken is told together with changed records.
    """

    def listen() -> None:
        """Begin to collect what comes to pass."""

    def ignore() -> None:
        """Stop collecting, and forget what was collected."""

    def take() -> tuple[Sequence[Happening], int]:
        """Take what was collected, oldest first, and how many were lost before them."""


class IChanges(Interface):
    """What the OPC UA side needs of the outward door.  Called on the OPC UA thread."""

    def watch(subject: str) -> None:
        """Begin to collect the records of a charge point (or of ``/Gateway``)."""

    def unwatch(subject: str) -> None:
        """Stop collecting, and forget what was collected."""

    def follow(subject: str, marks: dict[str, None]) -> None:
        """
        From now on put ``subject`` into ``marks`` whenever it has another record.

        Nothing is collected and nobody is woken.  It is the reactor thread that puts it there,
        after the record is in place; this thread takes it out.
        """

    def unfollow(subject: str, marks: dict[str, None]) -> None:
        """Do so no more."""

    def drain() -> Sequence[tuple[str, Sequence[Any], bool]]:
        """Take what was collected: subject, records oldest first, whether some are missing."""

    def drainOne(subject: str) -> tuple[Sequence[Any], bool]:
        """Take what was collected of one subject, and leave the rest."""
