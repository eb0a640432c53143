"""
How much a client may ask for; data only.

What ServerCapabilities announces is taken from here, so that it is true.
"""

from __future__ import annotations

from attrs import frozen


@frozen
class Limits:
    """
    Bounds on everything that a client can make grow; those on one value are
    the codec's.  Times in seconds, intervals in milliseconds where OPC UA has
    them so.

    :ivar perHost: connections from one address, or network of IPv6.
    :ivar opening: until Hello and OpenSecureChannel both have come.
    :ivar idle: without a byte from a client that has no session.
    :ivar stalled: for which a client may leave what we send unread.
    :ivar historyValues: values of one node that one answer may have.
    :ivar historyTotal: values of all nodes of one answer together, but one of each at least.
    :ivar eventItems: monitored items for events, of all sessions together.
    :ivar filterElements: elements of a where clause.
    :ivar unacknowledged: sent notification messages kept for Republish, per subscription.
    """

    connections: int = 200
    perHost: int = 100
    opening: float = 10.0
    idle: float = 120.0
    stalled: float = 30.0

    chunkSize: int = 65_536
    chunks: int = 64
    messageSize: int = 2_097_152
    outgoingMessageSize: int = 4_194_304
    tokenLifetimeMin: int = 10_000
    tokenLifetimeMax: int = 3_600_000

    sessions: int = 100
    unactivatedSessions: int = 20
    sessionTimeoutMin: float = 10_000.0
    sessionTimeoutMax: float = 3_600_000.0
    sessionTimeoutDefault: float = 60_000.0

    operations: int = 1_000
    referencesPerNode: int = 1_000
    continuationPoints: int = 20
    historyContinuationPoints: int = 500
    historyValues: int = 1_000
    historyTotal: int = 5_000
    pathElements: int = 32
    awaitedPerSession: int = 200

    subscriptions: int = 500
    subscriptionsPerSession: int = 50
    publishRequests: int = 20
    publishingIntervalMin: float = 50.0
    publishingIntervalMax: float = 3_600_000.0
    keepAliveMax: int = 10_000
    lifetimeMax: int = 30_000
    notifications: int = 500
    unacknowledged: int = 64
    monitoredItems: int = 400_000
    itemsPerSubscription: int = 150_000
    samplingIntervalMin: float = 50.0
    pollingIntervalMin: float = 500.0
    samplingIntervalMax: float = 3_600_000.0
    queueSize: int = 100
    eventItems: int = 1_000
    eventQueueMin: int = 100
    eventQueueMax: int = 1_000
    selectClauses: int = 200
    filterElements: int = 64
