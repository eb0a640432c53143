"""
The import table holds, and the checker that says so finds what it should.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.repository.imports import HOMES, LAYERS, ONLY, PURE, importsOf, violations
from tests.repository.tree import Module, modules


def _found(name: str, source: str, isPackage: bool = False) -> str:
    return "\n".join(violations(Module(name, source, isPackage)))


class TheTree(SynchronousTestCase):
    """What the code of today does."""

    def test_everyImportFollowsTheTable(self) -> None:
        """No module of ocppgw imports what its place in the table does not allow."""
        found = [line for module in modules("ocppgw") for line in violations(module)]
        self.assertEqual([], found, "\n" + "\n".join(found))

    def test_oneModuleOfTheSimulatorKnowsAutobahn(self) -> None:
        """The simulated charge point's behaviour can be had without a socket."""
        users = [
            module.name
            for module in modules("ocppgw/simulator")
            if any(name.startswith("autobahn.") for _, name in importsOf(module))
        ]
        self.assertLessEqual(len(users), 1, users)

    def test_theTableNamesEachPartOnce(self) -> None:
        """The table itself is free of contradictions."""
        parts = [part for line in LAYERS for part in line]
        self.assertEqual(len(parts), len(set(parts)))
        self.assertLessEqual(PURE | set(ONLY) | set().union(*HOMES.values()), set(parts))


class WhatIsFound(SynchronousTestCase):
    """Sources that break the table, each in its own way."""

    def test_lowerImportsHigher(self) -> None:
        """An upward import is named with its line and both parts."""
        self.assertEqual(
            "ocppgw.model.facts:2: model is below central and may not import it",
            _found("ocppgw.model.facts", "import attrs\nfrom ocppgw.central import links\n"),
        )

    def test_eachPairOfSiblings(self) -> None:
        """Siblings are found in both directions."""
        for mine in LAYERS[2]:
            for other in LAYERS[2]:
                found = _found(f"ocppgw.{mine}.x", f"import ocppgw.{other}.y")
                self.assertEqual(mine != other, "siblings" in found, found)

    def test_relativeImport(self) -> None:
        """Dots do not hide an import, from a module or from a package."""
        self.assertIn("siblings", _found("ocppgw.web.pages", "from ..store import schema"))
        self.assertIn("siblings", _found("ocppgw.web", "from ..store import x", isPackage=True))
        self.assertIn("siblings", _found("ocppgw.web.pages", "from .. import store"))
        self.assertEqual("", _found("ocppgw.web.pages", "from . import store"))

    def test_fromThePackageItself(self) -> None:
        """``from ocppgw import`` of a part counts as importing that part."""
        self.assertIn("below tap", _found("ocppgw.config.files", "from ocppgw import tap"))
        self.assertIn("ocppgw is below", _found("ocppgw", "from ocppgw.model import point", True))

    def test_hiddenPlaces(self) -> None:
        """Imports in a function or for type checking only are found too."""
        late = "def f() -> None:\n    from ocppgw.uaserver import server\n"
        typed = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import ocppgw.tap\n"
        self.assertIn("siblings", _found("ocppgw.central.x", late))
        self.assertIn("below tap", _found("ocppgw.central.x", typed))

    def test_simulator(self) -> None:
        """The simulator knows the protocol alone, and only the top knows the simulator."""
        self.assertIn("v16 only, not model", _found("ocppgw.simulator.x", "import ocppgw.model"))
        self.assertIn(
            "for admin, gateway, tap only", _found("ocppgw.central.x", "import ocppgw.simulator")
        )

    def test_libraryAwayFromHome(self) -> None:
        """Libraries with a home are found elsewhere, whichever way they are imported."""
        for source in ("import opcua", "import opcua.ua as ua", "from opcua import ua"):
            self.assertIn("opcua may be imported in uaserver", _found("ocppgw.central.x", source))
        self.assertIn("autobahn", _found("ocppgw.web.x", "from autobahn.twisted import websocket"))
        self.assertIn(
            "twisted.enterprise", _found("ocppgw.tap", "from twisted.enterprise import a")
        )
        self.assertIn("in tests only", _found("ocppgw.tap", "import hypothesis"))

    def test_impurity(self) -> None:
        """A pure module that reaches for the world is found, part by part and way by way."""
        for part in PURE:
            for name in ("twisted.python", "socket", "threading", "time", "os", "random", "uuid"):
                self.assertIn("is pure", _found(f"ocppgw.{part}.x", f"import {name}"))

    def test_clockInsidePureModule(self) -> None:
        """Reading the time is found without an import that would give it away."""
        for call in ("datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()"):
            self.assertIn("no clock", _found("ocppgw.v16.x", f"import datetime\nx = {call}\n"))
        self.assertIn("may not call open", _found("ocppgw.access.x", "open('x')"))

    def test_partWithoutPlace(self) -> None:
        """A package that nobody entered in the table cannot slip in."""
        self.assertIn("no place for shared", _found("ocppgw.shared.x", ""))


class WhatIsAllowed(SynchronousTestCase):
    """Sources that keep to the table."""

    def test_downwards(self) -> None:
        """Each part may import every part below, the simulator's limits apart."""
        for depth, line in enumerate(LAYERS):
            below = [part for lower in LAYERS[depth + 1 :] for part in lower]
            for part in set(line) - set(ONLY):
                for other in below if depth < 2 else set(below) - {"simulator"}:
                    self.assertEqual("", _found(f"ocppgw.{part}.x", f"import ocppgw.{other}.y"))

    def test_libraryAtHome(self) -> None:
        """A library is welcome where it belongs."""
        self.assertEqual("", _found("ocppgw.uaserver.x", "from opcua import ua\nimport threading"))
        self.assertEqual("", _found("ocppgw.tap", "from twisted.python import usage"))

    def test_clockThatWasPassedIn(self) -> None:
        """Asking a clock that came as a parameter is what a pure module should do."""
        self.assertEqual("", _found("ocppgw.access.x", "def f(clock: C) -> D: return clock.now()"))

    def test_version(self) -> None:
        """The version is everybody's."""
        self.assertEqual("", _found("ocppgw.central.x", "from ocppgw import __version__"))
