"""Tests of the declarations: what every key says of itself."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.configuration import Configuration
from ocppgw.config.declaring import Key, Section, keysOf, partsOf
from ocppgw.config.repeated import ChargePointTable
from ocppgw.config.settings import ChargePointSettings
from ocppgw.config.showing import tomlText
from tests.config.support import read

PARTS = partsOf(Configuration)
ALL_KEYS = [
    (part.name, key)
    for part in PARTS
    for key in (part.keys if isinstance(part, Section) else (part,))
]


class DeclarationTests(SynchronousTestCase):
    """What the reference and the messages are made from."""

    def test_parts(self) -> None:
        """The tables of the file, in the order in which they are documented."""
        self.assertEqual(
            [(part.name, isinstance(part, Section) and part.repeated) for part in PARTS],
            [
                ("gateway", False),
                ("ocpp", False),
                ("opcua", False),
                ("store", False),
                ("web", False),
                ("log", False),
                ("authorization", False),
                ("configuration", False),
                ("idTags", True),
                ("users", True),
                ("chargePoints", True),
            ],
        )

    def test_texts(self) -> None:
        """Every key has a text of whole sentences and words for what it accepts."""
        for section, key in ALL_KEYS:
            self.assertTrue(key.text[0].isalnum() and key.text.endswith("."), f"{section}.{key}")
            self.assertTrue(key.accepted)

    def test_names(self) -> None:
        """Keys are named once per table, and know their names."""
        for part in PARTS:
            if isinstance(part, Section):
                names = [key.name for key in part.keys]
                self.assertEqual(len(names), len(set(names)))
                self.assertTrue(all(names))

    def test_defaultsAreAccepted(self) -> None:
        """Every default, written into a file, reads back as itself."""
        for part in PARTS:
            if isinstance(part, Section) and not part.repeated:
                for key in part.keys:
                    made = read(f"[{part.name}]\n{key.name} = {tomlText(key.default)}", "")
                    self.assertEqual(getattr(getattr(made, part.name), key.name), key.default)

    def test_defaultsOfTheClasses(self) -> None:
        """The declared default is what the section has when nothing is said."""
        for part in PARTS:
            if isinstance(part, Section) and not part.repeated:
                for key in part.keys:
                    self.assertEqual(getattr(part.cls(), key.name), key.default)

    def test_units(self) -> None:
        """Durations and sizes name their unit in what they accept."""
        units = {f"{section}.{key.name}": key.unit for section, key in ALL_KEYS if key.unit}
        self.assertEqual(units.pop("ocpp.maxMessageSize"), "bytes")
        self.assertEqual(set(units.values()), {"seconds"})
        self.assertIn("chargePoints.callTimeout", units)

    def test_whatNeedsARestart(self) -> None:
        """What sockets and names hang on cannot be reloaded."""
        fixed = {f"{section}.{key.name}" for section, key in ALL_KEYS if not key.reload}
        self.assertLess({"gateway.state", "ocpp.listen", "opcua.url", "chargePoints.node"}, fixed)
        self.assertNotIn("ocpp.heartbeatInterval", fixed)


class OverrideTests(SynchronousTestCase):
    """Keys of a charge point that stand in for global ones."""

    overrides = tuple(key for key in keysOf(ChargePointTable) if key.inherits)

    def test_whichOnes(self) -> None:
        """These can be set for a single charge point."""
        self.assertEqual(
            {key.inherits for key in self.overrides},
            {
                "ocpp.strict",
                "ocpp.callTimeout",
                "ocpp.settleTime",
                "ocpp.pingInterval",
                "ocpp.pingTimeout",
                "ocpp.heartbeatInterval",
                "ocpp.disconnectGrace",
                "opcua.offlineQuality",
                "opcua.sourceTimestamp",
            },
        )

    def test_sameKind(self) -> None:
        """They accept what the global key accepts, in the same unit."""
        general = {f"{section}.{key.name}": key for section, key in ALL_KEYS}
        for key in self.overrides:
            self.assertEqual(key.kind, general[key.inherits].kind)
            self.assertEqual(key.unit, general[key.inherits].unit)
            self.assertIsNone(key.default)

    def test_allOfThemArrive(self) -> None:
        """Every key of a charge point's table has its place in the effective settings."""
        settings = set(vars(ChargePointSettings)["__slots__"])
        self.assertEqual({key.name for key in keysOf(ChargePointTable)} - settings, {"node"})


class KeyTests(SynchronousTestCase):
    """A declaration as data."""

    def test_required(self) -> None:
        """What has no default says so."""
        needed = {f"{section}.{key.name}" for section, key in ALL_KEYS if key.required}
        self.assertEqual(needed, {"idTags.idTag", "users.name", "chargePoints.identity"})

    def test_freeTable(self) -> None:
        """A table whose keys are not ours is one key."""
        free = [part for part in PARTS if isinstance(part, Key)]
        self.assertEqual([part.name for part in free], ["configuration"])

    def test_stateIsAPath(self) -> None:
        """A default path is relative to the working directory."""
        self.assertEqual(Configuration().gateway.state, Path("ocppgw-state"))
