"""Tests of comparing two configurations."""

from __future__ import annotations

import re
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.secrets import Cost, Secret, hashPassword, scrypt
from ocppgw.config.comparing import differences, reloaded
from ocppgw.config.configuration import Configuration
from ocppgw.config.declaring import Key, Section, partsOf
from tests.config.support import read


def hashed(password: str) -> str:
    """A hash as it stands in the file."""
    cheap = lambda p, salt, cost: scrypt(p, salt, Cost(10))  # noqa: E731
    return hashPassword(Secret(password), bytes(16), cheap).text


class DifferencesTests(SynchronousTestCase):
    """What is told."""

    def told(self, old: str, new: str) -> list[str]:
        return [str(one) for one in differences(read(old), read(new))]

    def test_nothing(self) -> None:
        """A configuration does not differ from itself."""
        text = Path(__file__).parents[2].joinpath("etc/ocppgw.toml").read_text("utf-8")
        switchedOn = re.sub(r"(?m)^#(?=[\w\[])", "", text)
        self.assertEqual(self.told(switchedOn, switchedOn), [])

    def test_keys(self) -> None:
        """Each key by its whole path, with what it was and what it is."""
        self.assertEqual(
            self.told("[ocpp]\ncallTimeout = 5", '[ocpp]\nlisten = ["tcp:1"]\n'),
            ['ocpp.listen ["tcp:8887"] -> ["tcp:1"]', "ocpp.callTimeout 5.0 -> 30.0"],
        )

    def test_newLinks(self) -> None:
        """A key that counts for new links only says so."""
        [line] = self.told("", "[ocpp]\npingInterval = 20")
        self.assertEqual(line, "ocpp.pingInterval 45.0 -> 20.0 (for new links)")

    def test_tables(self) -> None:
        """Tables that come, go and change, by the name that each has."""
        old = '[[idTags]]\nidTag = "A"\n[[idTags]]\nidTag = "B"\n'
        new = '[[idTags]]\nidTag = "C D"\n[[idTags]]\nidTag = "B"\nstatus = "Blocked"\n'
        self.assertEqual(
            self.told(old, new),
            [
                "idTags[A] removed",
                'idTags[B].status "Accepted" -> "Blocked"',
                'idTags["C D"] added',
            ],
        )

    def test_order(self) -> None:
        """The order of tables means nothing."""
        one, two = '[[idTags]]\nidTag = "A"\n', '[[idTags]]\nidTag = "B"\n'
        self.assertEqual(self.told(one + two, two + one), [])

    def test_secrets(self) -> None:
        """Of a password, not even its hash is told."""
        old, new = hashed("correct horse"), hashed("wrong horse")
        user = '[[users]]\nname = "anna"\npassword = "{}"\n'
        [line] = self.told(user.format(old), user.format(new))
        self.assertEqual(line, "users[anna].password changed")

    def test_oneLine(self) -> None:
        """A name cannot break the line."""
        line = self.told("", '[[users]]\nname = "a"\npassword = "%s"\n' % hashed("x"))  # noqa: UP031
        self.assertEqual(line, ["users[a] added"])
        self.assertTrue(all(text.isprintable() for text in line))

    def test_sameEndpoint(self) -> None:
        """Two listeners with one endpoint are told apart."""
        one = '[[ocpp.listeners]]\nendpoint = "tcp:0"\n'
        [line] = self.told(one, one + one)
        self.assertIn("ocpp.listeners", line)
        self.assertIn("added", line)


class ReloadedTests(SynchronousTestCase):
    """What holds after a reload."""

    def test_split(self) -> None:
        """What can change is new, what needs a restart stays as it was."""
        old = read('[ocpp]\nlisten = ["tcp:1"]\ncallTimeout = 5\n[web]\nendpoint = "none"\n')
        made = reloaded(old, read('[ocpp]\nlisten = ["tcp:2"]\ncallTimeout = 6\n'))
        self.assertEqual(made.ocpp.listen, ("tcp:1",))
        self.assertEqual(made.ocpp.callTimeout, 6.0)
        self.assertEqual(made.web, old.web)

    def test_tables(self) -> None:
        """Tables come and go; of one that stays, a key that needs a restart stays too."""
        old = read('[[chargePoints]]\nidentity = "A"\n[[chargePoints]]\nidentity = "B"\n')
        new = read(
            '[[chargePoints]]\nidentity = "A"\nname = "East"\nnode = "X"\n'
            '[[chargePoints]]\nidentity = "C"\nnode = "Y"\n'
        )
        made = reloaded(old, new)
        self.assertEqual(
            [(one.identity, one.name, one.node) for one in made.chargePoints],
            [("A", "East", ""), ("C", "", "Y")],
        )
        self.assertEqual(made.settingsFor("A").name, "East")

    def test_remainder(self) -> None:
        """What is left to tell after a reload is exactly what needs a restart."""
        old = read("")
        text = Path(__file__).parents[2].joinpath("etc/ocppgw.toml").read_text("utf-8")
        new = read(re.sub(r"(?m)^#(?=[\w\[])", "", text))
        told = differences(old, new)
        left = differences(reloaded(old, new), new)
        self.assertEqual([str(one) for one in left], [str(one) for one in told if not one.reload])

    def test_declared(self) -> None:
        """Every table that may stand many times names by what its tables are told apart."""
        for part in partsOf(Configuration):
            nested = () if isinstance(part, Key) else partsOf(part.cls)
            for one in (part, *nested):
                if isinstance(one, Section) and one.repeated:
                    self.assertIn(one.identifier, [key.name for key in one.keys])
