"""
The wanted configuration: compared after each boot, changed where it differs.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import commands as c
from ocppgw.v16 import messages as m
from tests.central.support_outgoing import Site, always, answering, reportAll


class WantedTests(SynchronousTestCase):
    """The wanted configuration."""

    def started(self, wanted: dict[str, str], keys: dict[str, str], **table: Any) -> Site:
        """A site whose charge point has these keys, after its start-up."""
        site = Site(wanted=wanted, **table)
        self.keys = answering(site, **keys)
        site.connect()
        self.rebooted(site)
        return site

    def rebooted(self, site: Site) -> None:
        """It boots, and the start-up is run."""
        site.clock.advance(400)
        site.boot()
        reportAll(site)
        site.clock.advance(0)

    def changes(self, site: Site) -> list[tuple[str, str]]:
        """What was changed, in order."""
        requests = site.caller.requests(m.ChangeConfigurationRequest)
        return [(request.key, request.value) for request in requests]

    def test_onlyWhatDiffers(self) -> None:
        """Keys that are as wanted are left alone; the others are changed and read back."""
        site = self.started(
            {"heartbeatInterval": "300", "MeterValueSampleInterval": "30"},
            {"HeartbeatInterval": "0300", "MeterValueSampleInterval": "60"},
        )
        self.assertEqual(self.changes(site), [("MeterValueSampleInterval", "30")])
        point = site.record.configuration.points["metervaluesampleinterval"]
        self.assertEqual(point.text, "30")
        self.assertEqual(site.record.configuration.drift, ())
        self.assertIsNotNone(site.record.configuration.driftAt)

    def test_theChargePointsOwnTableWins(self) -> None:
        """A charge point's own wanted keys beat the common ones."""
        site = self.started({"A": "1"}, {"A": "0"}, configuration={"a": "2"})
        self.assertEqual(self.changes(site), [("A", "2")])

    def test_unknownKey(self) -> None:
        """A key that the charge point does not have is not written, and shows as drift."""
        site = self.started({"A": "1"}, {"B": "0"})
        self.assertEqual(self.changes(site), [])
        self.assertEqual(site.record.configuration.drift, ("A",))

    def test_rejectedValue(self) -> None:
        """A rejected value is tried once per boot and shows as drift."""
        site = Site(wanted={"A": "1"})
        answering(site, A="0")
        site.caller.script[m.ChangeConfigurationRequest] = always(
            "Rejected", m.ChangeConfigurationConfirmation
        )
        site.connect()
        for boots in (1, 2):
            self.rebooted(site)
            self.assertEqual(self.changes(site), [("A", "1")] * boots)
            self.assertEqual(site.record.configuration.drift, ("A",))

    def test_B6_rebootRequired(self) -> None:
        """A key that needs a reboot is written once in a boot, and no reset is sent."""
        site = Site(wanted={"A": "1,2"})
        answering(site, A="0")
        site.caller.script[m.ChangeConfigurationRequest] = always(
            "RebootRequired", m.ChangeConfigurationConfirmation
        )
        site.connect()
        self.rebooted(site)
        site.lose()
        site.connect()
        site.clock.advance(60)
        self.assertEqual(self.changes(site), [("A", "1,2")])
        self.assertEqual(site.caller.requests(m.ResetRequest), [])
        self.assertTrue(site.record.registration.rebootRequired)
        self.assertEqual(site.record.configuration.drift, ("A",))

    def test_B6_budgetOfADay(self) -> None:
        """One that forgets a change with each boot is changed five times a day, and counted."""
        site = self.started({"MeterValueSampleInterval": "30"}, {"MeterValueSampleInterval": "60"})
        for _ in range(9):
            self.keys.values["MeterValueSampleInterval"] = "60"
            self.rebooted(site)
        self.assertEqual(len(self.changes(site)), 5)
        self.assertIn("B6", site.record.deviations.byKind)
        self.assertEqual(site.record.configuration.drift, ("MeterValueSampleInterval",))
        site.clock.advance(24 * 3600)
        self.rebooted(site)
        self.assertEqual(len(self.changes(site)), 6)

    def listTaker(self, *supported: str) -> Site:
        """A charge point that rejects lists with items that it does not support."""
        site = Site(wanted={"MeterValuesSampledData": "SoC,Voltage,RPM"})
        keys = answering(site, MeterValuesSampledData="Voltage")

        def change(request: m.ChangeConfigurationRequest) -> m.ChangeConfigurationConfirmation:
            if not set(request.value.split(",")) <= set(supported):
                return m.ChangeConfigurationConfirmation(status="Rejected")
            return keys.change(request)

        site.caller.script[m.ChangeConfigurationRequest] = change
        site.connect()
        return site

    def test_B14_rejectedListIsCutDown(self) -> None:
        """Of a rejected list the charge point gets what it takes; the rest is drift."""
        site = self.listTaker("SoC", "RPM")
        self.rebooted(site)
        point = site.record.configuration.points["metervaluessampleddata"]
        self.assertEqual(point.text, "SoC,RPM")
        self.assertEqual(site.record.configuration.drift, ("MeterValuesSampledData",))

    def test_B14_isRemembered(self) -> None:
        """What came of it is remembered: the next boot changes nothing."""
        site = self.listTaker("SoC", "RPM")
        self.rebooted(site)
        changes = self.changes(site)
        self.rebooted(site)
        self.assertEqual(self.changes(site), changes)
        self.assertEqual(site.record.configuration.drift, ("MeterValuesSampledData",))

    def test_B14_nothingIsTaken(self) -> None:
        """Where no item is taken, the old value stays."""
        site = self.listTaker()
        self.rebooted(site)
        self.assertEqual(len(self.changes(site)), 4)
        point = site.record.configuration.points["metervaluessampleddata"]
        self.assertEqual(point.text, "Voltage")

    def test_readNever(self) -> None:
        """Where nothing may be read, wanted keys are written without looking."""
        site = self.started({"A": "1"}, {"A": "0"}, readConfiguration="never")
        self.assertEqual(self.changes(site), [("A", "1")])
        self.assertEqual(site.caller.requests(m.GetConfigurationRequest), [])

    def test_silence(self) -> None:
        """A charge point that does not answer is not asked for every key in turn."""
        site = Site(wanted={"A": "1", "B": "1", "C": "1"})
        answering(site, A="0", B="0", C="0")
        del site.caller.script[m.ChangeConfigurationRequest]
        site.connect()
        self.rebooted(site)
        site.clock.advance(30)
        self.assertEqual(self.changes(site), [("A", "1")])
        self.assertEqual(site.record.configuration.drift, ("A", "B", "C"))

    def test_driftFollowsReports(self) -> None:
        """When an Engineer puts a key right or wrong, the drift follows."""
        site = self.started({"A": "1"}, {"A": "1"})
        site.issue(c.ChangeConfiguration("A", "2"))
        self.assertEqual(site.record.configuration.drift, ("A",))
        site.issue(c.ChangeConfiguration("A", "1"))
        self.assertEqual(site.record.configuration.drift, ())
