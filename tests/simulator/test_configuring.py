"""What a charge point says of its configuration keys, and which changes it takes."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase, TestCase

from ocppgw.ocppj.frames import CallError
from ocppgw.simulator.keys import factoryKeys
from ocppgw.simulator.settings import Settings
from ocppgw.v16.configurationkeys import CONFIGURATION_KEYS
from ocppgw.v16.messages import ChangeConfigurationRequest, GetConfigurationRequest, ResetRequest
from tests.simulator.central import Site, started


class ReadingTests(TestCase):
    """GetConfiguration (section 5.8)."""

    def get(self, *keys: str) -> tuple[dict[str, str], tuple[str, ...]]:
        site = started(2)
        answer = site.command(GetConfigurationRequest(key=keys or None))
        found = {one.key: one.value for one in answer.configurationKey or ()}
        return found, answer.unknownKey or ()

    def test_all(self) -> None:
        """Without keys, all come: each that the standard requires of Core among them."""
        found, unknown = self.get()
        required = {
            name
            for name, info in CONFIGURATION_KEYS.items()
            if info.required and info.profile == "Core"
        }
        self.assertEqual(set(), required - set(found))
        self.assertEqual((), unknown)
        self.assertEqual("2", found["NumberOfConnectors"])

    def test_some(self) -> None:
        """Known ones come with their values, others are listed as unknown."""
        found, unknown = self.get("MeterValueSampleInterval", "Colour")
        self.assertEqual(({"MeterValueSampleInterval": "10"}, ("Colour",)), (found, unknown))

    def test_passwordIsHidden(self) -> None:
        """AuthorizationKey can be written only."""
        self.assertNotIn("AuthorizationKey", self.get()[0])
        self.assertEqual(({}, ("AuthorizationKey",)), self.get("AuthorizationKey"))

    def test_readonly(self) -> None:
        """What cannot be changed says so."""
        answer = started().command(GetConfigurationRequest())
        readonly = {one.key for one in answer.configurationKey if one.readonly}
        self.assertIn("NumberOfConnectors", readonly)
        self.assertNotIn("HeartbeatInterval", readonly)

    def test_tooMany(self) -> None:
        """More keys than GetConfigurationMaxKeys are refused."""
        site = started(GetConfigurationMaxKeys="3")
        three = ("BlinkRepeat", "HeartbeatInterval", "ResetRetries")
        self.assertEqual(3, len(site.command(GetConfigurationRequest(key=three)).configurationKey))
        refused = site.command(GetConfigurationRequest(key=(*three, "LightIntensity")))
        assert isinstance(refused, CallError)
        self.assertEqual("OccurenceConstraintViolation", refused.code)


class ChangingTests(TestCase):
    """ChangeConfiguration (section 5.3)."""

    def change(self, site: Site, key: str, value: str) -> str:
        status: str = site.command(ChangeConfigurationRequest(key=key, value=value)).status
        return status

    def read(self, site: Site, key: str) -> str:
        (one,) = site.command(GetConfigurationRequest(key=(key,))).configurationKey
        value: str = one.value
        return value

    def test_accepted(self) -> None:
        """A fitting value is in force, whatever the case of the key."""
        site = started()
        self.assertEqual("Accepted", self.change(site, "metervaluesampleinterval", "30"))
        self.assertEqual("30", self.read(site, "MeterValueSampleInterval"))

    def test_rejected(self) -> None:
        """A wrong type, a negative number and a read-only key are rejected, the value is kept."""
        site = started()
        for key, value in (
            ("HeartbeatInterval", "often"),
            ("HeartbeatInterval", "-1"),
            ("HeartbeatInterval", ""),
            ("LocalPreAuthorize", "maybe"),
            ("NumberOfConnectors", "9"),
        ):
            before = self.read(site, key)
            self.assertEqual("Rejected", self.change(site, key, value), key)
            self.assertEqual(before, self.read(site, key))

    def test_unknownKey(self) -> None:
        """An unknown key is not supported."""
        self.assertEqual("NotSupported", self.change(started(), "Colour", "red"))

    def test_measurands(self) -> None:
        """One measurand that is not measured has the whole list rejected (section 3.16.4)."""
        site = started()
        key = "MeterValuesSampledData"
        before = self.read(site, key)
        for value in ("Voltage,RPM", "Voltage,Nonsense", "Frequency.L1"):
            self.assertEqual("Rejected", self.change(site, key, value), value)
        self.assertEqual(before, self.read(site, key))
        for value in ("Voltage.L1-N, Current.Import", "", "Energy.Active.Import.Register"):
            self.assertEqual("Accepted", self.change(site, key, value), value)

    def test_afterBoot(self) -> None:
        """Some keys take effect with the next boot, and are shown as stored until then."""
        site = started()
        self.assertEqual("RebootRequired", self.change(site, "WebSocketPingInterval", "15"))
        self.assertEqual("15", self.read(site, "WebSocketPingInterval"))
        self.assertEqual(60, site.point.settings.number("WebSocketPingInterval"))
        site.command(ResetRequest(type="Hard"))
        site.run(5)
        self.assertEqual(15, site.point.settings.number("WebSocketPingInterval"))

    def test_password(self) -> None:
        """A new password is taken."""
        site = started()
        self.assertEqual("Accepted", self.change(site, "AuthorizationKey", "00" * 16))


class SettingsTests(SynchronousTestCase):
    """The values behind it."""

    def test_factoryValues(self) -> None:
        """Each key leaves the factory with a value that it would accept itself."""
        for key in factoryKeys(2).values():
            self.assertTrue(key.accepts(key.value), key)

    @given(st.sampled_from(sorted(factoryKeys(1))), st.text(max_size=40))
    def test_anyText(self, name: str, text: str) -> None:
        """Whatever is sent, a change is answered, and numbers can be read afterwards."""
        settings = Settings(1)
        status = settings.change(name, text)
        self.assertIn(status, ("Accepted", "Rejected", "RebootRequired"))
        settings.boot()
        self.assertGreaterEqual(settings.number("HeartbeatInterval"), 0)

    def test_changedIsTold(self) -> None:
        """Who acts on a value is told when it becomes another, and only then."""
        told: list[str] = []
        settings = Settings(1)
        settings.changed = told.append
        settings.change("HeartbeatInterval", "300")
        settings.change("HeartbeatInterval", "30")
        self.assertEqual(["HeartbeatInterval"], told)
