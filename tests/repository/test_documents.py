"""
What the texts for users say is what the code does.
"""

from __future__ import annotations

import ast
from pathlib import Path

from opcua import ua
from twisted.trial.unittest import SynchronousTestCase

from docs.tables.addressspace import declaredNames
from docs.tables.register import TABLES
from ocppgw.config.reading import readText
from ocppgw.simulator.fleet import identityOf
from ocppgw.tap import Options
from ocppgw.uaserver.layout.chargepoints import CHARGE_POINTS
from ocppgw.uaserver.layout.gateway import GATEWAY
from ocppgw.uaserver.layout.types import TYPES
from ocppgw.v16.configurationkeys import CONFIGURATION_KEYS
from ocppgw.v16.measurands import readNodeName
from tests.repository.documents import (
    declaredTables,
    gatewayOptionsIn,
    namesShown,
    optionRows,
    quotedReasons,
    statusCodesIn,
    stringsOf,
    targetsIn,
    targetsOf,
    toctreePages,
    tomlBlocks,
)
from tests.repository.tree import ROOT, modules, texts

_OF_TWISTED = frozenset({"help", "version"})
"""Options that every program of Twisted's has."""


def _documents() -> dict[str, str]:
    """All texts for readers, by path, the history left out."""
    return {
        path: text for path, text in texts() if path.endswith(".rst") and path.startswith(PLACES)
    }


PLACES = ("README", "CONTRIBUTING", "docs/")


def _options() -> dict[str, bool]:
    options = Options()
    found = {name.rstrip("="): name.endswith("=") for name in options.longOpt}
    return {name: value for name, value in found.items() if name not in _OF_TWISTED}


class Pages(SynchronousTestCase):
    """The pages of ``docs/``."""

    def test_reachable(self) -> None:
        """A reader gets to each page from the first, and meets none twice."""
        pages = sorted(path.stem for path in (ROOT / "docs").glob("*.rst"))
        found = toctreePages((ROOT / "docs" / "index.rst").read_text(encoding="utf-8"))
        self.assertEqual(pages, sorted(["index", *found]))

    def test_tables(self) -> None:
        """What the code declares is shown, each table on one page."""
        shown = [name for text in _documents().values() for name in declaredTables(text)]
        self.assertEqual(sorted(TABLES), sorted(shown))


class Commands(SynchronousTestCase):
    """What readers are told to type."""

    def test_optionTable(self) -> None:
        """README lists exactly the options that there are, with what they take."""
        readme = _documents()["README.rst"]
        self.assertEqual(_options(), optionRows(readme))

    def test_options(self) -> None:
        """Each command line in a text uses options that the gateway has."""
        used = {
            path: gatewayOptionsIn(text) - set(_options()) - _OF_TWISTED
            for path, text in _documents().items()
        }
        self.assertEqual({}, {path: names for path, names in used.items() if names})
        self.assertLessEqual(
            {"config", "check-config"}, gatewayOptionsIn(_documents()["README.rst"])
        )

    def test_targets(self) -> None:
        """Each ``make ..`` in a text is a target of the Makefile."""
        targets = targetsOf((ROOT / "Makefile").read_text(encoding="utf-8"))
        used = {path: targetsIn(text) - targets for path, text in _documents().items()}
        self.assertEqual({}, {path: names for path, names in used.items() if names})
        self.assertLessEqual({"run", "demo"}, targetsIn(_documents()["README.rst"]))

    def test_configuration(self) -> None:
        """Each piece of a configuration file in a text is accepted as it stands."""
        blocks = [
            (path, block) for path, text in _documents().items() for block in tomlBlocks(text)
        ]
        for path, block in blocks:
            readText(block, path, Path())
        self.assertIn("docs/chargepoints.rst", {path for path, _ in blocks})


class Names(SynchronousTestCase):
    """The names of nodes that readers are shown."""

    def test_whatAppears(self) -> None:
        """Each name in README's picture of the tree is declared, or a simulated charge point's."""
        picture = _documents()["README.rst"].partition("what-appears: begin")[2]
        shown = namesShown(picture.partition("what-appears: end")[0])
        known = {name for each in TYPES for name in declaredNames(each.children)}
        known |= {"Objects", GATEWAY.name, CHARGE_POINTS.name, identityOf(2)}
        known |= {*CONFIGURATION_KEYS, *filter(readNodeName, shown)}
        self.assertEqual([], [name for name in shown if name not in known])
        self.assertLessEqual({"Live", "CurrentL1", "RemoteStop", "MeterStart"}, set(shown))


class Quotations(SynchronousTestCase):
    """What a log or a node is said to show."""

    def test_reasons(self) -> None:
        """Each reason and log line that the troubleshooting tables quote is in the code."""
        said = " ".join(stringsOf(module.tree) for module in modules("ocppgw"))
        quoted = quotedReasons(_documents()["docs/chargepoints.rst"])
        self.assertEqual([], [words for words in quoted if words not in said])
        self.assertGreater(len(quoted), 10)


class Codes(SynchronousTestCase):
    """The StatusCodes that readers may meet."""

    def test_exist(self) -> None:
        """Each StatusCode in a text is one of OPC UA's."""
        for path, text in _documents().items():
            for name in statusCodesIn(text):
                self.assertTrue(hasattr(ua.StatusCodes, name), f"{path}: {name}")
        self.assertIn("BadTimeout", statusCodesIn(_documents()["README.rst"]))


class WhatIsFound(SynchronousTestCase):
    """Texts that say something, in each way that the checks look for."""

    def test_pages(self) -> None:
        """Toctrees give their pages, options and captions left out."""
        index = "x\n\n.. toctree::\n   :hidden:\n\n   a\n   b\n\n.. toctree::\n\n   c\n\ntext\n"
        self.assertEqual(["a", "b", "c"], toctreePages(index))

    def test_optionRows(self) -> None:
        """A row is an option at the beginning of a line, with or without a value."""
        text = "``--demo N``  starts\n``--check-config``  see ``--config FILE``\n"
        self.assertEqual({"demo": True, "check-config": False}, optionRows(text))

    def test_targets(self) -> None:
        """Targets are found in the Makefile, in literals and in commands; prose is not meant."""
        self.assertEqual({"run", "test-all"}, targetsOf("run: x ## y\ntest-all:  ## z\nhid: x\n"))
        text = "We make sure::\n\n    make demo ARGS=x\n\nand ``make test-all``.\n"
        self.assertEqual({"demo", "test-all"}, targetsIn(text))

    def test_options(self) -> None:
        """Only options of the gateway count, not those of programs around it."""
        text = (
            "::\n\n    twistd -n --pidfile= ocppgw --demo 3\n    pip install --quiet ocppgw\n"
            '    make run ARGS="--opcua x"\n\nSee ``--other``.\n'
        )
        self.assertEqual({"demo", "opcua"}, gatewayOptionsIn(text))

    def test_codes(self) -> None:
        """A StatusCode is found where it is set as a literal."""
        text = "``BadTimeout`` and ``Good`` or ``Uncertain..``; Bad luck, ``Bad_x``"
        self.assertEqual({"BadTimeout", "Good"}, statusCodesIn(text))

    def test_quotations(self) -> None:
        """What stands in italics behind LastRefused and Log, up to dots; joined strings of code."""
        text = "LastRefused: *a b ..* or Log: *c*, *d*. *Not* this"
        self.assertEqual(["a b", "c", "d"], quotedReasons(text))
        source = 'x = "one " "two"\ny = f"three {x} four"\n'
        self.assertEqual("one two three   four", stringsOf(ast.parse(source)))

    def test_names(self) -> None:
        """Names stand at the left of a line of the picture; values and remarks do not count."""
        text = "::\n\n    Gateway\n      Power   1 W  Sum\n      Add, Remove, ...  x\n      0   Y\n"
        self.assertEqual(["Gateway", "Power", "Add", "Remove"], namesShown(text))

    def test_toml(self) -> None:
        """Blocks that begin with a table are pieces of a file; others are not."""
        text = "A::\n\n    [gateway]\n    name = 1\n\nB::\n\n    make run\n"
        self.assertEqual(["[gateway]\nname = 1\n\n"], tomlBlocks(text))
        self.assertEqual(["types"], declaredTables("x\n\n.. declared:: types\n"))
