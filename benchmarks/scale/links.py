"""
Charge points that say once what a site wants to know, and then only answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

from benchmarks.core.processes import PATIENCE
from benchmarks.ocpp.links import Link, Load

_AT = "2026-11-01T12:00:00.000Z"
_PHASES = ("L1", "L2", "L3")
_SAMPLES = [
    *(("Voltage", "V", phase) for phase in _PHASES),
    *(("Current.Import", "A", phase) for phase in _PHASES),
    *(("Power.Active.Import", "W", phase) for phase in _PHASES),
    ("Energy.Active.Import.Register", "Wh", ""),
]
CONNECTORS = (1, 2)


def introduction(*_: object) -> Iterator[tuple[str, str]]:
    """BootNotification, a status of each connector, ten readings of each."""
    yield "BootNotification", '{"chargePointVendor":"Bench","chargePointModel":"Two"}'
    for connectorId in (0, *CONNECTORS):
        yield "StatusNotification", status(connectorId, "Available", _AT)
    for connectorId in CONNECTORS:
        yield "MeterValues", meterValues(connectorId, 1, _AT)


def status(connectorId: int, word: str, at: str) -> str:
    """The payload of a StatusNotification."""
    return (
        f'{{"connectorId":{connectorId},"status":"{word}","errorCode":"NoError",'
        f'"timestamp":"{at}"}}'
    )


def meterValues(connectorId: int, value: int, at: str) -> str:
    """The payload of MeterValues with ten values."""
    samples = ",".join(
        f'{{"value":"{value + index}","measurand":"{measurand}","unit":"{unit}"'
        + (f',"phase":"{phase}"}}' if phase else "}")
        for index, (measurand, unit, phase) in enumerate(_SAMPLES)
    )
    return (
        f'{{"connectorId":{connectorId},"meterValue":[{{"timestamp":"{at}",'
        f'"sampledValue":[{samples}]}}]}}'
    )


class QuietLink(Link):
    """
    One that falls silent; ``introduced`` is done once all it said was answered.

    :ivar answered: Calls of `say` that were.
    """

    def __init__(self, identity: str, load: Load) -> None:
        super().__init__(identity, load)
        self.introduced: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.answered = 0
        self._said = 0

    @property
    def isWaiting(self) -> bool:
        """Is there a Call without an answer?"""
        return self.answered < self._said

    def say(self, action: str, payload: str) -> None:
        """One more Call, whatever is still unanswered."""
        self._said += 1
        self._send(f'[2,"{next(self._ids)}","{action}",{payload}]')

    def proceed(self) -> None:
        """An answer came, or the link is open: the next of what it has to say."""
        self.answered = min(self.answered + 1, self._said)
        said = next(self._messages, None)
        if said is not None:
            self.say(*said)
        elif not self.introduced.done():
            self.introduced.set_result(None)


async def connected(port: int, number: int, first: int = 0) -> list[QuietLink]:
    """
    All of them at once, numbered from ``first``; fires when each has said everything.

    :raise TimeoutError: when they were not all heard out in time.
    """
    loop = asyncio.get_running_loop()
    load = Load(introduction)

    async def one(index: int) -> Any:
        made = await loop.create_connection(
            lambda: QuietLink(f"CP{index:04}", load), "127.0.0.1", port
        )
        return made[1]

    async with asyncio.timeout(PATIENCE):
        links = await asyncio.gather(*(one(index) for index in range(first, first + number)))
        await asyncio.gather(*(link.introduced for link in links))
    assert not load.refused, load.refused[:1]
    return list(links)
