"""
The OPC UA server without sockets and threads: every part, put together.

In: connections (by `ServerCore.connections`), changed records and outcomes.
Out: what the connections send, requests through the inward door.  Everything
runs on one thread, which only `ocppgw.uaserver.server` knows; tests call it
from theirs with a ``Clock``.
"""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from ocppgw.interfaces import IChanges, IHappenings, IRequests
from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.environment import Environment
from ocppgw.uaserver.events.distribution import Distribution
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.nodes import IAddressSource
from ocppgw.uaserver.security.security import Security
from ocppgw.uaserver.services.awaiting import Awaiting
from ocppgw.uaserver.services.browsepaths import BrowsePaths
from ocppgw.uaserver.services.browsing import Browsing
from ocppgw.uaserver.services.calling import Calling
from ocppgw.uaserver.services.cancelling import cancel
from ocppgw.uaserver.services.discovery import Discovery
from ocppgw.uaserver.services.dispatch import Dispatch
from ocppgw.uaserver.services.history import HistoryReading
from ocppgw.uaserver.services.itemset import ItemSet
from ocppgw.uaserver.services.operations import Denied
from ocppgw.uaserver.services.reading import Reading
from ocppgw.uaserver.services.readlists import ReadLists
from ocppgw.uaserver.services.servermethods import offerServerMethods
from ocppgw.uaserver.services.sessionset import SessionSet
from ocppgw.uaserver.services.subscriptionset import SubscriptionSet
from ocppgw.uaserver.services.transferring import Transferring
from ocppgw.uaserver.services.triggering import Triggering
from ocppgw.uaserver.services.writing import Writing
from ocppgw.uaserver.sessions.identity import Authenticate, Identities, Offered, Recognise
from ocppgw.uaserver.sessions.sessions import Sessions
from ocppgw.uaserver.settings import ServerSettings
from ocppgw.uaserver.subscriptions.monitoring import Monitoring
from ocppgw.uaserver.subscriptions.subscriptions import Subscriptions
from ocppgw.uaserver.transport.connections import Connections
from ocppgw.uaserver.turns import Turns


@frozen
class Outside:
    """
    What the server asks of others.

    :ivar source: the layout.
    :ivar requests: the inward door.
    :ivar changes: the outward door.
    :ivar authenticate: checks a password, see `ocppgw.uaserver.sessions.identity`.
    :ivar happenings: the outward door again, for events; ``None``: there are none.
    :ivar recognise: knows the users who have a certificate, see there.
    :ivar offered: which kinds of users there are now, see there.
    :ivar grown: told now and then that there are many more monitored items than ever.
    """

    source: IAddressSource
    requests: IRequests
    changes: IChanges
    authenticate: Authenticate | None = None
    recognise: Recognise | None = None
    happenings: IHappenings | None = None
    grown: Callable[[], None] = lambda: None
    offered: Offered = lambda: (True, True)


class ServerCore:
    """All services on one address space."""

    def __init__(
        self, settings: ServerSettings, outside: Outside, environment: Environment
    ) -> None:
        limits, clock = environment.limits, environment.clock
        self.space = AddressSpace(settings, outside.source, environment.now)
        self.sessions = Sessions(environment)
        self.awaiting = Awaiting(outside.requests, limits.awaitedPerSession)
        denied = environment.security.denied
        self.reading = Reading(self.space, limits, environment.now, denied)
        self.events = Distribution(self.space, outside.happenings, environment)
        self.monitoring = Monitoring(
            self.space, self.reading.value, outside.changes, self.events, clock
        )
        self.subscriptions = Subscriptions(environment, outside.grown)
        self.dispatch = Dispatch(self.sessions, clock, environment.now, limits.operations)
        self.connections = Connections(
            environment, self.dispatch.deliver, self.sessions.channelClosed
        )
        self._security = security = environment.security
        identities = Identities(
            settings, security, outside.authenticate, outside.recognise, outside.offered
        )
        self.discovery = Discovery(settings, identities, security)
        self._serveSessions(identities, security, limits.messageSize)
        self._serveNodes(environment, settings.writeWait)
        self._serveSubscriptions(limits, Turns(clock), denied)

    def arrived(self) -> None:
        """There is something at the outward door: tell the monitored items."""
        self.monitoring.arrived()
        self.events.arrived()

    def judgeAgain(self) -> None:
        """End the sessions and channels of clients that are not trusted any more."""
        self.connections.judgeAgain()
        # A session outlives its channel: it would wait for its client to be trusted again.
        self.sessions.closeWithout(self._security.trusts)

    def stop(self) -> None:
        """Answer what waits with ``BadShutdown``, then end sessions and connections."""
        self.awaiting.stop()
        self.sessions.closeAll()
        self.subscriptions.closeAll()
        self.connections.closeAll()

    def _serveSessions(self, identities: Identities, security: Security, maxMessage: int) -> None:
        serve = self.dispatch.serve
        serve("GetEndpoints", self.discovery.getEndpoints, open=True)
        serve("FindServers", self.discovery.findServers, open=True)
        sessionSet = SessionSet(self.sessions, identities, self.discovery, security, maxMessage)
        sessionSet.userChanged.append(self.subscriptions.userChanged)
        self.sessions.ended.append(self.subscriptions.sessionEnded)
        serve("CreateSession", sessionSet.createSession, open=True)
        serve("ActivateSession", sessionSet.activateSession, open=True)
        serve("CloseSession", sessionSet.closeSession, open=True)
        serve("Cancel", cancel)

    def _serveNodes(self, environment: Environment, writeWait: float) -> None:
        serve, space = self.dispatch.serve, self.space
        limits, clock = environment.limits, environment.clock
        denied = environment.security.denied
        lists = ReadLists(limits.operations, Turns(clock))
        self.sessions.ended.append(lists.sessionEnded)
        serve("Read", self.reading.read, lists=lists)
        past = HistoryReading(space, self.awaiting, limits, environment.entropy, denied)
        serve("HistoryRead", past.historyRead)
        writing = Writing(space, self.awaiting, limits, clock, writeWait, denied)
        serve("Write", writing.write)
        serve("Call", Calling(space, self.awaiting, limits, clock, denied).call)
        browsing = Browsing(space, limits, environment.entropy, Turns(clock))
        serve("Browse", browsing.browse)
        serve("BrowseNext", browsing.browseNext)
        paths = BrowsePaths(space, limits)
        serve("TranslateBrowsePathsToNodeIds", paths.translate)
        serve("RegisterNodes", paths.register)
        serve("UnregisterNodes", paths.unregister)

    def _serveSubscriptions(self, limits: Limits, turns: Turns, denied: Denied) -> None:
        serve = self.dispatch.serve
        subscriptionSet = SubscriptionSet(self.subscriptions, limits)
        serve("CreateSubscription", subscriptionSet.create)
        serve("ModifySubscription", subscriptionSet.modify)
        serve("SetPublishingMode", subscriptionSet.setPublishingMode)
        serve("DeleteSubscriptions", subscriptionSet.delete)
        serve("Publish", subscriptionSet.publish)
        serve("Republish", subscriptionSet.republish)
        itemSet = ItemSet(self.subscriptions, self.monitoring, self.space, limits, turns, denied)
        serve("CreateMonitoredItems", itemSet.create)
        serve("ModifyMonitoredItems", itemSet.modify)
        serve("SetMonitoringMode", itemSet.setMonitoringMode)
        serve("DeleteMonitoredItems", itemSet.delete)
        serve("SetTriggering", Triggering(self.subscriptions, limits).set)
        transferring = Transferring(self.subscriptions, self.monitoring, limits, denied)
        serve("TransferSubscriptions", transferring.transfer)
        offerServerMethods(self.space, self.subscriptions, self.monitoring, denied)
