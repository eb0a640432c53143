"""
What the tests with a browser begin with: a whole gateway, simulated charge points, Chromium.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, inlineCallbacks, maybeDeferred
from twisted.internet.threads import blockingCallFromThread, deferToThread

from ocppgw.access.secrets import Secret, hashPassword, scrypt
from ocppgw.simulator.chargepoint import ChargePoint
from ocppgw.simulator.nameplate import Nameplate
from ocppgw.simulator.transport import webSocketDial
from ocppgw.simulator.uplink import Uplink
from tests.browser.chromium import Chromium, found
from tests.endToEnd.gateway import GatewayCase

SHOTS = "OCPPGW_SCREENSHOTS"
"""Names the folder in which pictures of the pages are kept; without it there are none."""


def user(name: str, role: str) -> str:
    password = hashPassword(Secret(f"{name}-pw"), b"0123456789abcdef", scrypt).text
    return f'[[users]]\nname = "{name}"\nrole = "{role}"\npassword = "{password}"\n'


class ConsoleCase(GatewayCase):
    """A gateway with a console, and simulated charge points."""

    web = "tcp:0:interface=127.0.0.1"
    more = user("olga", "observer") + user("erna", "engineer")
    timeout = 240

    @inlineCallbacks
    def setUp(self) -> Any:  # type: ignore[override]
        yield super().setUp()
        self.points: list[ChargePoint] = []
        self.uplinks: list[Uplink] = []
        self.addCleanup(self.hangUp)

    def hangUp(self) -> Any:
        for point in self.points:
            point.stop()
        return [uplink.stop() for uplink in self.uplinks][-1] if self.uplinks else None

    def callIn(self, identity: str, nameplate: Nameplate | None = None) -> ChargePoint:
        """A simulated charge point.  Reactor thread."""
        clock: Any = reactor
        point = ChargePoint(
            identity, nameplate or Nameplate(), clock, lambda: datetime.now(UTC), Random(1)
        )
        point.settings.put("MeterValueSampleInterval", "1")
        dial = webSocketDial(self.ready.ocpp[0], identity, clock, point.settings)
        uplink = Uplink(dial, point, clock, Random(1))
        uplink.start()
        self.points.append(point)
        self.uplinks.append(uplink)
        return point

    def do(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Do something on the reactor thread, and wait for it."""
        loop: Any = reactor
        return blockingCallFromThread(loop, maybeDeferred, function, *arguments, **named)


class BrowserCase(ConsoleCase):
    """The same with a browser."""

    if found() is None:
        skip = "Chromium and its driver are not installed"

    def browse(self, scenario: Callable[[Chromium], None]) -> Deferred[None]:
        """Play a scenario in a thread, with a browser that is ended in any case."""

        def play() -> None:
            browser = Chromium(self.folder.absolute() / "browser", self.ready.web)
            try:
                scenario(browser)
            finally:
                browser.quit()

        return deferToThread(play)

    def wait(self, browser: Chromium) -> None:
        """Until a charge point is there and can be used."""
        browser.open("/chargepoints")
        browser.see("1 Available")

    def shoot(self, browser: Chromium, name: str) -> None:
        """Keep pictures where they are wanted."""
        if folder := os.environ.get(SHOTS):
            path = Path(folder)
            path.mkdir(parents=True, exist_ok=True)
            browser.shoot(path, name)
