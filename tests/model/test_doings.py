"""Commands, remote starts and idTags presented."""

from __future__ import annotations

from datetime import datetime

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.applying import apply
from tests.model.given import T0, after, at, connected, one


def ended(seconds: float, queuedAt: datetime | None = T0) -> f.CommandEnded:
    """A command that ended."""
    return f.CommandEnded("HardReset", "", "Accepted", "", "anna", "opcua", at(seconds), queuedAt)


class CommandTests(SynchronousTestCase):
    """LastCommand and CommandsWaiting."""

    def test_waiting(self) -> None:
        """Waiting commands are counted until they end."""
        record = after(connected(), f.CommandQueued("A", T0), f.CommandQueued("B", T0))
        self.assertEqual(record.commandsWaiting, 2)
        self.assertEqual(after(record, ended(1)).commandsWaiting, 1)

    def test_waitingSince(self) -> None:
        """Who ended is left out, so that the first is the oldest of those that wait."""
        queued = [f.CommandQueued("A", at(second)) for second in (1, 2, 3)]
        record = after(connected(), *queued, ended(4, at(2)))
        self.assertEqual(record.commandsQueued, (at(1), at(3)))

    def test_refusedAtOnce(self) -> None:
        """A command that was refused at once shows as the last one and was never waiting."""
        record = after(connected(), f.CommandQueued("A", T0), ended(1, queuedAt=None))
        self.assertEqual((record.commandsWaiting, record.lastCommand.number), (1, 1))

    def test_neverNegative(self) -> None:
        """The count never goes below nothing."""
        self.assertEqual(after(connected(), ended(1), ended(2)).commandsWaiting, 0)

    def test_last(self) -> None:
        """How the last one ended, for whom, and a number that grows with each."""
        last = after(connected(), ended(1), ended(2)).lastCommand
        self.assertEqual(
            (last.number, last.name, last.status, last.user, last.at),
            (2, "HardReset", "Accepted", "anna", at(2)),
        )


class ConnectorDoingsTests(SynchronousTestCase):
    """What belongs to one connector."""

    def test_remoteStart(self) -> None:
        """The state and its time; the same state again is no change."""
        record = after(connected(), f.RemoteStartProgressed(1, "Accepted", at(1)))
        self.assertEqual(
            (one(record).remoteStartState, one(record).remoteStartAt), ("Accepted", at(1))
        )
        self.assertIs(apply(record, f.RemoteStartProgressed(1, "Accepted", at(2))), record)

    def test_commandIdTag(self) -> None:
        """The idTag written for the next remote start is kept."""
        record = after(connected(), f.CommandIdTagWritten(1, "TAG", at(1)))
        self.assertEqual(one(record).commandIdTag, "TAG")

    def test_wholeChargePoint(self) -> None:
        """Connector 0 and impossible connectors have neither."""
        record = connected()
        for connectorId in (0, -1, 65):
            self.assertIs(apply(record, f.CommandIdTagWritten(connectorId, "T", T0)), record)
            self.assertIs(
                apply(record, f.RemoteStartProgressed(connectorId, "Started", T0)), record
            )

    def test_idTagPresented(self) -> None:
        """Who was authorized last, and with which answer."""
        last = after(connected(), f.IdTagPresented("TAG", "Blocked", at(3))).lastIdTag
        self.assertEqual((last.idTag, last.status, last.at), ("TAG", "Blocked", at(3)))
