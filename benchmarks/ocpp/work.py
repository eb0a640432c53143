"""
What charge points say in a benchmark, as text that costs the load little to make.

A script is an endless series of the action and the payload of Calls; ``ticks`` gives timestamps
that nobody else uses.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

Script = Iterator[tuple[str, str]]


class Ticks:
    """A time that goes on by a millisecond each time it is asked; begins half an hour ago."""

    def __init__(self) -> None:
        self._began = datetime.now(UTC) - timedelta(minutes=30)
        self._ticks = itertools.count()

    def __call__(self) -> str:
        """The next timestamp."""
        at = self._began + timedelta(milliseconds=next(self._ticks))
        return at.isoformat(timespec="milliseconds")[:23] + "Z"


BOOT = ("BootNotification", '{"chargePointVendor":"Bench","chargePointModel":"One"}')

_PHASES = "".join(
    f',{{"value":"%d.{phase}","measurand":"{measurand}","unit":"{unit}","phase":"L{phase}"}}'
    for measurand, unit in (("Current.Import", "A"), ("Voltage", "V"))
    for phase in (1, 2, 3)
)
_THREE_PHASES = (
    '{"connectorId":1,"meterValue":[{"timestamp":"%s","sampledValue":['
    '{"value":"%d","measurand":"Energy.Active.Import.Register","unit":"Wh"},'
    '{"value":"%d","measurand":"Power.Active.Import","unit":"W"}' + _PHASES + "]}]}"
)
_STATUS = '{"connectorId":1,"status":"%s","errorCode":"NoError","timestamp":"%s"}'


def mix(ticks: Callable[[], str], transactionId: Callable[[], int]) -> Script:
    """Eight MeterValues of eight three-phase values, one StatusNotification, one Heartbeat."""
    yield BOOT
    for turn in itertools.count():
        for step in range(8):
            number = turn * 8 + step
            amperes = [number % 32] * 3 + [220 + number % 20] * 3
            values = (ticks(), number * 10, number % 11_000, *amperes)
            yield "MeterValues", _THREE_PHASES % values
        yield "StatusNotification", _STATUS % (("Charging", "SuspendedEV")[turn % 2], ticks())
        yield "Heartbeat", "{}"


_MEASURANDS = (
    ("Energy.Active.Import.Register", "Wh"),
    ("Power.Active.Import", "W"),
    ("Current.Import", "A"),
    ("Voltage", "V"),
)
_SAMPLES = ",".join(
    f'{{"value":"%d","measurand":"{measurand}","unit":"{unit}"}}' for measurand, unit in _MEASURANDS
)
_VALUES = (
    '{"connectorId":1,"transactionId":%d,"meterValue":[{"timestamp":"%s","sampledValue":['
    + _SAMPLES
    + "]}]}"
)
_STOP = '{"transactionId":%d,"meterStop":%d,"timestamp":"%s"}'


def sessions(ticks: Callable[[], str], transactionId: Callable[[], int]) -> Script:
    """Sessions without pause, of ten MeterValues each and what goes with them."""
    yield BOOT
    for meter in itertools.count(0, 1000):
        yield "StatusNotification", _STATUS % ("Preparing", ticks())
        yield (
            "StartTransaction",
            f'{{"connectorId":1,"idTag":"T","meterStart":{meter},"timestamp":"{ticks()}"}}',
        )
        yield "StatusNotification", _STATUS % ("Charging", ticks())
        for step in range(10):
            yield "MeterValues", _VALUES % (transactionId(), ticks(), *[meter + step] * 4)
        yield "Heartbeat", "{}"
        yield "StopTransaction", _STOP % (transactionId(), meter + 10, ticks())
