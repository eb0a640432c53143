"""
Where a request came from, and the readings of connector and time that all responders share.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from msgspec import Struct

from ocppgw.central.answering.responders.answer import Refused
from ocppgw.central.answering.responders.desk import Desk
from ocppgw.config.settings import ChargePointSettings
from ocppgw.model.records import ChargePointRecord
from ocppgw.model.times import effectiveTime, isBacklog
from ocppgw.ocppj import errorcodes
from ocppgw.ocppj.deviations import Deviation, excerpt
from ocppgw.v16.times import readTime, writeTime

CLOCKLESS = timedelta(days=30)
"""A time further off than this comes from a charge point without a clock."""


class Moment(Struct, frozen=True, gc=False):
    """
    The time of something that a charge point tells of.

    :ivar time: what it is shown and kept with.
    :ivar said: what the charge point's clock said, ``None`` where that cannot be read.
    """

    time: datetime
    said: datetime | None
    deviations: tuple[Deviation, ...] = ()


class Situation(Struct, frozen=True, gc=False):
    """
    The circumstances of one request.

    :ivar record: the charge point's record when the request's turn came.
    :ivar settings: what holds for this charge point.
    """

    nodeName: str
    record: ChargePointRecord
    desk: Desk
    receivedAt: datetime
    settings: ChargePointSettings

    def takeTransaction(self) -> None:
        """
        Count one more transaction that will be kept.

        :raises Refused: where there are too many; the charge point keeps it and comes again.
        """
        if not self.desk.newTransactions.take(self.nodeName):
            odd = Deviation("transactionRate", "", "more new transactions than are taken in")
            raise Refused(errorcodes.GENERIC_ERROR, "too many new transactions", (odd,))

    def currentTime(self) -> str:
        """The time for an answer, in the form that this charge point can read (T7)."""
        return writeTime(self.desk.now(), self.settings.timeFraction)

    def moment(self, text: str | None) -> Moment:
        """
        Read a timestamp; whatever the text, there is a time.

        One that cannot be, or lies too far off to be true, is replaced by the time of receipt.
        """
        zone, isLocal = self.settings.timeZone, self.settings.localTime
        read = readTime(text, self.receivedAt, None if zone is UTC else zone, isLocal)
        said, deviation = read.time if read.isTime else None, read.deviation
        backlog = False
        if said is not None:
            backlog = self._isBacklog(said)
            self.desk.health.timed(self.nodeName, said, self.receivedAt)
            isZoned = deviation is None or deviation.kind != "T2"
            self.desk.zoneHints.timed(self.nodeName, said, self.receivedAt, isZoned)
        time, isNonsense = effectiveTime(said, self.receivedAt, self.record.settings, backlog)
        odd = () if deviation is None else (deviation,)
        if isNonsense:
            words = "too far from the time of receipt, which is used instead"
            odd = (*odd, Deviation("T4", "timestamp", words, excerpt(text)))
        return Moment(time, said, odd)

    def _isBacklog(self, said: datetime) -> bool:
        """Whether a message waited in a queue; else its clock may have been set back."""
        setbacks = self.desk.setbacks
        if not isBacklog(self.record.link, said):
            setbacks.isRight(self.nodeName)
            return False
        return not setbacks.isSetBack(self.nodeName, said, self.receivedAt)

    def isClockless(self, moment: Moment) -> bool:
        """Whether the charge point cannot know the time."""
        return moment.said is None or abs(moment.said - self.receivedAt) > CLOCKLESS

    def connector(self, connectorId: int | None) -> int:
        """The connector meant where none was named: the only one, else the charge point (S23).

        Where a site says so, 0 is the only one as well (B26).
        """
        if connectorId == 0 and self.settings.zeroIsOne:
            return 1
        if connectorId is not None:
            return connectorId
        return 1 if max(self.record.connectors) <= 1 else 0
