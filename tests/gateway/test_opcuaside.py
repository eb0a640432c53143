"""What the OPC UA server is told of a configuration."""

from __future__ import annotations

import socket
from datetime import UTC, datetime
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.reading import readText
from ocppgw.gateway.opcuaside import settingsOf
from ocppgw.uaserver.security.security import Security
from ocppgw.uaserver.settings import ServerSettings

T0 = datetime(2026, 3, 1, tzinfo=UTC)


class SettingsTests(SynchronousTestCase):
    def told(self, url: str) -> ServerSettings:
        text = f'[gateway]\nname = "Car park"\n[opcua]\nurl = "{url}"\n'
        return settingsOf(readText(text, "test.toml", Path(self.mktemp())), T0, Security())

    def test_everywhere(self) -> None:
        """A server that listens everywhere is known by the machine's name, never by 0.0.0.0."""
        for host in ("0.0.0.0", "[::]"):
            settings = self.told(f"opc.tcp://{host}:4840/ocppgw/")
            self.assertEqual(settings.host, host.strip("[]"))
            self.assertEqual(settings.hostName, socket.gethostname())

    def test_oneInterface(self) -> None:
        """One that listens on one address is known by it."""
        settings = self.told("opc.tcp://192.0.2.1:4841/ocppgw/")
        self.assertEqual((settings.hostName, settings.port), ("192.0.2.1", 4841))

    def test_build(self) -> None:
        """The date of the software is that of its files, not that of the start."""
        settings = self.told("opc.tcp://127.0.0.1:0/ocppgw/")
        self.assertNotEqual(settings.built, settings.started)
        self.assertIsNotNone(settings.built)
        self.assertEqual(settings.applicationName, "Car park")
