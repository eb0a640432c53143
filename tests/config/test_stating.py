"""Tests of telling every setting with its value and where that comes from."""

from __future__ import annotations

from types import MappingProxyType

import attrs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.configuration import Configuration
from ocppgw.config.declaring import Key, Section, partsOf
from ocppgw.config.overriding import Overrides, merge
from ocppgw.config.showing import tomlText
from ocppgw.config.stating import COMMAND_LINE, DEFAULT, FILE, Setting, settings
from tests.config.support import read


class SettingsTests(SynchronousTestCase):
    """What is told."""

    def told(self, configuration: Configuration, path: str) -> Setting:
        [found] = [one for one in settings(configuration) if one.path == path]
        return found

    def test_every(self) -> None:
        """Each key of each table that stands once is told, in the order of the reference."""
        expected = []
        for part in partsOf(Configuration):
            if isinstance(part, Key):
                expected.append(part.name)
            elif not part.repeated:
                inner = partsOf(part.cls)
                expected += [f"{part.name}.{one.name}" for one in inner if isinstance(one, Key)]
        self.assertEqual([one.path for one in settings(Configuration())], expected)

    def test_defaults(self) -> None:
        """Without a file everything is as declared, and said to be the default."""
        for one in settings(Configuration()):
            self.assertEqual((one.origin, one.line, one.option), (DEFAULT, 0, ""), one.path)
            self.assertEqual(one.value, tomlText(one.key.default), one.path)

    def test_origins(self) -> None:
        """The file beats the default, and the command line the file."""
        file = read('[ocpp]\nlisten = ["tcp:1"]\ncallTimeout = 5\n[web]\nendpoint = "none"\n')
        made = merge(file, Overrides(ocpp=("tcp:2", "tcp:3")))
        said = self.told(made, "ocpp.listen")
        self.assertEqual((said.value, said.origin), ('["tcp:2", "tcp:3"]', COMMAND_LINE))
        self.assertEqual(said.option, "--ocpp")
        said = self.told(made, "ocpp.callTimeout")
        self.assertEqual((said.value, said.origin, said.line), ("5.0", FILE, 3))
        said = self.told(made, "web.endpoint")
        self.assertEqual((said.table, said.origin, said.line), ("[web]", FILE, 5))

    def test_listeners(self) -> None:
        """Each table of a listener is told with its number; none of its keys can be reloaded."""
        made = read(
            '[[ocpp.listeners]]\nendpoint = "tcp:1"\n'
            '[[ocpp.listeners]]\nendpoint = "tcp:2"\nidentityPrefix = "E-"\n'
        )
        said = self.told(made, "ocpp.listeners[2].identityPrefix")
        self.assertEqual((said.table, said.value), ("[[ocpp.listeners]] 2", '"E-"'))
        self.assertEqual((said.origin, said.line, said.key.reload), (FILE, 5, False))
        self.assertEqual(self.told(made, "ocpp.listeners[1].identityPrefix").origin, DEFAULT)

    def test_secrets(self) -> None:
        """What sounds like a secret is masked among free keys, wherever it comes from."""
        wanted = MappingProxyType({"HeartbeatInterval": "60", "VendorPassword": "hunter2"})
        made = attrs.evolve(read("[configuration]\nA = 1\n"), configuration=wanted)
        said = self.told(made, "configuration")
        self.assertEqual(said.value, '{ HeartbeatInterval = "60", VendorPassword = "***" }')
        self.assertEqual(said.origin, FILE)

    def test_passwords(self) -> None:
        """No table that stands once declares a password; the tables of users are not told."""
        made = read(f'[[users]]\nname = "anna"\nrole = "observer"\npassword = "{HASH}"\n')
        self.assertNotIn("scrypt", str([one.value for one in settings(made)]))
        self.assertFalse([one for one in settings(made) if one.path.startswith("users")])

    def test_nested(self) -> None:
        """Nothing that stands within a table is left out."""
        for part in partsOf(Configuration):
            if isinstance(part, Section) and not part.repeated:
                for one in partsOf(part.cls):
                    if isinstance(one, Section):
                        self.assertTrue(one.repeated, one.name)
                        self.assertFalse([x for x in partsOf(one.cls) if isinstance(x, Section)])


HASH = "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$a2V5LmtleS5rZXkua2V5LmtleS5rZXkua2V5LmtleS4"
