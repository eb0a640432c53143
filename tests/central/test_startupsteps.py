"""
What is done in a start-up: reading the configuration, asking for statuses.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.linking.calling import AnswerInvalid
from ocppgw.model import commands as c
from ocppgw.v16 import messages as m
from tests.central.support_outgoing import Keys, Site, always, answering, refusing, reportAll

ALL_STATUSES = m.TriggerMessageRequest(requestedMessage="StatusNotification")


class ReadingTests(SynchronousTestCase):
    """Reading the configuration after a boot."""

    def booted(self, answer: Any = None, **table: Any) -> Site:
        """A site whose charge point has booted and settled."""
        site = Site(**table)
        answering(site, HeartbeatInterval="300")
        if answer is not None:
            site.caller.script[m.GetConfigurationRequest] = answer
        site.connect()
        site.boot()
        reportAll(site)
        site.clock.advance(0)
        return site

    def test_all(self) -> None:
        """The configuration points show what the charge point has."""
        site = self.booted()
        self.assertEqual(site.record.configuration.points["heartbeatinterval"].text, "300")

    def test_B7_patience(self) -> None:
        """The whole configuration may take a minute."""
        site = self.booted(lambda _: None)
        self.assertEqual([one.timeout for one in site.caller.sent], [60.0])

    def test_B7_byKeys(self) -> None:
        """readConfiguration = "keys" never asks for everything at once."""
        site = self.booted(readConfiguration="keys")
        requests = site.caller.requests(m.GetConfigurationRequest)
        self.assertTrue(all(request.key for request in requests))
        self.assertEqual(site.record.configuration.points["heartbeatinterval"].text, "300")

    def test_never(self) -> None:
        """readConfiguration = "never" never asks."""
        site = self.booted(readConfiguration="never")
        self.assertEqual(site.caller.requests(m.GetConfigurationRequest), [])

    def test_S13_chunksAfterSilence(self) -> None:
        """One whose long answer never comes is asked in chunks, and its link is kept."""
        keys = Keys(HeartbeatInterval="300")
        site = self.booted(lambda request: keys.get(request) if request.key else None)
        site.clock.advance(60)
        self.assertEqual(site.record.configuration.points["heartbeatinterval"].text, "300")
        self.assertEqual(site.caller.closed, [])

    def test_cannotAnswer(self) -> None:
        """One that cannot answer GetConfiguration keeps working: the next steps are done."""
        for answer in (refusing("NotImplemented"), lambda _: AnswerInvalid("?")):
            site = Site(wanted={"A": "1"})
            answering(site)
            site.caller.script[m.GetConfigurationRequest] = answer
            site.connect()
            site.boot()
            site.clock.advance(0)
            self.assertIn(ALL_STATUSES, site.caller.requests())
            self.assertEqual(site.record.configuration.drift, ("A",))
            site.caller.script[m.ClearCacheRequest] = always("Accepted", m.ClearCacheConfirmation)
            self.assertEqual(len(site.issue(c.ClearCache())), 1)


class StatusTests(SynchronousTestCase):
    """Asking for status where none came."""

    def test_noneCame(self) -> None:
        """Where no connector reported, all are asked for at once."""
        site = Site()
        answering(site)
        site.connect()
        site.boot()
        site.clock.advance(0)
        self.assertEqual(site.caller.requests(m.TriggerMessageRequest), [ALL_STATUSES])

    def test_someCame(self) -> None:
        """Where some reported, only the others are asked for."""
        site = Site()
        answering(site)
        site.connect()
        site.boot()
        site.report(0)
        site.report(1)
        site.clock.advance(0)
        self.assertEqual(
            [one.connectorId for one in site.caller.requests(m.TriggerMessageRequest)], [2]
        )

    def test_allCame(self) -> None:
        """Where all reported, nobody is asked."""
        site = Site()
        answering(site)
        site.connect()
        site.boot()
        site.report(1)
        site.report(2)
        site.clock.advance(100)
        self.assertEqual(site.caller.requests(m.TriggerMessageRequest), [])

    def test_B17_nothingWithinTenSeconds(self) -> None:
        """Where asking for all brought nothing, each connector is asked for."""
        site = Site()
        answering(site)
        site.connect()
        site.boot()
        site.clock.advance(0)
        site.report(2)
        site.clock.advance(10)
        self.assertEqual(
            [one.connectorId for one in site.caller.requests(m.TriggerMessageRequest)], [None, 1]
        )

    def test_cannot(self) -> None:
        """One that does not know TriggerMessage is asked once."""
        for answer in (
            always("NotImplemented", m.TriggerMessageConfirmation),
            refusing("NotSupported"),
        ):
            site = Site()
            answering(site)
            site.caller.script[m.TriggerMessageRequest] = answer
            site.connect()
            site.boot()
            site.clock.advance(100)
            self.assertEqual(site.caller.requests(m.TriggerMessageRequest), [ALL_STATUSES])
