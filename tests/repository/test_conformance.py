"""What the pages of conformance say comes from the tests, and the services are those served."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from docs.tables import conformance
from docs.tables.showing import allTests, showing, testsIn
from docs.tables.units import CASES, NOT_OFFERED, SERVICES, SERVICES_NOT_OFFERED
from docs.tables.writing import literal
from ocppgw.model.happenings import Kind
from ocppgw.uaserver.layout.eventtypes import EVENTS, FACTS
from tests.repository.tree import ROOT
from tests.uaserver.wire import World

EVENTS_PAGE = ROOT / "docs" / "events.rst"
#: Served by the channel itself.
CHANNEL = {"OpenSecureChannel", "CloseSecureChannel"}
SOURCE = '''
class A:
    @shows("Read", "Write")
    @other
    def test_x(self):
        """One
        line.

        More.
        """
    def test_004_1_cardFirst(self):
        """A scene."""
    def notATest(self): ...
'''


class TreeTests(SynchronousTestCase):
    """The tests of today."""

    def test_everythingIsShown(self) -> None:
        """Each service, unit, message and case that is done has a test, and no mark is unknown."""
        conformance.check(showing(), allTests())
        self.assertGreater(len(showing()), 80)

    def test_services(self) -> None:
        """What is told to be served is served, and nothing else."""
        routes = World().core.dispatch._routes.values()
        served = {route.cls.__name__.removesuffix("Request") for route in routes}
        self.assertEqual(set(SERVICES), served | CHANNEL)
        self.assertEqual(set(), set(SERVICES) & set(SERVICES_NOT_OFFERED))


class CheckTests(SynchronousTestCase):
    """What ends the building of the documents."""

    def assertNotShown(self, text: str, shown: set[str], numbers: list[str]) -> None:
        """The check says this of these marks and cases."""
        cases = "".join(f"    def test_{number}_x(self): ...\n" for number in numbers)
        tests = testsIn("tests.x", "class A:\n    pass\n" + cases)
        error = self.assertRaises(conformance.NotShown, conformance.check, shown, tests)
        self.assertIn(text, str(error))

    def test_each(self) -> None:
        """A lost test, an unknown mark, a case too few and one too many are each named."""
        everything = set(conformance.known())
        conformance.check(everything - {*NOT_OFFERED, *SERVICES_NOT_OFFERED}, allTests())
        self.assertNotShown("no test shows Read", everything - {"Read"}, CASES)
        self.assertNotShown("Raed is no name", everything | {"Raed"}, CASES)
        self.assertNotShown("named after case 001", everything, CASES[1:])
        self.assertNotShown("case 999 is not", everything, [*CASES, "999"])

    def test_reading(self) -> None:
        """Marks, the first sentence and the number of a case are read from a source."""
        first, second = testsIn("tests.a", SOURCE)
        self.assertEqual(
            ("tests.a.A.test_x", "One line.", ("Read", "Write"), ""),
            (first.name, first.promise, first.shows, first.case),
        )
        self.assertEqual(("A scene.", (), "004_1"), (second.promise, second.shows, second.case))


class TableTests(SynchronousTestCase):
    """What the tables say."""

    def test_rows(self) -> None:
        """A row has the state and the tests; what is not offered may have none."""
        test = literal("tests.uaserver.services.test_browsing.BrowseNextTests.test_pages")
        services, messages = conformance.services(), conformance.ocppMessages()
        self.assertIn(f"   * - BrowseNext\n     - done\n     - {test}\n", services)
        self.assertIn("   * - QueryFirst\n     - not offered\n", services)
        self.assertIn("   * - ReserveNow to the charge point\n     - not offered\n", messages)
        self.assertIn("   * - DataTransfer from the charge point\n     - done\n", messages)
        self.assertIn("   * - 004.1\n     - Card first", conformance.ocppCases())
        self.assertIn("Attributes\n----------\n", conformance.conformanceUnits())


class EventsPageTests(SynchronousTestCase):
    def test_types(self) -> None:
        """The page of events tells each type with its severity and its fields."""
        text = EVENTS_PAGE.read_text("utf-8")
        for kind in Kind:
            declared = EVENTS[kind]
            fields = ", ".join(each.name for each in declared.children)
            row = f"{declared.name:<32}{FACTS[kind].severity:<10}{fields}\n"
            self.assertIn(row, text)
