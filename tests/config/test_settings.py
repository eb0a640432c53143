"""Tests of what holds for one charge point."""

from __future__ import annotations

from datetime import timedelta

import attrs
from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.configuration import Configuration
from ocppgw.config.settings import ChargePointSettings, mergedKeys
from ocppgw.model.records import Settings
from tests.config.support import read

OWN = """
[ocpp]
heartbeatInterval = 60
callTimeout = 5
pingInterval = 10
disconnectGrace = 2
[opcua]
offlineQuality = "bad"
clockTolerance = 30
[configuration]
MeterValueSampleInterval = 30
LocalPreAuthorize = true
[[chargePoints]]
identity = "A"
node = "Yard"
connectors = 2
name = "In the yard"
description = "Left of the gate"
enabled = false
locked = true
strict = true
callTimeout = 7
settleTime = 0
pingInterval = 0
timeZone = "+02:00"
timeFraction = false
scale = { Voltage = 0.1 }
readConfiguration = "keys"
configuration = { metervaluesampleinterval = 60, Vendor = "x" }
offlineQuality = "uncertain"
sourceTimestamp = "receipt"
"""


class SettingsForTests(SynchronousTestCase):
    """The effective settings."""

    def test_defaults(self) -> None:
        """Without a file, a charge point's settings are the built-in ones."""
        made = Configuration().settingsFor("A")
        self.assertEqual(made, ChargePointSettings("A"))
        self.assertEqual((made.identity, made.nodeName, made.configured), ("A", "A", False))

    def test_globalsFillIn(self) -> None:
        """A charge point without a table follows the global sections."""
        made = read(OWN).settingsFor("B")
        self.assertEqual((made.heartbeatInterval, made.callTimeout, made.pingInterval), (60, 5, 10))
        self.assertEqual((made.offlineQuality, made.clockTolerance), ("bad", 30))
        self.assertEqual(made.disconnectGrace, 2)
        self.assertEqual(made.configuration["MeterValueSampleInterval"], "30")
        self.assertFalse(made.configured)

    def test_ownBeatsGlobal(self) -> None:
        """Every key of its own table beats the global one, 0 and false included."""
        made = read(OWN).settingsFor("A")
        expected = ChargePointSettings(
            "A",
            "Yard",
            configured=True,
            connectors=2,
            name="In the yard",
            description="Left of the gate",
            enabled=False,
            locked=True,
            strict=True,
            heartbeatInterval=60,
            callTimeout=7.0,
            settleTime=0.0,
            pingInterval=0.0,
            disconnectGrace=2.0,
            timeFraction=False,
            timeZone=made.timeZone,
            scale={"Voltage": 0.1},
            readConfiguration="keys",
            configuration={
                "LocalPreAuthorize": "true",
                "metervaluesampleinterval": "60",
                "Vendor": "x",
            },
            offlineQuality="uncertain",
            sourceTimestamp="receipt",
            clockTolerance=30.0,
        )
        self.assertEqual(made, expected)
        self.assertEqual(made.timeZone.utcoffset(None), timedelta(hours=2))

    def test_falseBeatsTrue(self) -> None:
        """A charge point can be excepted from a global strict = true."""
        made = read('[ocpp]\nstrict = true\n[[chargePoints]]\nidentity = "A"\nstrict = false')
        self.assertFalse(made.settingsFor("A").strict)
        self.assertTrue(made.settingsFor("B").strict)

    def test_identityIsExact(self) -> None:
        """A table is for its identity, not for one that resembles it."""
        self.assertFalse(read(OWN).settingsFor("a").configured)

    def test_afterAChange(self) -> None:
        """A configuration that was evolved finds its new charge points."""
        made = attrs.evolve(Configuration(), chargePoints=read(OWN).chargePoints)
        self.assertTrue(made.settingsFor("A").configured)


class RecordedTests(SynchronousTestCase):
    """What the record of a charge point carries of its settings."""

    def test_recorded(self) -> None:
        """The record gets what the file says, and what is locked."""
        self.assertEqual(
            read(OWN).settingsFor("A").recorded(),
            Settings(
                name="In the yard",
                description="Left of the gate",
                enabled=False,
                connectors=2,
                offlineQuality="uncertain",
                sourceTimestamp="receipt",
                clockTolerance=30.0,
                zeroWhenIdle=True,
                locked=frozenset({"name", "description", "enabled"}),
            ),
        )

    def test_defaultsAgree(self) -> None:
        """Without a file, nothing is locked and the record's own defaults hold."""
        self.assertEqual(Configuration().settingsFor("A").recorded(), Settings())


class MergedKeysTests(SynchronousTestCase):
    """Wanted keys of all charge points and of one."""

    @given(
        st.dictionaries(st.text("aAbB", max_size=2), st.text()),
        st.dictionaries(st.text("aAbB", max_size=2), st.text()),
    )
    def test_merge(self, general: dict[str, str], own: dict[str, str]) -> None:
        """All of its own keys stay; a general one stays unless its own differs by case alone."""
        merged = mergedKeys(general, own)
        self.assertEqual({key: merged[key] for key in own}, own)
        for key, value in general.items():
            beaten = key.lower() in {mine.lower() for mine in own}
            self.assertEqual(key in merged and key not in own, not beaten)
            if not beaten:
                self.assertEqual(merged[key], value)
