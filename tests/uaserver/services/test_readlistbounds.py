"""Tests of how many lists are kept for sessions that read them again and again."""

from __future__ import annotations

import gc
import tracemalloc
from typing import Any, cast
from weakref import ref

from opcua import ua
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.services import readlists
from ocppgw.uaserver.services.readlists import ReadLists
from ocppgw.uaserver.turns import Turns
from tests.uaserver.doors import STEP, Passing
from tests.uaserver.layout.site import ENGINEER, Site, nodeId
from tests.uaserver.wire import World, readValueId

VOLTAGE = nodeId("CP1/Connectors/1/MeterValues/Voltage.L1")
STATUS = nodeId("CP1/Connectors/1/Status")


class BoundTests(SynchronousTestCase):
    """How much is remembered."""

    def setUp(self) -> None:
        site = Site()
        site.connect()
        site.boot()
        self.site = site
        self.world = World(space=cast(Any, site.layout))
        self.lists = next(
            each.__self__  # type: ignore[attr-defined]
            for each in self.world.core.sessions.ended
            if isinstance(getattr(each, "__self__", None), ReadLists)
        )
        self.client = self.world.client()
        self.decoded: list[Any] = []
        keep = self.lists.keep

        def decode(session: Any, content: bytes, asked: Any) -> Any:
            self.decoded.append(asked.MaxAge)
            return keep(session, content, asked)

        self.patch(self.lists, "keep", decode)

    def read(self, *nodeIds: Any, age: float = 0.0) -> None:
        """Read the values of these."""
        request = ua.ReadRequest()
        request.Parameters.MaxAge = age
        request.Parameters.NodesToRead = [readValueId(each) for each in nodeIds]
        self.client.ask(request)

    def test_bounded(self) -> None:
        """Ever new lists do not grow memory, whether they are many, long, or of long names."""
        self.patch(readlists, "KEPT", 100_000)
        for number in range(1, 100):
            for each in ([VOLTAGE] * number, [nodeId("x" * number * 50)]):
                self.read(*each)
                self.assertLessEqual(self.lists.weight, 100_000)
                self.assertGreater(self.lists.weight, 0)

    def roomFor(self, lists: int) -> None:
        """Let as many lists of one node be kept, and none be yet."""
        self.read(VOLTAGE)
        self.patch(readlists, "KEPT", self.lists.weight * lists)
        self.world.core.sessions.closeAll()
        self.client = self.world.client()
        self.decoded.clear()

    def test_weighsWhatItIs(self) -> None:
        """The weight is no less than the memory, whatever is measured between the Reads."""
        names = [f"Vendor.{number}" for number in range(20)]
        paths = [nodeId(f"CP1/Connectors/1/MeterValues/{name}") for name in names]
        for name in names:
            self.site.measure(name, 0.0)
        self.read(*paths)
        gc.collect()
        tracemalloc.start()
        self.addCleanup(tracemalloc.stop)
        before, weight = tracemalloc.get_traced_memory()[0], self.lists.weight
        for number in range(1, 200):
            for name in names:
                self.site.measure(name, float(number))
            self.read(paths[number % 20], age=float(number))
        gc.collect()
        used = tracemalloc.get_traced_memory()[0] - before
        self.assertLess(used, self.lists.weight - weight)

    def test_littleTooMuch(self) -> None:
        """Who polls one list more than there is room for has all others found again."""
        self.roomFor(10)
        for _ in range(20):
            for age in range(11):
                self.read(VOLTAGE, age=float(age))
        self.assertEqual(self.decoded, [*map(float, range(11)), *[10.0] * 19])

    def test_otherLists(self) -> None:
        """Who reads other lists from now on has these found again, after a while."""
        self.roomFor(10)
        for age in range(10):
            self.read(VOLTAGE, age=float(age))
        for _ in range(4):
            self.decoded.clear()
            for age in range(10, 20):
                self.read(VOLTAGE, age=float(age))
        self.assertEqual(self.decoded, [])

    def test_readLast(self) -> None:
        """A list that comes again and again stays, whatever else comes beside it."""
        self.roomFor(10)
        for age in range(1, 200):
            self.read(VOLTAGE)
            self.read(VOLTAGE, age=float(age))
        self.assertEqual(self.decoded.count(0.0), 1)

    def test_anotherSession(self) -> None:
        """A session with few lists keeps them, whatever another one reads."""
        self.roomFor(10)
        poller, other = self.client, self.world.client()
        self.client = other
        for age in range(10, 50):
            self.read(VOLTAGE, age=float(age))
        self.client = poller
        for age in range(4):
            self.read(VOLTAGE, age=float(age))
        self.client = other
        for age in range(50, 200):
            self.read(VOLTAGE, age=float(age))
        self.client = poller
        self.decoded.clear()
        for age in range(4):
            self.read(VOLTAGE, age=float(age))
        self.assertEqual(self.decoded, [])

    def test_fewAreDropped(self) -> None:
        """No more goes than the new one needs."""
        self.roomFor(50)
        for age in range(50):
            self.read(VOLTAGE, age=float(age))
        weight = self.lists.weight
        for age in range(100, 300):
            self.read(VOLTAGE, age=float(age))
            self.assertGreater(self.lists.weight, weight * 0.95)

    def test_droppedInTurns(self) -> None:
        """Many lists of a session that ends do not hold the thread; all go in the end."""
        clock = Passing()
        lists = ReadLists(1000, Turns(clock))
        session: Any = self.world.core.sessions.all()[-1]
        made = []
        for number in range(100):
            asked = ua.ReadParameters()
            made.append(ref(lists.keep(session, b"%d" % number, asked)))
        clock.isPassing = True
        lists.sessionEnded(session, True)
        self.assertEqual((lists.weight, lists.find(session, b"1")), (0, None))
        left = [each for each in made if each() is not None]
        self.assertTrue(0 < len(left) < 100)
        while clock.getDelayedCalls():
            clock.advance(STEP)
        self.assertEqual([each for each in made if each() is not None], [])

    def test_equalListsWeighOnce(self) -> None:
        """A list is kept once, however often it comes."""
        self.read(VOLTAGE)
        weight = self.lists.weight
        self.read(VOLTAGE)
        self.assertEqual(self.lists.weight, weight)

    def test_endWithTheirSession(self) -> None:
        """What a session asked for is forgotten when it ends; what others asked for is not."""
        self.read(VOLTAGE)
        weight = self.lists.weight
        self.client = self.world.client()
        self.read(VOLTAGE, STATUS)
        self.world.core.sessions.close(self.world.core.sessions.all()[-1], deleteSubscriptions=True)
        self.assertEqual(self.lists.weight, weight)
        self.world.core.sessions.closeAll()
        self.assertEqual(self.lists.weight, 0)

    def test_longTexts(self) -> None:
        """Values that are long are not remembered."""
        self.site.measure("SignedData.Voltage", None, "x" * 10_000)
        path = nodeId("CP1/Connectors/1/MeterValues/SignedData.Voltage")
        for _ in range(3):
            self.read(path)
        [own] = self.lists._bySession.values()
        [kept] = own.lists.values()
        [stretch] = kept.stretches(self.world.core.space.find, ENGINEER)
        self.assertEqual((stretch.subject, stretch._content), ("CP1", b""))
