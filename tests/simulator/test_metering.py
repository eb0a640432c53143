"""When meter values come, and what is in them (sections 3.16 and 4.7)."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from ocppgw.simulator.car import Car
from ocppgw.v16 import messages
from ocppgw.v16.messages import ChangeConfigurationRequest
from tests.simulator.central import Site, started


def charging(**settings: str) -> Site:
    """A charge point with transaction 1."""
    site = started(**settings)
    site.point.plugIn(1, Car())
    site.point.present(1, "TAG")
    site.run(0)
    site.take()
    return site


def values(site: Site) -> list[messages.MeterValuesRequest]:
    """All MeterValues that came."""
    found = site.of(messages.MeterValuesRequest)
    site.take()
    return found


def contexts(reading: messages.MeterValue) -> set[str | None]:
    """The contexts in one reading."""
    return {value.context for value in reading.sampledValue}


class SampledTests(TestCase):
    """MeterValueSampleInterval and MeterValuesSampledData."""

    def test_interval(self) -> None:
        """A reading comes at each interval, with the transaction."""
        site = charging(MeterValueSampleInterval="15")
        site.run(46)
        sent = values(site)
        self.assertEqual([1, 1, 1], [one.transactionId for one in sent])
        self.assertEqual("2026-03-01T08:00:15.000Z", sent[0].meterValue[0].timestamp)
        self.assertEqual({"Sample.Periodic"}, contexts(sent[0].meterValue[0]))

    def test_changed(self) -> None:
        """Another interval holds at once, 0 is off."""
        site = charging()
        site.command(ChangeConfigurationRequest(key="MeterValueSampleInterval", value="2"))
        site.run(7)
        self.assertEqual(3, len(values(site)))
        site.command(ChangeConfigurationRequest(key="MeterValueSampleInterval", value="0"))
        site.run(60)
        self.assertEqual([], values(site))

    def test_measurands(self) -> None:
        """Exactly what MeterValuesSampledData lists is sent."""
        site = charging(MeterValuesSampledData="Current.Import,Voltage.L2-N")
        site.run(11)
        (sent,) = values(site)
        self.assertEqual(
            [
                ("Current.Import", "L1"),
                ("Current.Import", "L2"),
                ("Current.Import", "L3"),
                ("Voltage", "L2-N"),
            ],
            [(one.measurand, one.phase) for one in sent.meterValue[0].sampledValue],
        )

    def test_nothingListed(self) -> None:
        """An empty list sends nothing."""
        site = charging(MeterValuesSampledData="")
        site.run(60)
        self.assertEqual([], values(site))

    def test_onlyDuringTransactions(self) -> None:
        """Without a transaction there are no samples."""
        site = charging()
        site.point.present(1, "TAG")
        site.run(60)
        self.assertEqual([], values(site))


class AlignedTests(TestCase):
    """ClockAlignedDataInterval and MeterValuesAlignedData."""

    def test_alignment(self) -> None:
        """Readings come at round times of the clock, from all connectors, also idle ones."""
        site = started(2, ClockAlignedDataInterval="60")
        site.run(121)
        sent = values(site)
        self.assertEqual(
            [(1, "08:01:00"), (2, "08:01:00"), (1, "08:02:00"), (2, "08:02:00")],
            [(one.connectorId, (one.meterValue[0].timestamp or "")[11:19]) for one in sent],
        )
        self.assertEqual([None] * 4, [one.transactionId for one in sent])
        self.assertEqual({"Sample.Clock"}, contexts(sent[0].meterValue[0]))

    def test_withTransaction(self) -> None:
        """During a transaction they bear its number."""
        site = charging(ClockAlignedDataInterval="60", MeterValueSampleInterval="0")
        site.run(61)
        (sent,) = values(site)
        self.assertEqual(1, sent.transactionId)

    def test_idleAndOffline(self) -> None:
        """Without link and transaction they are not kept."""
        site = started(ClockAlignedDataInterval="10")
        site.cut()
        site.run(100)
        self.assertTrue(site.point.outbox.isEmpty)


class StopDataTests(TestCase):
    """StopTxnSampledData and StopTxnAlignedData."""

    def stop(self, site: Site) -> messages.StopTransactionRequest:
        site.point.present(1, "TAG")
        site.run(1)
        (stop,) = site.of(messages.StopTransactionRequest)
        assert isinstance(stop, messages.StopTransactionRequest)
        return stop

    def test_none(self) -> None:
        """By default a stop carries no readings."""
        self.assertIsNone(self.stop(charging()).transactionData)

    def test_beginAndEnd(self) -> None:
        """With StopTxnSampledData it carries those of its beginning and end."""
        site = charging(StopTxnSampledData="Energy.Active.Import.Register")
        site.run(30)
        data = self.stop(site).transactionData
        assert data is not None
        self.assertEqual([{"Transaction.Begin"}, {"Transaction.End"}], list(map(contexts, data)))

    def test_bounded(self) -> None:
        """There are never more than StopTransactionMaxMeterValues, and the end is among them."""
        site = charging(
            StopTxnSampledData="Voltage", StopTxnAlignedData="Voltage", ClockAlignedDataInterval="1"
        )
        site.run(60)
        data = self.stop(site).transactionData
        assert data is not None
        self.assertEqual(10, len(data))
        self.assertEqual({"Transaction.End"}, contexts(data[-1]))
