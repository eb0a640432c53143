"""
What fuzzing starts from: proper messages of every action, and words that mean something.

Only data and the functions that make it from the declared messages.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from ocppgw.v16.actions import ACTIONS

WORDS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 2, 64, 65, 2**31, 2**63, -(2**63), 1e308, 0.1, "", " ", "\0",
    "1", "-1", "1,5", "Available", "Faulted", "Charging", "Accepted", "NoError", "A" * 300,
    "2026-05-04T12:00:00Z", "1970-01-01T00:00:00", "0001-01-01T00:00:00+23:59", "24:00", "Wh",
    "Energy.Active.Import.Register", "SignedData", "L1-N", "\ud7ff", "<b>", [], {}, [[]], [{}],
)  # fmt: skip

FIELDS = (
    "connectorId", "idTag", "status", "errorCode", "timestamp", "meterStart", "meterStop",
    "transactionId", "reason", "meterValue", "sampledValue", "value", "measurand", "unit", "phase",
    "format", "context", "location", "transactionData", "reservationId", "vendorId", "info",
    "chargePointVendor", "chargePointModel", "messageId", "data", "firmwareVersion", "csr", "type",
)  # fmt: skip

SAMPLE = {"value": "230.1", "measurand": "Voltage", "unit": "V", "phase": "L1"}
METER = {"timestamp": "2026-05-04T12:00:00Z", "sampledValue": [SAMPLE]}

GOOD: tuple[tuple[str, dict[str, Any]], ...] = (
    ("BootNotification", {"chargePointVendor": "ACME", "chargePointModel": "One"}),
    ("Heartbeat", {}),
    ("StatusNotification", {"connectorId": 1, "status": "Charging", "errorCode": "NoError"}),
    ("Authorize", {"idTag": "TAG"}),
    (
        "StartTransaction",
        {"connectorId": 1, "idTag": "T", "meterStart": 0, "timestamp": METER["timestamp"]},
    ),
    ("MeterValues", {"connectorId": 1, "transactionId": 1, "meterValue": [METER]}),
    (
        "StopTransaction",
        {
            "transactionId": 1,
            "meterStop": 5,
            "timestamp": METER["timestamp"],
            "transactionData": [METER],
        },
    ),
    ("DataTransfer", {"vendorId": "x", "data": "y"}),
)


def payload(randomness: Random, depth: int = 3) -> Any:
    """Anything that JSON can say, mostly with names that mean something."""
    kind = randomness.random()
    if depth == 0 or kind < 0.5:
        return randomness.choice(WORDS)
    if kind < 0.7:
        return [payload(randomness, depth - 1) for _ in range(randomness.randrange(4))]
    names = randomness.sample(FIELDS, randomness.randrange(6))
    return {name: payload(randomness, depth - 1) for name in names}


def messages(randomness: Random) -> Iterator[bytes]:
    """Texts without end: proper ones, changed ones, and others."""
    while True:
        yield randomness.choice(_MAKERS)(randomness)


def _proper(randomness: Random) -> bytes:
    action, content = randomness.choice(GOOD)
    return json.dumps([2, str(randomness.randrange(100)), action, content]).encode()


def _foreignContent(randomness: Random) -> bytes:
    action = randomness.choice([*ACTIONS, "Nonsense"])
    return json.dumps([2, "f", action, payload(randomness)]).encode("utf-8", "replace")


def _changedContent(randomness: Random) -> bytes:
    action, content = randomness.choice(GOOD)
    changed = dict(content)
    for name in randomness.sample(sorted(changed), randomness.randrange(len(changed) + 1)):
        changed[name] = payload(randomness, 2)
    return json.dumps([2, randomness.choice(WORDS), action, changed]).encode("utf-8", "replace")


def _changedBytes(randomness: Random) -> bytes:
    text = bytearray(_proper(randomness))
    for _ in range(randomness.randrange(1, 6)):
        at = randomness.randrange(len(text))
        text[at : at + randomness.randrange(4)] = randomness.randbytes(randomness.randrange(4))
        text = text or bytearray(b"[")
    return bytes(text)


def _answer(randomness: Random) -> bytes:
    kind = randomness.choice((3, 4, 5, "2", None))
    return json.dumps([kind, "x", payload(randomness), payload(randomness)]).encode()


_MAKERS = (_proper, _proper, _foreignContent, _changedContent, _changedBytes, _answer)
