"""
What is asked of an installed gateway: run in the root, by the Python of the installation alone.

    python calling.py connect URL OPCUA     a simulated charge point calls in; SCADA sees it
    python calling.py known URL OPCUA       SCADA knows it from before, with nobody calling
    python calling.py closed URL OPCUA      only the user of the guide comes in, and a newcomer who
                                            calls in has to wait

Ends with status 0 when that is so, and within a minute in any case.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from random import Random
from typing import Any

from opcua import Client
from twisted.internet import reactor
from twisted.internet.defer import inlineCallbacks
from twisted.internet.threads import deferToThread

from ocppgw.simulator.fleet import identityOf
from ocppgw.simulator.service import SimulatedChargePoints

PATIENCE = 50.0
USER, PASSWORD = "scada", "a long sentence is a good password"
VENDOR = f"ns=2;s={identityOf(1)}/Vendor"
NEWCOMER = 2
"""The second of the simulated charge points calls in only where newcomers have to wait."""
CONNECTED = f"ns=2;s={identityOf(1)}/Connected"

failures: list[str] = []


def until(opcua: str, connected: bool) -> None:
    """Wait until SCADA sees the charge point, in its own thread."""
    client = Client(opcua)
    client.connect()
    end = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < end:
            seen = _valuesOf(client, VENDOR, CONNECTED)
            if seen[1:] == [connected] and seen[0]:
                print(f"SCADA sees {identityOf(1)} of {seen[0]}, connected: {connected}")
                return
            time.sleep(0.5)
        failures.append(f"SCADA saw {seen}")
    finally:
        client.disconnect()


def _valuesOf(client: Client, *nodes: str) -> list[Any]:
    try:
        return [client.get_node(node).get_value() for node in nodes]
    except Exception as error:  # noqa: BLE001 - the library's own; it is told at the end
        return [None, str(error)]


def untilWaiting(opcua: str) -> None:
    """Anonymous sessions are refused; the user sees that the newcomer is pending."""
    anonymous = Client(opcua)
    try:
        anonymous.connect()
    except Exception as error:  # noqa: BLE001 - any refusal is as good
        print(f"an anonymous session is refused: {error}")
    else:
        anonymous.disconnect()
        failures.append("an anonymous session was let in")
    client = Client(opcua)
    client.set_user(USER)
    client.set_password(PASSWORD)
    client.connect()
    end = time.monotonic() + PATIENCE
    try:
        while time.monotonic() < end:
            seen = _valuesOf(client, f"ns=2;s={identityOf(NEWCOMER)}/RegistrationStatus")
            if seen == ["Pending"]:
                print(f"{USER} sees {identityOf(NEWCOMER)} waiting")
                return
            time.sleep(0.5)
        failures.append(f"{USER} saw {seen}")
    finally:
        client.disconnect()


@inlineCallbacks
def main(what: str, url: str, opcua: str) -> Any:
    """One of the questions."""
    count = {"connect": 1, "known": 0, "closed": NEWCOMER}[what]
    fleet = SimulatedChargePoints(count, url, reactor, Random(), lambda: datetime.now(UTC))
    fleet.startService()
    try:
        if what == "closed":
            yield deferToThread(untilWaiting, opcua)
        else:
            yield deferToThread(until, opcua, bool(count))
    except Exception as error:  # noqa: BLE001 - the status tells it
        failures.append(repr(error))
    yield fleet.stopService()
    reactor.stop()


if __name__ == "__main__":
    reactor.callWhenRunning(main, *sys.argv[1:])
    reactor.run()
    sys.exit("; ".join(failures) or 0)
