"""
Each public method and each test says what it is for.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.repository.docstrings import undescribedMethods, undescribedTests
from tests.repository.tree import Module, modules


class TheTree(SynchronousTestCase):
    """What the code of today says about itself."""

    def test_methods(self) -> None:
        """A reader of ocppgw finds the meaning of a public method beside it."""
        found = [line for module in modules("ocppgw") for line in undescribedMethods(module)]
        self.assertEqual([], found, "\n" + "\n".join(found))

    def test_tests(self) -> None:
        """Each test says what a user may rely on."""
        found = [line for module in modules("tests") for line in undescribedTests(module)]
        self.assertEqual([], found, "\n" + "\n".join(found))


class WhatIsFound(SynchronousTestCase):
    """Sources with and without the docstrings they need."""

    def test_plainClassAndInterface(self) -> None:
        """A class without a base, and an interface, have to describe their methods."""
        for head in ("class A:", "class IA(Interface):"):
            source = f"{head}\n    def run(self) -> None: ..."
            self.assertEqual(1, len(undescribedMethods(Module("ocppgw.x", source))), head)

    def test_whatInherits(self) -> None:
        """Providers and subclasses may have the description of what they provide or extend."""
        for head in ("@implementer(IA)\nclass A:", "class A(Protocol):", "class _A:"):
            source = f"{head}\n    def run(self) -> None: ..."
            self.assertEqual([], undescribedMethods(Module("ocppgw.x", source)), head)

    def test_testWithout(self) -> None:
        """A test without a docstring is found, its set-up is not."""
        source = "class A(T):\n    def setUp(self): ...\n    def test_x(self): ..."
        self.assertEqual(["tests.x:3: test_x"], undescribedTests(Module("tests.x", source)))
