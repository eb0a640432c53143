"""The conformance page: it names tests that exist, and the services that are served."""

from __future__ import annotations

import re
from importlib import import_module

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model.happenings import Kind
from ocppgw.uaserver.layout.eventtypes import EVENTS, FACTS
from tests.repository.tree import ROOT
from tests.uaserver.wire import World

PAGE = ROOT / "docs" / "opcuaconformance.rst"
EVENTS_PAGE = ROOT / "docs" / "events.rst"
ROW = re.compile(r"   \* - (.+)\n     - (.+)\n     -(?: ``(.+)``)?\n")
STATES = {"done", "not offered"}
#: Served by the channel itself.
CHANNEL = {"OpenSecureChannel", "CloseSecureChannel"}


def rows(text: str) -> list[tuple[str, str, str]]:
    """Unit, state and test of each row but the headings."""
    found = ROW.findall(text + "\n")
    return [row for row in found if row[1] != "State"]


class ConformanceTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.text = PAGE.read_text("utf-8")

    def test_namedTestsExist(self) -> None:
        """Every row has a known state, and what is done names a test that exists."""
        self.assertGreater(len(rows(self.text)), 80)
        for unit, state, test in rows(self.text):
            self.assertIn(state, STATES, unit)
            self.assertTrue(test or state != "done", unit)
            if test:
                module, case, name = test.rsplit(".", 2)
                self.assertTrue(hasattr(getattr(import_module(module), case, None), name), test)

    def test_services(self) -> None:
        """What is told to be served is served, and nothing else."""
        part = self.text.partition("Conformance units")[0]
        done = {unit for unit, state, _ in rows(part) if state == "done"}
        routes = World().core.dispatch._routes.values()
        served = {route.cls.__name__.removesuffix("Request") for route in routes}
        self.assertEqual(done, served | CHANNEL)


class EventsPageTests(SynchronousTestCase):
    def test_types(self) -> None:
        """The page of events tells each type with its severity and its fields."""
        text = EVENTS_PAGE.read_text("utf-8")
        for kind in Kind:
            declared = EVENTS[kind]
            fields = ", ".join(each.name for each in declared.children)
            row = f"{declared.name:<32}{FACTS[kind].severity:<10}{fields}\n"
            self.assertIn(row, text)
