"""
Many charge points that work without pause, and a ledger of what they were promised.

Each `Worker` starts a transaction, sends meter values, stops it, and begins again.  As a real
charge point it repeats a message until it is answered, over as many links as that takes.  The
`Ledger` holds every acknowledged message, and is held against a database afterwards.  Coroutines
on the foreign thread; nothing here imports ocppgw.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import attrs
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage
from websockets.typing import Subprotocol

TEXT = "%Y-%m-%dT%H:%M:%S.%f"
LOST = (ConnectionClosed, InvalidHandshake, InvalidMessage, OSError)
PROMISES = ("StartTransaction", "StopTransaction", "MeterValues")
PATIENCE = 15.0
"""Seconds after which a message is repeated, as charge points do."""


@attrs.frozen
class Start:
    """What makes a StartTransaction one of its own."""

    identity: str
    timestamp: str
    meterStart: int


class Ledger:
    """
    What was acknowledged.

    :ivar starts: the ids that each start was answered with.
    :ivar stops: identity and meterStop of each transaction id.
    :ivar values: identity of each meter value; the values are all different.
    """

    def __init__(self) -> None:
        self.starts: dict[Start, list[int]] = {}
        self.stops: dict[int, tuple[str, int]] = {}
        self.values: dict[int, str] = {}

    def faults(self, path: Path) -> list[str]:
        """What a database lacks of it, or has too often; nothing, if all promises were kept."""
        connection = sqlite3.connect(path)
        try:
            found = [*self._starts(connection), *self._stops(connection), *self._values(connection)]
            [check] = connection.execute("PRAGMA integrity_check").fetchone()
            return found if check == "ok" else [*found, check]
        finally:
            connection.close()

    def _starts(self, connection: sqlite3.Connection) -> list[str]:
        rows: dict[Start, list[int]] = {}
        for identity, timestamp, meterStart, number in connection.execute(
            """SELECT c.identity, t.timestamp_text, t.meter_start, t.id
               FROM charge_transaction t JOIN charge_point c ON c.id = t.charge_point"""
        ):
            rows.setdefault(Start(identity, timestamp, meterStart), []).append(number)
        given = [number for numbers in rows.values() for number in numbers]
        wrong = [
            f"{start} was answered {answers}, kept is {rows.get(start)}"
            for start, answers in self.starts.items()
            if {*answers} != {*rows.get(start, ())} or len(rows[start]) != 1
        ]
        return wrong if len(given) == len({*given}) else [*wrong, "an id was given twice"]

    def _stops(self, connection: sqlite3.Connection) -> list[str]:
        kept = {
            number: (identity, meterStop)
            for number, identity, meterStop in connection.execute(
                """SELECT t.id, c.identity, t.meter_stop FROM charge_transaction t
                   JOIN charge_point c ON c.id = t.charge_point"""
            )
        }
        return [
            f"the stop of {number}: promised {stop}, kept {kept.get(number)}"
            for number, stop in self.stops.items()
            if kept.get(number) != stop
        ]

    def _values(self, connection: sqlite3.Connection) -> list[str]:
        kept: dict[int, list[str]] = {}
        for value, identity in connection.execute(
            """SELECT v.value, c.identity FROM sampled_value v
               JOIN charge_point c ON c.id = v.charge_point"""
        ):
            kept.setdefault(int(value), []).append(identity)
        return [
            f"the value {value} of {identity}: kept of {kept.get(value)}"
            for value, identity in self.values.items()
            if kept.get(value) != [identity]
        ]


class Load:
    """
    The charge points.

    :ivar acknowledged: how many messages were answered so far.
    :ivar refused: answers that no charge point should get.
    """

    def __init__(self, size: int) -> None:
        self.ledger = Ledger()
        self.acknowledged = 0
        self.refused: list[Any] = []
        self.url = ""
        self.values = count(1)
        self._began = datetime.now(UTC) - timedelta(hours=1)
        self._isOpen = asyncio.Event()
        self._told = asyncio.Condition()
        self._promises: set[str] = set()
        self._size = size
        self._tasks: list[asyncio.Task[None]] = []

    async def begin(self, url: str) -> None:
        """Have all of them call in at ``url``, now and whenever they are cut off."""
        self.url = url
        self._isOpen.set()
        if not self._tasks:
            workers = [Worker(f"CP{number}", self) for number in range(self._size)]
            self._tasks = [asyncio.create_task(worker.work()) for worker in workers]

    def pause(self) -> None:
        """Have those that are cut off wait for `begin`."""
        self._isOpen.clear()

    async def end(self) -> None:
        """Have all of them go."""
        for task in self._tasks:
            task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        self.refused += [error for error in ended if isinstance(error, Exception)]

    async def until(self, more: int) -> None:
        """Wait until ``more`` messages were acknowledged."""
        target = self.acknowledged + more
        async with self._told:
            await self._told.wait_for(lambda: self.acknowledged >= target)

    async def opened(self) -> None:
        """Wait until there is somebody to call."""
        await self._isOpen.wait()

    async def allWait(self) -> None:
        """Wait until each waits for the answer to something that must be kept."""
        async with self._told:
            await self._told.wait_for(lambda: len(self._promises) == self._size)

    async def asked(self, identity: str, action: str) -> None:
        """Somebody begins to wait."""
        async with self._told:
            (self._promises.add if action in PROMISES else self._promises.discard)(identity)
            self._told.notify_all()

    async def note(self, identity: str) -> None:
        """A message was acknowledged."""
        async with self._told:
            self.acknowledged += 1
            self._promises.discard(identity)
            self._told.notify_all()

    def time(self) -> str:
        """A timestamp that nobody else uses."""
        self._began += timedelta(milliseconds=7)
        return f"{self._began.strftime(TEXT)[:-3]}Z"


class Worker:
    """One charge point."""

    def __init__(self, identity: str, load: Load) -> None:
        self._identity = identity
        self._load = load
        self._ids = count(1)
        self._link: ClientConnection | None = None
        self._last: tuple[str, dict[str, Any], Any] | None = None

    async def work(self) -> None:
        """Sessions, one after the other, for ever."""
        try:
            while True:
                await self._session()
        finally:
            await self._hangUp()

    async def _session(self) -> None:
        ledger, meter = self._load.ledger, next(self._load.values) * 1000
        key = Start(self._identity, self._time(), meter)
        start = {
            "connectorId": 1,
            "idTag": "TAG",
            "meterStart": meter,
            "timestamp": key.timestamp,
        }
        number = (await self._tell("StartTransaction", start))["transactionId"]
        ledger.starts.setdefault(key, []).append(number)
        for _ in range(3):
            await self._measure(number)
        stop = {"transactionId": number, "meterStop": meter + 5, "timestamp": self._time()}
        await self._tell("StopTransaction", stop)
        ledger.stops[number] = (self._identity, meter + 5)
        await self._tell("StatusNotification", {"status": "Available", "errorCode": "NoError"})
        # An answer that was lost: the same again gets the same.
        again = (await self._tell("StartTransaction", start))["transactionId"]
        ledger.starts[key].append(again)

    async def _measure(self, number: int) -> None:
        values = [next(self._load.values) for _ in range(2)]
        samples = [
            {"value": str(value), "measurand": measurand, "unit": unit}
            for value, (measurand, unit) in zip(
                values, (("Energy.Active.Import.Register", "Wh"), ("Voltage", "V")), strict=True
            )
        ]
        meterValue = [{"timestamp": self._time(), "sampledValue": samples}]
        await self._tell(
            "MeterValues",
            {"connectorId": 1, "transactionId": number, "meterValue": meterValue},
        )
        self._load.ledger.values.update(dict.fromkeys(values, self._identity))

    def _time(self) -> str:
        return self._load.time()

    async def _tell(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Say it until it is answered."""
        payload = {"connectorId": 1, **payload} if action == "StatusNotification" else payload
        await self._load.asked(self._identity, action)
        while True:
            try:
                async with asyncio.timeout(PATIENCE):
                    answer = await self._ask(action, payload)
            except LOST:
                await self._hangUp()
                continue
            await self._load.note(self._identity)
            return answer

    async def _ask(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        if self._link is None:
            await self._load.opened()
            target = f"{self._load.url}/{self._identity}"
            self._link = await connect(
                target, subprotocols=[Subprotocol("ocpp1.6")], ping_interval=None
            )
            boot = {"chargePointVendor": "Load", "chargePointModel": "One"}
            await self._exchange("BootNotification", boot)
        return await self._exchange(action, payload)

    async def _exchange(self, action: str, payload: dict[str, Any]) -> dict[str, Any]:
        assert self._link is not None
        messageId = str(next(self._ids))
        await self._link.send(json.dumps([2, messageId, action, payload]))
        async for text in self._link:
            kind, answered, *rest = json.loads(text)
            if kind == 2:
                await self._link.send(json.dumps([4, answered, "NotSupported", "", {}]))
            elif answered == messageId and kind == 3:
                return dict(rest[0])
            elif answered == messageId:
                self._load.refused.append((action, payload, rest))
        raise ConnectionResetError

    async def _hangUp(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            with contextlib.suppress(*LOST):
                link.transport.abort()
                await link.wait_closed()
