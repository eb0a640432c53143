"""Tests of ``etc/ocppgw.toml``, the file that a site begins with."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import attrs
from twisted.trial.unittest import SynchronousTestCase

import ocppgw
from ocppgw.config.configuration import Configuration
from ocppgw.config.declaring import Section, partsOf
from ocppgw.config.reading import readFile, readText

EXAMPLE = Path(ocppgw.__file__).parent.parent / "etc" / "ocppgw.toml"


class ExampleTests(SynchronousTestCase):
    """The commented file is true."""

    def setUp(self) -> None:
        """The file as it is, and with every commented key switched on."""
        if not EXAMPLE.exists():
            raise self.skipTest("there is no etc/ beside an installed package")
        self.text = EXAMPLE.read_text("utf-8")
        self.switchedOn = re.sub(r"(?m)^#(?=[\w\[])", "", self.text)
        self.document: dict[str, Any] = tomllib.loads(self.switchedOn)

    def test_commented(self) -> None:
        """As it comes, the file changes nothing: it reads as exactly the defaults."""
        self.assertEqual(readFile(EXAMPLE), Configuration())

    def test_switchedOn(self) -> None:
        """With every key switched on it is accepted too."""
        made = readText(self.switchedOn, "example", Path())
        self.assertEqual(len(made.chargePoints), 1)

    def test_shownDefaultsAreTheDefaults(self) -> None:
        """A commented key of a section shows its default, so that a reader can trust it."""
        made = readText(self.switchedOn, "example", Path())
        for name in ("gateway", "ocpp", "opcua", "store", "web", "log", "authorization"):
            shown = getattr(made, name)
            if name == "ocpp":
                shown = attrs.evolve(shown, listeners=())
            self.assertEqual(shown, getattr(Configuration(), name))

    def test_everyKeyAndNoOther(self) -> None:
        """It lists every key that there is and none that there is not."""
        self.assertListed(self.document, Configuration)

    def assertListed(self, document: dict[str, Any], cls: type) -> None:
        parts = partsOf(cls)
        self.assertEqual(set(document), {part.name for part in parts}, cls.__name__)
        for part in parts:
            if isinstance(part, Section):
                table = document[part.name]
                self.assertListed(table[0] if part.repeated else table, part.cls)

    def test_noCredentials(self) -> None:
        """The example's hash opens no door: it is made of words, not of a password."""
        made = readText(self.switchedOn, "example", Path())
        password = made.users[0].password
        self.assertEqual(password and password.key, b"example-only-matches-no-password")

    def test_readable(self) -> None:
        """Every comment fits a terminal of 100 columns; only a hash may be wider."""
        wide = [line for line in self.text.splitlines() if len(line) > 100]
        self.assertEqual([line.split()[0] for line in wide], ["#password"])
