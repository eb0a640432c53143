"""Tests of streams, of what the overview remembers, and of the figures."""

from __future__ import annotations

from typing import Any

from prometheus_client.parser import text_string_to_metric_families
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.web.live import streams
from ocppgw.web.live.memory import HAPPENINGS, SAMPLES, Memory
from tests.web.files.test_files import Reader
from tests.web.support import World


class StreamTests(SynchronousTestCase):
    """Browsers that wait."""

    def setUp(self) -> None:
        self.world = World(self)
        self.streams: Any = self.world.console._streams
        self.streams.start()
        self.addCleanup(self.streams.stop)
        self.heard: dict[str, bytes] = {}

    def listen(self, path: str) -> None:
        """Open a stream."""
        treq = self.world.request()
        opened = treq.get(f"http://127.0.0.1{path}", headers={"Host": "127.0.0.1"})
        treq.flush()
        response = self.successResultOf(opened)
        self.assertEqual(response.code, 200)
        self.heard[path] = b""

        def hear(data: bytes) -> None:
            self.heard[path] += data

        treq.collect(response, hear)

    def told(self, path: str) -> int:
        """How often a stream said that something changed."""
        self.world.flush()
        return self.heard[path].count(b"event: changed")

    def test_changes(self) -> None:
        """Each stream hears of what it is about, once a second at most."""
        for path in ("/events", "/events?about=CP1", "/events?about=CP2"):
            self.listen(path)
        chargePoint = self.world.ring.connect()
        for _ in range(5):
            chargePoint.call("Heartbeat")
        self.world.clock.advance(1)
        self.assertEqual([self.told(path) for path in self.heard], [1, 1, 0])

    def test_works(self) -> None:
        """Each also hears of what takes long and belongs to its user, as long as it runs."""
        self.listen("/events?about=CP2")
        work = self.world.means.works.begin("anonymous", "Import", "rows")
        other = self.world.means.works.begin("erna", "Import", "rows")
        self.world.clock.advance(1)
        self.world.clock.advance(1)
        self.assertEqual(self.told("/events?about=CP2"), 2)
        self.world.means.works.end(work, "Done.")
        self.world.clock.advance(1)
        self.world.clock.advance(1)
        self.assertEqual(self.told("/events?about=CP2"), 3)
        self.assertTrue(other.isRunning)

    def test_quiet(self) -> None:
        """One about which nothing happens says now and then that it lives."""
        self.listen("/events?about=CP2")
        for _ in range(streams.QUIET):
            self.world.clock.advance(1)
        self.world.flush()
        self.assertIn(b": still here", self.heard["/events?about=CP2"])

    def test_slow(self) -> None:
        """To one that does not read nothing is written, and it hears of it afterwards."""
        self.listen("/events")
        [stream] = self.streams._streams
        stream.pauseProducing()
        for _ in range(100):
            self.world.ring.connect().call("Heartbeat")
            self.world.clock.advance(1)
        self.assertEqual(self.told("/events"), 0)
        stream.resumeProducing()
        self.world.clock.advance(1)
        self.assertEqual(self.told("/events"), 1)

    def test_bounded(self) -> None:
        """There are not more than so many."""
        self.patch(streams, "EACH", streams.MOST + 1)
        for _ in range(streams.MOST):
            self.listen("/events")
        page = self.world.browser().get("/events")
        self.assertEqual(page.status, 503)

    def test_boundedOfEach(self) -> None:
        """One place cannot take them all from others."""
        for _ in range(streams.EACH):
            self.listen("/events")
        self.assertEqual(self.world.browser().get("/events").status, 503)
        stream = self.streams.open(Reader(), "", "olga", "192.0.2.0")
        self.assertIsNotNone(stream)

    def test_stop(self) -> None:
        """At the stop every stream ends."""
        self.listen("/events")
        self.streams.stop()
        self.assertEqual(len(self.streams), 0)


class MemoryTests(SynchronousTestCase):
    """What the overview remembers."""

    def setUp(self) -> None:
        self.world = World(self)
        ring = self.world.ring
        self.memory = Memory(ring.registry, ring.clock, ring.now)

    def test_samples(self) -> None:
        """The power is sampled, for an hour at most."""
        self.memory.start()
        self.addCleanup(self.memory.stop)
        for _ in range(SAMPLES + 10):
            self.world.clock.advance(5)
        self.assertEqual(len(self.memory.samples), SAMPLES)

    def test_happenings(self) -> None:
        """What happened last comes first, bounded."""
        chargePoint = self.world.chargePoint()
        for status in ("Faulted", "Available") * (HAPPENINGS // 2):
            chargePoint.call(
                "StatusNotification",
                {"connectorId": 1, "status": status, "errorCode": "GroundFailure"},
            )
        self.assertEqual(len(self.memory.happenings), HAPPENINGS)
        self.assertIn("connector 1: Available", self.memory.happenings[0].text)
        self.assertIn("connector 1: Faulted GroundFailure", self.memory.happenings[1].text)

    def test_removed(self) -> None:
        """A charge point that was removed is told, too."""
        program = self.world.browser()
        program.send("POST", "/api/v1/chargepoints", {"identity": "NEW"})
        program.send("DELETE", "/api/v1/chargepoints/NEW", b"")
        self.assertEqual([one.text for one in self.memory.happenings], ["removed", "became known"])


class FiguresTests(SynchronousTestCase):
    """``/metrics``."""

    def setUp(self) -> None:
        self.world = World(self)
        self.chargePoint = self.world.chargePoint()

    def figures(self) -> dict[tuple[str, ...], float]:
        """Name and label values, and the value."""
        self.world.ring.advance(1)
        text = self.world.browser().get("/metrics").text
        return {
            (sample.name, *sample.labels.values()): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
        }

    def test_format(self) -> None:
        """A parser of that ecosystem reads them, in its base units."""
        meterValue = [
            {
                "timestamp": "2026-05-04T12:00:00Z",
                "sampledValue": [
                    {"value": "7.4", "measurand": "Power.Active.Import", "unit": "kW"},
                    {"value": "2", "unit": "kWh"},
                ],
            }
        ]
        self.chargePoint.call("MeterValues", {"connectorId": 1, "meterValue": meterValue})
        figures = self.figures()
        self.assertEqual(figures["ocppgw_charge_points_connected",], 1)
        self.assertEqual(figures["ocppgw_power_watts",], 7400)
        self.assertEqual(figures["ocppgw_energy_joules",], 7_200_000)
        self.assertEqual(figures["ocppgw_charge_point_power_watts", "CP1"], 7400)
        self.assertEqual(figures["ocppgw_connectors", "Available"], 1)
        self.assertEqual(figures["ocppgw_store_up",], 1)

    def test_health(self) -> None:
        """A store that fails is not ready, and lives all the same; details stay inside."""
        browser = self.world.browser()
        self.assertEqual(browser.get("/readyz").status, 200)
        self.world.ring.store.fail("/secret/path is full")
        self.assertEqual(self.figures()["ocppgw_store_up",], 0)
        page = browser.get("/readyz")
        self.assertEqual(page.status, 503)
        self.assertNotIn("/secret/path", page.text)
        self.assertEqual(browser.get("/healthz").status, 200)
