"""Tests of reading: every mistake is one line that names file, key and what is accepted."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.configuration import Configuration
from ocppgw.config.declaring import Section, partsOf
from ocppgw.config.errors import ConfigurationError
from ocppgw.config.reading import readFile, readText
from tests.config.support import FILE, ErrorTestCase, read

HASH = "$scrypt$ln=15,r=8,p=1$c2FsdHNhbHRzYWx0c2FsdA$a2V5LmtleS5rZXkua2V5LmtleS5rZXkua2V5LmtleS4"


class ReadTests(SynchronousTestCase):
    """What a file becomes."""

    def test_empty(self) -> None:
        """An empty file says what no file says: the defaults."""
        self.assertEqual(read(""), Configuration())

    def test_oneKey(self) -> None:
        """A key changes itself alone; the others keep their defaults."""
        made = read("[ocpp]\nheartbeatInterval = 60")
        self.assertEqual(made.ocpp.heartbeatInterval, 60)
        self.assertEqual(made.ocpp.callTimeout, 30)
        self.assertEqual(made.opcua, Configuration().opcua)

    def test_tables(self) -> None:
        """Tables in double brackets keep their order."""
        made = read('[[chargePoints]]\nidentity = "B"\n[[chargePoints]]\nidentity = "A"')
        self.assertEqual([table.identity for table in made.chargePoints], ["B", "A"])

    def test_wholeNumberOfSeconds(self) -> None:
        """A duration may be written with or without a fraction."""
        self.assertEqual(read("[ocpp]\ncallTimeout = 5"), read("[ocpp]\ncallTimeout = 5.0"))

    def test_relativePath(self) -> None:
        """A relative path is relative to the file, wherever the gateway is started."""
        self.assertEqual(
            read('[gateway]\nstate = "var/state"').gateway.state, Path("/site/var/state")
        )

    def test_absolutePath(self) -> None:
        """An absolute path is taken as it is."""
        self.assertEqual(read('[gateway]\nstate = "/var/x"').gateway.state, Path("/var/x"))

    def test_defaultState(self) -> None:
        """Left out, the state is ocppgw-state in the working directory, not beside the file."""
        self.assertEqual(read("[gateway]").gateway.state, Path("ocppgw-state"))

    def test_byteOrderMark(self) -> None:
        """A file that a Windows editor saved, with its mark and line ends, reads the same."""
        path = Path(self.mktemp())
        path.write_bytes(b"\xef\xbb\xbf[ocpp]\r\nheartbeatInterval = 7\r\n")
        self.assertEqual(readFile(path).ocpp.heartbeatInterval, 7)

    def test_file(self) -> None:
        """A file is read from the disk; its folder is where relative paths begin."""
        path = Path(self.mktemp())
        path.mkdir()
        (path / "site.toml").write_text('[gateway]\nstate = "s"')
        self.assertEqual(readFile(path / "site.toml").gateway.state, path.absolute() / "s")


class UnreadableTests(SynchronousTestCase):
    """Files that cannot be read at all."""

    def refused(self, path: Path, *parts: str) -> None:
        """One line names the file and says what is wrong."""
        line = str(self.assertRaises(ConfigurationError, readFile, path))
        self.assertEqual(len(line.splitlines()), 1)
        self.assertTrue(line.startswith(f"{path}: "), line)
        for part in ("accepted is a TOML file", *parts):
            self.assertIn(part, line)

    def test_missing(self) -> None:
        """A file that is not there is named, with the system's reason."""
        self.refused(Path(self.mktemp()), "--config", os.strerror(2))

    def test_folder(self) -> None:
        """A folder is not a file."""
        self.refused(Path(), "--config", os.strerror(21))

    def test_impossibleName(self) -> None:
        """A name that no file can have is refused like any other."""
        error = self.assertRaises(ConfigurationError, readFile, Path("a\0b\nc"))
        self.assertEqual(len(str(error).splitlines()), 1)

    def test_notUtf8(self) -> None:
        """A file in another encoding is refused with the line of its first foreign byte."""
        path = Path(self.mktemp())
        path.write_bytes(b'[gateway]\nname = "caf\xe9"\n')
        self.refused(path, "line 2", "UTF-8")


class SyntaxTests(ErrorTestCase):
    """Files that are not TOML."""

    def test_line(self) -> None:
        """A syntax error is told with its line."""
        self.assertRefused("[ocpp]\n\nheartbeatInterval = \n", "line 3", "not TOML", "column")

    def test_endOfFile(self) -> None:
        """One that shows at the end is told with the last line."""
        self.assertRefused('[gateway]\nname = """', "line 2", "not TOML")

    def test_twice(self) -> None:
        """A key that stands twice in a table is an error."""
        self.assertRefused("[ocpp]\nstrict = true\nstrict = true", "line 3")

    def test_tooDeep(self) -> None:
        """A file that is nested absurdly deep is refused, not a crash."""
        self.assertRefused("a = " + "[" * 100_000, "line 1")

    def test_hugeNumber(self) -> None:
        """A number of absurd length is refused, not a crash."""
        self.assertRefused("[ocpp]\nheartbeatInterval = " + "9" * 10_000, "line 2")
        self.assertRefused(
            "[ocpp]\nheartbeatInterval = 0x" + "f" * 10_000, "ocpp.heartbeatInterval", "huge"
        )


class KeyTests(ErrorTestCase):
    """Keys that do not exist, or not like this."""

    def test_unknownSection(self) -> None:
        """A section that does not exist is refused, with the ones that do."""
        self.assertRefused("[sms]\nlisten = 1", "sms", "gateway, ocpp, opcua")

    def test_unknownKey(self) -> None:
        """A mistyped key is refused with the one that was meant."""
        self.assertRefused(
            "[ocpp]\nheartbeatIntervall = 3",
            "ocpp.heartbeatIntervall",
            "did you mean heartbeatInterval?",
            "callTimeout",
        )

    def test_otherCase(self) -> None:
        """A key in other letters is not taken silently; the right spelling is named."""
        self.assertRefused("[OCPP]", "OCPP", "did you mean ocpp?")

    def test_nothingNear(self) -> None:
        """Where nothing is near, nothing is suggested."""
        line = self.assertRefused("[ocpp]\nxyzzy = 1", "ocpp.xyzzy")
        self.assertNotIn("did you mean", line)

    def test_unknownInTables(self) -> None:
        """A mistake in the second of many tables is told with its number."""
        self.assertRefused(
            '[[chargePoints]]\nidentity = "A"\n[[chargePoints]]\nidentity = "B"\nconnector = 2',
            "chargePoints[2].connector",
            "did you mean connectors?",
        )

    def test_strangeKey(self) -> None:
        """A key with line ends and terminal sequences is shown harmless."""
        line = self.assertRefused('[ocpp]\n"a\\nb\\u001b[31m" = 1', 'ocpp."a\\nb\\u001b[31m"')
        self.assertTrue(line.isprintable())

    def test_valueForSection(self) -> None:
        """A value where a section belongs is refused, and the section shown."""
        self.assertRefused("ocpp = 5", "ocpp", "5 is not accepted", "[ocpp]")

    def test_manyForOne(self) -> None:
        """A section in double brackets, which can stand once only, is refused."""
        self.assertRefused("[[ocpp]]\nstrict = true", "ocpp", "[ocpp]")

    def test_oneForMany(self) -> None:
        """Single brackets where double ones belong are refused, and the right ones shown."""
        self.assertRefused('[chargePoints]\nidentity = "A"', "chargePoints", "[[chargePoints]]")

    def test_missing(self) -> None:
        """Tables without what makes them useful are refused, with what to add."""
        self.assertRefused(
            "[[chargePoints]]\nconnectors = 2", "chargePoints[1].identity", "missing"
        )
        self.assertRefused('[[users]]\nname = "a"', "users[1].password", "missing", "scrypt")
        self.assertRefused("[[idTags]]", "idTags[1].idTag", "missing")


class ValueTests(ErrorTestCase):
    """Values that are not accepted."""

    def test_type(self) -> None:
        """A value of another type is shown as it stands in the file."""
        self.assertRefused(
            '[ocpp]\nheartbeatInterval = "300"',
            "ocpp.heartbeatInterval",
            '"300" is not accepted',
            "a whole number from 1 to 86400 (seconds)",
        )

    def test_range(self) -> None:
        """A number out of range is told with the range and its unit."""
        self.assertRefused(
            "[ocpp]\nmaxMessageSize = 1", "ocpp.maxMessageSize", "4096 to 16777216 (bytes)"
        )

    def test_word(self) -> None:
        """Another word is told with the ones that are accepted."""
        self.assertRefused(
            '[ocpp]\nonboarding = "yes"', "ocpp.onboarding", '"accept", "pending" or "reject"'
        )

    def test_role(self) -> None:
        """A user's role is none of the anonymous ones."""
        self.assertRefused(
            f'[[users]]\nname = "a"\npassword = "{HASH}"\nrole = "none"',
            "users[1].role",
            '"observer", "operator" or "engineer"',
        )

    def test_password(self) -> None:
        """A password in the place of its hash is refused and never shown."""
        line = self.assertRefused('[[users]]\nname = "a"\npassword = "sesame"', "users[1].password")
        self.assertNotIn("sesame", line)

    def test_inList(self) -> None:
        """A wrong item of a list is told with its place."""
        self.assertRefused(
            '[ocpp]\nlisten = ["tcp:1", "8887"]', "ocpp.listen[2]", '"8887"', "tcp:8887"
        )

    def test_inFreeTable(self) -> None:
        """A wrong value under a key that is not ours is told with that key."""
        self.assertRefused(
            "[configuration]\nHeartbeatInterval = 1.5", "configuration.HeartbeatInterval", "1.5"
        )
        self.assertRefused(
            '[[chargePoints]]\nidentity = "A"\nscale = { "Energy.Active" = 0 }',
            'chargePoints[1].scale."Energy.Active"',
            "other than 0",
        )

    def test_long(self) -> None:
        """A long value does not make a long line."""
        line = self.assertRefused(f'[opcua]\nurl = "{"x" * 5000}"', "opcua.url")
        self.assertLess(len(line), 400)

    def test_overridesHaveTheGlobalRange(self) -> None:
        """A charge point's own value is held to the same range as the global one."""
        self.assertRefused(
            '[[chargePoints]]\nidentity = "A"\npingInterval = -1',
            "chargePoints[1].pingInterval",
            "(seconds)",
        )

    @given(
        st.sampled_from(
            [
                f"{part.name}.{key.name}"
                for part in partsOf(Configuration)
                if isinstance(part, Section) and not part.repeated
                for key in part.keys
                if not isinstance(key.default, Mapping)
            ]
        )
    )
    def test_everyKeyRefusesAnEmptyTable(self, name: str) -> None:
        """Every key of every section refuses nonsense in the same form."""
        section, _, key = name.partition(".")
        self.assertRefused(f"[{section}]\n{key} = {{}}", name, "a table is not accepted")


class TwinTests(ErrorTestCase):
    """What must stand once stands once."""

    def test_identity(self) -> None:
        """Two charge points with one identity are refused; the first one is named."""
        self.assertRefused(
            '[[chargePoints]]\nidentity = "A"\n[[chargePoints]]\nidentity = "A"',
            "chargePoints[2].identity",
            "chargePoints[1]",
        )

    def test_node(self) -> None:
        """Two charge points would share a node name, one by its identity: refused."""
        self.assertRefused(
            '[[chargePoints]]\nidentity = "A"\n[[chargePoints]]\nidentity = "B"\nnode = "A"',
            "chargePoints[2].node",
            '"A" is not accepted',
        )

    def test_idTag(self) -> None:
        """idTags that differ by case alone are the same."""
        self.assertRefused(
            '[[idTags]]\nidTag = "ab12"\n[[idTags]]\nidTag = "AB12"', "idTags[2].idTag", "idTags[1]"
        )

    def test_user(self) -> None:
        """Two users with one name are refused."""
        table = f'[[users]]\nname = "a"\npassword = "{HASH}"\n'
        self.assertRefused(table + table, "users[2].name", "users[1]")

    def test_caseOfIdentities(self) -> None:
        """Identities that differ by case are two charge points."""
        made = read('[[chargePoints]]\nidentity = "a"\n[[chargePoints]]\nidentity = "A"')
        self.assertEqual(len(made.chargePoints), 2)


class AnythingTests(SynchronousTestCase):
    """Whatever stands in a file, reading it ends in a configuration or in one line."""

    @given(
        st.text()
        | st.builds(
            "[{}]\n{} = {}".format,
            st.sampled_from(["ocpp", "opcua", "gateway", "[chargePoints]", "configuration"]),
            st.sampled_from(["listen", "url", "state", "identity", "scale", "timeZone", "x"]),
            st.sampled_from(["nan", "-inf", "1e400", "[[1]]", "{}", "1979-05-27", "'''\n\t'''"])
            | st.integers().map(str),
        )
    )
    def test_anything(self, text: str) -> None:
        """There is no third way out, and no second line."""
        try:
            made = readText(text, FILE, Path())
        except ConfigurationError as error:
            self.assertTrue(str(error).isprintable())
            self.assertTrue(str(error).startswith(f"{FILE}: "))
        else:
            self.assertIsInstance(made, Configuration)
