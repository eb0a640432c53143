"""The machine's clock leaps: what is under way goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from signal import SIGUSR1, SIGUSR2
from typing import Any

from twisted.internet.defer import Deferred, inlineCallbacks

from tests.endToEnd.chargepoint import callIn
from tests.endToEnd.gateway import ScadaContext
from tests.endToEnd.test_process import PORTS, ProcessCase

Steps = Generator[Deferred[Any], Any, None]

LEAPING = """
import signal, time
real, leap = time.time, [0.0]
def leapTo(seconds):
    leap[0] = seconds
    print("leapt", seconds, file=__import__("sys").__stdout__, flush=True)
time.time = lambda: real() + leap[0]
signal.signal(signal.SIGUSR1, lambda *_: leapTo(50 * 365 * 86400.0))
signal.signal(signal.SIGUSR2, lambda *_: leapTo(-10 * 3600.0))
"""
"""A clock that leaps 50 years ahead at one signal, and 10 hours back at another."""


class Scene:
    """A charge point that takes its time, and SCADA that wants something of it."""

    def __init__(self, ready: tuple[str, ...]) -> None:
        self._ready = ready
        self._rounds = 0

    async def begin(self) -> None:
        """Both are there."""
        self._context = ScadaContext(self._ready[1])
        self._scada = await self._context.__aenter__()
        self._chargePoint = await callIn(self._ready[0], "CP1")
        await self._chargePoint.boot()
        await self._chargePoint.status(1, "Available")
        [self._beats] = await self._scada.watch("/Gateway/Heartbeat")

    async def before(self) -> None:
        """A command has arrived, and is not answered yet."""
        self._rounds += 1
        self._released = asyncio.Event()
        self._chargePoint.hold["UnlockConnector"] = self._released
        path = "CP1/Connectors/1/UnlockConnector"
        self._asking = asyncio.create_task(self._scada.outcome(path))
        await self._chargePoint.wasAsked("UnlockConnector", self._rounds)

    async def after(self) -> tuple[str, bool]:
        """Some seconds later it is answered: how it ended, and whether the link is up."""
        last = await self._scada.read("/Gateway/Heartbeat")
        await self._beats.until(lambda one: one.Value.Value > last + 1)
        self._released.set()
        outcome, _ = await self._asking
        return outcome, await self._scada.read("CP1/Connected")

    async def end(self) -> None:
        """Both leave."""
        await self._chargePoint.close()
        await self._context.__aexit__()


class LeapTests(ProcessCase):
    """A gateway whose time of day leaps as at the first contact with a time server."""

    prelude = LEAPING

    @inlineCallbacks
    def test_leaps(self) -> Steps:
        """A command that is under way is not given up; what happens each second goes on."""
        process = self.run_(*PORTS)
        ready = yield process.ready
        self.assertIsNotNone(ready, process.said)
        foreign = self.foreign()
        scene = Scene(ready)
        yield foreign.run(scene.begin())
        for number, said in ((SIGUSR1, "leapt 1576800000.0"), (SIGUSR2, "leapt -36000.0")):
            yield foreign.run(scene.before())
            process.signal(number)
            yield process.line(said)
            outcome, isConnected = yield foreign.run(scene.after())
            self.assertEqual((outcome, isConnected), ("Good", True), said)
        yield foreign.run(scene.end())
        self.assertNotIn("Traceback", process.said)
