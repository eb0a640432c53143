"""
The systemd unit as it is shipped, judged by systemd itself where that is installed.

``make install-test`` runs it; here it is only looked at.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ocppgw.tap import Options
from tests.repository.tree import ROOT

UNIT = ROOT / "etc" / "ocppgw.service"
MOST = 2.0
"""The exposure that the unit stays below, of 10 for a service without any protection."""

LONGEST = 60


def analyze(*words: str) -> str:
    """What ``systemd-analyze`` says about something; fails where it does not like it."""
    done = subprocess.run(
        ["systemd-analyze", *words], capture_output=True, text=True, timeout=LONGEST, check=True
    )
    return done.stdout + done.stderr


class Judged(SynchronousTestCase):
    """The unit, alone and with the examples of what a site may add."""

    def setUp(self) -> None:
        if shutil.which("systemd-analyze") is None:
            raise SkipTest("systemd-analyze is missing: apt-get install systemd")
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()
        # The program is not where the unit will find it, and its place is not the question.
        text = UNIT.read_text().replace("/opt/ocppgw/bin/twistd", "/bin/true")
        self.unit = self.folder / UNIT.name
        self.unit.write_text(text)

    def addExamples(self) -> None:
        """What ``etc/ocppgw.service.d`` has."""
        shutil.copytree(ROOT / "etc" / "ocppgw.service.d", self.folder / f"{UNIT.name}.d")

    def exposure(self) -> float:
        """The overall exposure."""
        said = analyze("security", "--offline=true", "--no-pager", str(self.unit))
        found = re.search(r"Overall exposure level .*: ([0-9.]+)", said)
        assert found is not None, said
        return float(found[1])

    def test_exposure(self) -> None:
        """The service is exposed to little, also with a right to low ports."""
        self.assertLess(self.exposure(), MOST)
        self.addExamples()
        self.assertLess(self.exposure(), MOST)

    def test_clean(self) -> None:
        """There is no key that systemd does not know, and no value that it does not take."""
        self.assertEqual(analyze("verify", str(self.unit)), "")
        self.addExamples()
        self.assertEqual(analyze("verify", str(self.unit)), "")

    def test_mistakes(self) -> None:
        """A key that does not exist would be told."""
        self.unit.write_text(self.unit.read_text().replace("ProtectHome=", "ProtectHouse="))
        self.assertIn("ProtectHouse", analyze("verify", str(self.unit)))


class Commands(SynchronousTestCase):
    """What the unit starts."""

    def test_options(self) -> None:
        """Its command lines are ones that the gateway takes."""
        lines = re.findall(r"^Exec(?:StartPre|Start)=(.*)$", UNIT.read_text(), re.MULTILINE)
        self.assertEqual(len(lines), 2)
        for line in lines:
            words = shlex.split(line)
            options = Options()
            options.parseOptions(words[words.index("ocppgw") + 1 :])
            self.assertEqual(options["config"], "/etc/ocppgw/ocppgw.toml")
