"""
What ``make docs-test`` finds in a page, and what it makes of it.

The blocks of the real pages are run there and not here: that takes minutes and a package index.
Here it is held that every one of them would be run, or says why not.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from unittest import SkipTest

from twisted.trial.unittest import SynchronousTestCase

from docs.running.blocks import Block, Mark, Unreadable, doubts, readPage, script
from docs.running.network import Network
from docs.running.processes import Failed, finish, start
from docs.running.runner import ROOT, Runner, environment, pages
from tests.install.script import PAGES, TARGET, guideScript

NOT_RUN = {
    "README.rst": 1,
    "docs/clients.rst": 2,
    "docs/installation.rst": 1,
    "docs/security.rst": 1,
}
"""How many blocks of a page are not run."""

PAGE = """
Title
=====

.. beforehand: start it

Type::

    [gateway]
    x = 1

It says:

.. run: in the background until "ocppgw ready", with the network

.. code-block:: sh

    make demo

- In a list:

  .. not run: needs systemd,
     which is not here

  .. code-block:: console

      $ systemctl \\
          start x
      started

.. code-block:: python
   :linenos:

   print(1)
"""


class TreeTests(SynchronousTestCase):
    """The pages of today."""

    def test_everyCommandIsRun(self) -> None:
        """No block of commands is passed over unsaid, and each language is one that is known."""
        found = [doubt for page in pages() for doubt in doubts(page)]
        self.assertEqual([], found, "\n" + "\n".join(found))

    def test_elsewhere(self) -> None:
        """What another target runs is run by it: `make install-test` has each of its blocks."""
        found = [block for page in pages() for block in page.blocks if block.mark.elsewhere]
        self.assertEqual({TARGET}, {block.mark.elsewhere for block in found})
        self.assertEqual(set(PAGES), {block.page for block in found})
        script = guideScript({page: (ROOT / page).read_text("utf-8") for page in PAGES})
        self.assertEqual([], [block.place for block in found if block.text not in script])

    def test_notRun(self) -> None:
        """What nobody runs is little, and readers are told why beneath each block."""
        found = [block for page in pages() for block in page.blocks if block.mark.reason]
        self.assertEqual(NOT_RUN, Counter(block.page for block in found))

    def test_somethingIsRun(self) -> None:
        """The pages that a newcomer follows have commands that are run."""
        for path in ("README.rst", "docs/quickstart.rst", "docs/clients.rst"):
            [page] = [page for page in pages() if page.path == path]
            run = [one for one in page.blocks if one.language == "sh" and not one.mark.reason]
            self.assertTrue(run, path)


class ReadingTests(SynchronousTestCase):
    """Pages as text."""

    def test_blocks(self) -> None:
        """Blocks come with their language, their place, their text and their mark."""
        page = readPage("a.rst", PAGE)
        toml, sh, console, python = page.blocks
        self.assertEqual(("start it",), page.beforehand)
        self.assertEqual(
            ("toml", "[gateway]\nx = 1\n", Mark()), (toml.language, toml.text, toml.mark)
        )
        self.assertEqual(("sh", Mark(until="ocppgw ready", online=True)), (sh.language, sh.mark))
        self.assertEqual("needs systemd, which is not here", console.mark.reason)
        self.assertEqual("systemctl \\\n    start x\n", script(console))
        self.assertEqual(("print(1)\n", "a.rst:34"), (python.text, python.place))

    def test_typing(self) -> None:
        """What is typed is told by a mark."""
        [block] = readPage("a", '.. run: typing "a b"\n\n.. code-block:: sh\n\n    x\n').blocks
        self.assertEqual(Mark(typing="a b"), block.mark)

    def test_elsewhere(self) -> None:
        """A mark names the target that runs a block instead."""
        text = ".. run: by make install-test\n\n.. code-block:: sh\n\n    x\n"
        [block] = readPage("a", text).blocks
        self.assertEqual(Mark(elsewhere="make install-test"), block.mark)

    def test_shown(self) -> None:
        """Readers find the reason beneath the block, also where words lie between the two."""
        try:
            from docutils.core import publish_doctree

            from docs.running.showing import show
        except ImportError:
            raise SkipTest("docutils is missing: it comes with what the documents need") from None
        for between in ("", "Words::\n\n"):
            directive = "" if between else ".. code-block:: sh\n\n"
            text = f".. not run: it needs ``x``,\n   which is not here\n\n{between}{directive}    y"
            document = publish_doctree(f"{text}\n\nMore.\n")
            show(None, document)
            said = [node.astext() for node in document.children]
            at = said.index("y")
            expected = "Not run by the tests of this page: it needs x, which is not here."
            self.assertEqual([expected, "More."], said[at + 1 :])

    def test_unreadable(self) -> None:
        """Two marks for one block, one for none, and one that says nothing are mistakes."""
        block = "\n.. code-block:: sh\n\n    x\n"
        for text in (
            f".. not run: a\n.. run: with the network\n{block}",
            ".. not run: a\n",
            f".. run: somehow\n{block}",
        ):
            self.assertRaises(Unreadable, readPage, "a", text)

    def test_doubts(self) -> None:
        """Commands in a block that is only shown, foreign languages and idle marks are told."""
        for text in (
            "x::\n\n    make demo\n",
            "x::\n\n    $ anything\n",
            ".. code-block:: cobol\n\n    x\n",
            ".. run: with the network\n\n.. code-block:: text\n\n    x\n",
        ):
            self.assertEqual(1, len(list(doubts(readPage("a", text)))), text)
        for text in ("x::\n\n    Objects\n      Gateway\n", ".. not run: a\n\nx::\n\n    make x\n"):
            self.assertEqual([], list(doubts(readPage("a", text))), text)


class RunningTests(SynchronousTestCase):
    """Small processes."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.tree, self.logs = self.folder / "tree", self.folder / "logs"
        self.tree.mkdir(parents=True)
        self.logs.mkdir()
        self.said: list[str] = []
        self.runner = Runner(
            self.tree.absolute(), self.logs.absolute(), Network(), self.said.append
        )

    def page(self, *texts: str) -> None:
        """Run a page of shell blocks, each perhaps with a mark before it."""
        blocks = "\n".join(
            f"{mark}\n.. code-block:: sh\n\n    {command}\n"
            for mark, _, command in (text.rpartition("\n") for text in texts)
        )
        self.runner.run(readPage("p.rst", blocks))

    def test_inOrder(self) -> None:
        """Blocks are run one after another in one folder, each in a shell that stops at once."""
        self.page("echo a > made", "false; echo b > made", "test -f made")
        self.assertEqual((self.tree / "made").read_text(), "a\n")
        self.assertEqual(["p.rst:9"], self.runner.failures)

    def test_reasons(self) -> None:
        """What is not run is listed with its reason."""
        self.page(".. not run: why\n\nfalse")
        self.assertEqual((["p.rst:5: why"], []), (self.runner.left, self.runner.failures))

    def test_background(self) -> None:
        """What goes on in the background is waited for, and ended with the page."""
        command = "echo $$ > pid; echo it works; exec sleep 600"
        self.page(f'.. run: in the background until "works"\n\n{command}', "test -f pid")
        self.assertEqual([], self.runner.failures)
        pid = (self.tree / "pid").read_text().strip()
        self.assertFalse(Path("/proc", pid).exists())

    def test_neverReady(self) -> None:
        """One that ends before it said what it should is a failure, with its last lines."""
        self.page('.. run: in the background until "works"\n\necho broken')
        self.assertEqual(["p.rst:5"], self.runner.failures)
        self.assertIn("broken", self.said[0])

    def test_typed(self) -> None:
        """A line is typed where the mark says so."""
        self.page('.. run: typing "secret"\n\nread line; test "$line" = secret')
        self.assertEqual([], self.runner.failures)

    def test_endless(self) -> None:
        """What does not end is ended, and is a failure."""
        log = self.logs.absolute() / "log"
        running = start(["sleep", "600"], self.tree, environment(), log)
        self.assertRaises(Failed, finish, running, 0.01)
        self.assertIsNotNone(running.process.returncode)

    def test_shown(self) -> None:
        """What is only shown is not run, and not told either."""
        self.runner.run(readPage("p.rst", "x::\n\n    false\n"))
        self.assertEqual(([], []), (self.said, self.runner.failures))

    def test_program(self) -> None:
        """A program in Python is given to the client's interpreter."""
        (self.tree / "client" / "bin").mkdir(parents=True)
        (self.tree / "client" / "bin" / "python").symlink_to(sys.executable)
        block = Block("p.rst", 1, "python", "open('made', 'w').close()\n")
        self.assertTrue(self.runner._ran(block, []))
        self.assertTrue((self.tree / "made").is_file())
