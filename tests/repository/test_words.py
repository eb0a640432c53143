"""
The words and lines of the tree are what CONTRIBUTING says; the checkers find what they should.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.repository.tree import Module, modules, texts
from tests.repository.words import (
    FORBIDDEN,
    addressesIn,
    formattedLogs,
    wordsOf,
    wrongLines,
    wrongNames,
)

LONGEST = 400


def _all() -> list[Module]:
    return [module for folder in ("ocppgw", "twisted", "tests") for module in modules(folder)]


class TheTree(SynchronousTestCase):
    """What the files of today hold."""

    def _assertNone(self, found: list[str]) -> None:
        self.assertEqual([], found, "\n" + "\n".join(found))

    def test_names(self) -> None:
        """A reader meets the words of OCPP and OPC UA, and no empty ones."""
        self._assertNone([line for module in _all() for line in wrongNames(module)])

    def test_logMessages(self) -> None:
        """A log line is a fact with named fields, so that it can be searched."""
        self._assertNone([line for module in _all() for line in formattedLogs(module)])

    def test_lines(self) -> None:
        """Nothing is left unfinished, and nothing points at somebody's machine."""
        self._assertNone([line for path, text in texts() for line in wrongLines(path, text)])

    def test_locks(self) -> None:
        """The locks work with whatever package index a user's pip is set to."""
        locks = [(path, text) for path, text in texts() if path.endswith(".lock")]
        self.assertEqual(3, len(locks))
        self._assertNone([line for path, text in locks for line in addressesIn(path, text)])

    def test_length(self) -> None:
        """A module can be read in one sitting."""
        sizes = {module.name: len(module.source.splitlines()) for module in _all()}
        self._assertNone([f"{name}: {size}" for name, size in sizes.items() if size > LONGEST])

    def test_somethingWasRead(self) -> None:
        """The checks above look at the tree, wherever the tests are started from."""
        self.assertIn("ocppgw.interfaces", {module.name for module in _all()})
        missing = {"Makefile", "setup.cfg", "README.rst"} - {path for path, _ in texts()}
        self.assertEqual(set(), missing)


class WhatIsFound(SynchronousTestCase):
    """Sources and lines that break a rule, each in its own way."""

    def test_eachForbiddenWord(self) -> None:
        """Every forbidden word is found in every kind of name."""
        for word in FORBIDDEN:
            for source in (
                f"class Big{word.title()}: ...",
                f"def my{word.title()}() -> None: ...",
                f"async def {word}() -> None: ...",
                f"def f(the_{word}: int) -> None: ...",
                f"{word.upper()}_NAME = 1",
                f"self.{word} = 1",
                f"import x as {word}",
            ):
                self.assertEqual(1, len(wrongNames(Module("ocppgw.central.x", source))), source)

    def test_moduleName(self) -> None:
        """A module or package may not be named so either."""
        for name in ("utils", "helpers", "common"):
            found = wrongNames(Module(f"ocppgw.web.{name}", ""))
            self.assertEqual([f"ocppgw.web.{name}:1: {name}"], found)

    def test_exceptionHoldsInItsPartOnly(self) -> None:
        """A name that opcua asks for is allowed in uaserver and nowhere else."""
        source = "class UaProcessor: ..."
        self.assertEqual([], wrongNames(Module("ocppgw.uaserver.session", source)))
        self.assertEqual(1, len(wrongNames(Module("ocppgw.central.session", source))))

    def test_logCalls(self) -> None:
        """Messages made by f-string, ``%``, ``+`` or ``format`` are found."""
        for message in ('f"got {x}"', '"got %s" % x', '"got " + x', '"got {}".format(x)'):
            for log in ("log", "self._log", "self.log"):
                found = formattedLogs(Module("ocppgw.x", f"{log}.info({message})"))
                self.assertEqual(1, len(found), message)

    def test_lines(self) -> None:
        """Unfinished lines and machine paths are found."""
        for line in ("# TO" + "DO: later", "x = '/ho" + "me/me/x'", "cd /wo" + "rk/tree"):
            self.assertEqual(1, len(wrongLines("a.rst", f"fine\n{line}\n")), line)
        lock = ("--index-url x", "attrs==1 --hash=y", "    # from https://x")
        self.assertEqual(2, len(addressesIn("a.lock", "\n".join(lock))))


class WhatIsAllowed(SynchronousTestCase):
    """Sources and lines that look alike and are fine."""

    def test_words(self) -> None:
        """Names are judged word by word, not letter by letter."""
        self.assertEqual(["rfc", "name", "of", "charge", "point"], wordsOf("RFC_nameOfChargePoint"))
        for name in ("Engineer", "utility", "stationary", "handled", "commonly"):
            self.assertEqual([], wrongNames(Module("ocppgw.central.x", f"{name} = 1")))

    def test_usesOfALibrary(self) -> None:
        """What a library calls its things is the library's business."""
        source = "from library import MessageHandler\nMessageHandler(manager=1).processor()"
        self.assertEqual([], wrongNames(Module("ocppgw.central.x", source)))

    def test_logFields(self) -> None:
        """A constant message with fields passes, and so does a call that is not a log's."""
        source = 'log.info("{identity} booted", identity=f"{x}")\nresponse.error(f"{x}")'
        self.assertEqual([], formattedLogs(Module("ocppgw.x", source)))

    def test_lines(self) -> None:
        """Relative paths and the usual places of a system are fine."""
        for line in (
            "state = '/var/lib/ocppgw'",
            "~/wo" + "rk/x",
            "framework/x",
            "$HOME/ho" + "me/x",
        ):
            self.assertEqual([], wrongLines("a.rst", line), line)
