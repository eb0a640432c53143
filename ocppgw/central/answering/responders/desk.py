"""
What every responder may use: the records, the store, the idTags, the transaction ids, the time.

Only the bundle, and the next transaction id.
"""

from __future__ import annotations

from collections.abc import Callable, Container
from datetime import datetime

import attrs
from twisted.internet.defer import Deferred

from ocppgw.central.answering.authorizing import Authorizing
from ocppgw.central.answering.newtransactions import NewTransactions
from ocppgw.central.terms import Terms
from ocppgw.central.watching.health import Health
from ocppgw.central.watching.setbacks import Setbacks
from ocppgw.central.watching.zonehints import ZoneHints
from ocppgw.interfaces import IStore
from ocppgw.model.registry import Registry


@attrs.define
class TransactionIds:
    """
    Ids that are positive, grow, and are never given twice (X5).

    :ivar last: the greatest one ever given; an id whose commit failed is not given again.
    """

    last: int = 0

    def next(self, inUse: Container[int] = ()) -> int:
        """A new one, which is none of those that somebody else gave."""
        self.last += 1
        while self.last in inUse:
            self.last += 1
        return self.last


@attrs.frozen
class Desk:
    """
    The responders' means.

    :ivar meant: the idTag that a remote start asked a charge point to use, where the one it sends
        may be that one altered (X18); else the one it sends.
    :ivar pause: fires in a later turn of the reactor: for whoever has much to do.
    :ivar newTransactions: says whether a charge point may begin one more.
    :ivar onboarding: gives the site's rule for newcomers: accept, pending or reject.
    """

    registry: Registry
    store: IStore
    terms: Terms
    authorizing: Authorizing
    ids: TransactionIds
    health: Health
    zoneHints: ZoneHints
    setbacks: Setbacks
    now: Callable[[], datetime]
    onboarding: Callable[[], str]
    pause: Callable[[], Deferred[None]]
    newTransactions: NewTransactions
    meant: Callable[[str, str], str] = lambda nodeName, idTag: idTag
