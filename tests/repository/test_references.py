"""What texts name exists: files, folders, programs and their subcommands."""

from __future__ import annotations

from configparser import ConfigParser

from twisted.python import usage
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.admin import chargepoint, operating, passwd, repoint
from tests.repository.references import filesIn, programsIn
from tests.repository.tree import ROOT, texts

OPTIONS: dict[str, type[usage.Options]] = {
    "ocppgw-admin": operating.Options,
    "ocppgw-passwd": passwd.Options,
    "ocppgw-charge-point": chargepoint.Options,
    "ocppgw-repoint": repoint.Options,
}


def subcommands(options: type[usage.Options]) -> set[str]:
    """What may stand behind a program."""
    return {row[0] for row in getattr(options, "subCommands", ())}


class TreeTests(SynchronousTestCase):
    """All texts of today."""

    def test_files(self) -> None:
        """Each file and folder that a text names is there."""
        found = {
            path: sorted(one for one in filesIn(text) if not any(ROOT.glob(one)))
            for path, text in texts()
            if not path.startswith("tests/")
        }
        self.assertEqual({}, {path: names for path, names in found.items() if names})

    def test_programs(self) -> None:
        """Each program that a sentence names is installed, and has the subcommand."""
        setup = ConfigParser()
        setup.read(ROOT / "setup.cfg", encoding="utf-8")
        installed = setup["options.entry_points"]["console_scripts"]
        programs = {line.split()[0] for line in installed.split("\n") if line}
        self.assertEqual(programs, set(OPTIONS))
        named = {
            (path, *one)
            for path, text in texts()
            if path.endswith(".rst")
            for one in programsIn(text)
        }
        wrong = [one for one in named if one[2] and one[2] not in subcommands(OPTIONS[one[1]])]
        self.assertEqual([], wrong)
        self.assertIn(("docs/operations.rst", "ocppgw-admin", "check"), named)


class WhatIsFound(SynchronousTestCase):
    """Texts that name something, in each way that the checks look for."""

    def test_files(self) -> None:
        """Paths of ours count, those of the machine and those that stand for others do not."""
        text = (
            "``docs/a.rst`` and etc/b.toml, ocppgw/c.  See /etc/d.toml, ../docs/e.rst,\n"
            "docs/NAME.rst, docs/_build/html, tests/*.py; NEWS.rst and requirements.lock."
        )
        expected = {"docs/a.rst", "etc/b.toml", "ocppgw/c", "tests/*.py"}
        self.assertEqual(expected | {"NEWS.rst", "requirements.lock"}, filesIn(text))

    def test_programs(self) -> None:
        """A program stands in a literal, its subcommand behind its options."""
        text = "``ocppgw-x``, ``ocppgw-y do THIS``, ``ocppgw-z --state DIR other`` or ocppgw-q"
        expected = {("ocppgw-x", ""), ("ocppgw-y", "do"), ("ocppgw-z", "other")}
        self.assertEqual(expected, programsIn(text))
