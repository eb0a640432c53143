"""No key is declared as reloading without a test that shows what it does then."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from twisted.trial.unittest import SynchronousTestCase

from tests.gateway import reloaded
from tests.gateway.reloaded.case import MARK, declared


def shown() -> Iterator[tuple[str, bool]]:
    """What the tests beside this one are marked with."""
    for found in pkgutil.iter_modules(reloaded.__path__, f"{reloaded.__name__}."):
        for case in vars(import_module(found.name)).values():
            if isinstance(case, type) and case.__module__ == found.name:
                yield from _marks(case)


def _marks(case: type) -> Iterator[tuple[str, bool]]:
    for name, test in vars(case).items():
        names, newLinks = getattr(test, MARK, ((), False))
        if names and not name.startswith("test_"):
            raise AssertionError(f"{name} would never be run")
        yield from ((each, newLinks) for each in names)


class EveryKeyTests(SynchronousTestCase):
    """The declaration and the tests."""

    def test_everyKey(self) -> None:
        """Each key that reloads has its test, which knows whether open links keep what they had."""
        self.assertEqual(set(declared()) - set(shown()), set(), "declared, and not shown")
        self.assertEqual(set(shown()) - set(declared()), set(), "shown, and not declared so")

    def test_found(self) -> None:
        """Keys of tables, of tables within, and tables that come and go are among them."""
        expected = {("ocpp.callTimeout", False), ("ocpp.pingInterval", True), ("users[]", False)}
        self.assertLessEqual(expected, set(declared()))
        self.assertNotIn("ocpp.listen", dict(declared()))
