"""Tests of tables whose keys are not ours."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.errors import Unacceptable
from ocppgw.config.freetables import Factors, WantedKeys


class WantedKeysTests(SynchronousTestCase):
    """Wanted configuration keys."""

    def test_texts(self) -> None:
        """Text stays as it is; numbers and booleans become the text that OCPP uses for them."""
        wanted = WantedKeys().read({"a": " x, y ", "b": -5, "c": True, "d": False, "e": ""})
        self.assertEqual(
            dict(wanted), {"a": " x, y ", "b": "-5", "c": "true", "d": "false", "e": ""}
        )

    def test_frozen(self) -> None:
        """What was read cannot be changed by whoever reads it."""
        wanted = WantedKeys().read({"a": 1})
        with self.assertRaises(TypeError):
            wanted["a"] = "2"  # type: ignore[index]

    def refused(self, table: object, where: str) -> None:
        """The table is refused because of what stands at ``where``."""
        self.assertEqual(self.assertRaises(Unacceptable, WantedKeys().read, table).where, where)

    def test_refusedValues(self) -> None:
        """Fractions, lists and what is too long for ChangeConfiguration.req are refused."""
        for value in [1.5, [], {}, "x" * 501, "a\0", 10**20, None]:
            self.refused({"Key": value}, ".Key")
        self.refused("Key", "")

    def test_refusedKeys(self) -> None:
        """Keys that are empty or too long, and one key in two spellings, are refused."""
        self.refused({"": 1}, '.""')
        self.refused({"k" * 51: 1}, "." + "k" * 51)
        self.refused({"Key": 1, "kEY": 2}, ".kEY")

    def test_authorizationKey(self) -> None:
        """The charge point's password has no place in the file, however it is spelt."""
        self.refused({"AuthorizationKey": "secret"}, ".AuthorizationKey")
        self.refused({"authorizationkey": "secret"}, ".authorizationkey")
        self.assertIn("not AuthorizationKey", WantedKeys().accepted)


class FactorsTests(SynchronousTestCase):
    """Factors by measurand."""

    def test_factors(self) -> None:
        """Factors are numbers, negative ones too."""
        self.assertEqual(dict(Factors().read({"a": 1000, "b": -0.5})), {"a": 1000.0, "b": -0.5})

    def test_refused(self) -> None:
        """A factor of 0, one that is no number and an absurd one are refused."""
        for value in [0, float("nan"), float("inf"), 1e7, 10**400, "2", True, None]:
            error = self.assertRaises(Unacceptable, Factors().read, {"Power.Active": value})
            self.assertEqual(error.where, '."Power.Active"')
        self.assertRaises(Unacceptable, Factors().read, 2)
