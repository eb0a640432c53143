"""Configuration keys as reported."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.applying import apply
from ocppgw.model.configurations import KEYS
from ocppgw.model.connectors import LIMIT
from ocppgw.model.records import ConfigurationPoint
from tests.model.given import after, at, connected


def reported(seconds: float = 0, *unknown: str, **keys: str | None) -> f.ConfigurationReported:
    """GetConfiguration.conf with these keys."""
    points = tuple(ConfigurationPoint(k, v, False, at(seconds)) for k, v in keys.items())
    return f.ConfigurationReported(points, unknown, at(seconds))


class ConfigurationTests(SynchronousTestCase):
    """What the charge point reports is what is shown."""

    def test_reported(self) -> None:
        """A key is found without regard to case and keeps its text, or none."""
        points = after(connected(), reported(HeartbeatInterval="300", Empty=None)).configuration
        self.assertEqual(points.points["heartbeatinterval"].text, "300")
        self.assertIsNone(points.points["empty"].text)

    def test_B9_firstSpelling(self) -> None:
        """A key keeps the spelling first reported, with the newest value."""
        record = after(connected(), reported(BlinkRepeat="1"), reported(5, blinkrepeat="2"))
        point = record.configuration.points["blinkrepeat"]
        self.assertEqual((point.key, point.text, point.at), ("BlinkRepeat", "2", at(5)))

    def test_sameAgain(self) -> None:
        """A report that says the same changes nothing."""
        record = after(connected(), reported(A="1", B="2"))
        self.assertIs(apply(record, reported(9, A="1", B="2")), record)

    def test_onlyChangedPoint(self) -> None:
        """The points that did not change stay the same objects."""
        first = after(connected(), reported(A="1", B="2"))
        second = after(first, reported(9, A="1", B="3"))
        old, new = first.configuration.points, second.configuration.points
        self.assertIs(new["a"], old["a"])
        self.assertIsNot(new["b"], old["b"])

    def test_leftOut(self) -> None:
        """A key that an answer leaves out stays."""
        record = after(connected(), reported(A="1"), reported(9, B="2"))
        self.assertEqual(set(record.configuration.points), {"a", "b"})

    def test_unknownKeys(self) -> None:
        """A key said to be unknown is remembered so, until it is reported after all."""
        record = after(connected(), reported(0, "BlinkRepeat", "Other"))
        self.assertEqual(record.configuration.unknownKeys, {"blinkrepeat", "other"})
        record = after(record, reported(1, BlinkRepeat="3"))
        self.assertEqual(record.configuration.unknownKeys, {"other"})

    def test_bounded(self) -> None:
        """However many keys are reported, a bounded number is kept; known ones still change."""
        many = {f"K{i}": "v" for i in range(2 * KEYS)}
        unknown = [f"U{i}" for i in range(2 * KEYS)]
        record = after(connected(), reported(0, *unknown, **many), reported(1, K0="new"))
        state = record.configuration
        self.assertEqual((len(state.points), len(state.unknownKeys)), (KEYS, KEYS))
        self.assertEqual(state.points["k0"].text, "new")

    def test_numberOfConnectors(self) -> None:
        """NumberOfConnectors makes the connectors appear, 64 at most."""
        record = after(connected(), reported(NumberOfConnectors="3"))
        self.assertEqual(list(record.connectors), [0, 1, 2, 3])
        record = after(connected(), reported(NumberOfConnectors="9999"))
        self.assertEqual(max(record.connectors), LIMIT)

    def test_nonsenseNumberOfConnectors(self) -> None:
        """What is no number makes no connector and no error."""
        for text in ("", "two", "-3", "1e3", "٣", "9" * 5000, None):
            record = after(connected(), reported(NumberOfConnectors=text))
            self.assertEqual(list(record.connectors), [0, 1])

    def test_drift(self) -> None:
        """Drift names what differs since when; the same comparison again is no change."""
        record = after(connected(), f.ConfigurationCompared(("A",), at(1)))
        self.assertEqual(
            (record.configuration.drift, record.configuration.driftAt), (("A",), at(1))
        )
        self.assertIs(apply(record, f.ConfigurationCompared(("A",), at(2))), record)
