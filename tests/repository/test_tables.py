"""
The tables of the documentation show everything that the code declares, and nothing else.
"""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from docs.tables import addressspace, configuration, ocpp, statuscodes
from docs.tables.register import TABLES
from docs.tables.writing import literal, plain, section, table
from ocppgw.config.configuration import Configuration
from ocppgw.config.declaring import Section, partsOf
from ocppgw.model.outcomes import Refusal
from ocppgw.model.point import Quality
from ocppgw.uaserver.layout.configurationpoints import declared as declaredPoint
from ocppgw.uaserver.layout.connectortype import CONNECTOR_TYPE
from ocppgw.uaserver.layout.declarations import May, TypeDeclaration
from ocppgw.uaserver.layout.outcomes import CHANGES, NEGATIVE, REFUSALS
from ocppgw.uaserver.layout.transactions import TRANSACTION_TYPE
from ocppgw.uaserver.layout.types import TYPES
from ocppgw.uaserver.layout.values import STATUS
from ocppgw.v16.actions import ACTIONS
from ocppgw.v16.configurationkeys import CONFIGURATION_KEYS
from ocppgw.v16.metering import MEASURANDS
from ocppgw.v16.states import ERROR_CODES, OLDER_STATUSES, REASONS, STATUSES
from ocppgw.web.texts import meaning


class Rows(SynchronousTestCase):
    """Nothing declared is missing from its table."""

    def assertShown(self, names: Any, text: str) -> None:
        """Each name stands in the text as a literal."""
        missing = [name for name in names if literal(name) not in text]
        self.assertEqual([], missing)

    def test_refusals(self) -> None:
        """Each way in which a command can fail is explained, with its StatusCode."""
        self.assertEqual(set(Refusal), set(statuscodes.REFUSED))
        self.assertShown([code.name for code in REFUSALS.values()], statuscodes.refusals())

    def test_qualities(self) -> None:
        """Each quality of a value is explained, with its StatusCode."""
        self.assertEqual(set(Quality), set(statuscodes.QUALITIES))
        self.assertShown([code.name for code in STATUS.values()], statuscodes.qualities())

    def test_changes(self) -> None:
        """Each word that answers a change of configuration has its row."""
        self.assertEqual(set(CHANGES), set(statuscodes.CHANGED))
        self.assertShown(CHANGES, statuscodes.changes())

    def test_commandWords(self) -> None:
        """A Write that is a command is Good for the agreeing words and bad for the others."""
        shown = statuscodes.commandWords()
        self.assertShown([*statuscodes.POSITIVE, *NEGATIVE], shown)
        self.assertEqual(len(statuscodes.POSITIVE), shown.count("``Good``"))

    def test_types(self) -> None:
        """Each variable, method and object of each type is in the address space."""
        shown = addressspace.types()
        for declaration in TYPES:
            self.assertIn(section(declaration.name, "-"), shown)
            self.assertShown(addressspace.declaredNames(declaration.children), shown)

    def test_configuration(self) -> None:
        """Each key of each table of the file is in the reference."""
        shown = configuration.reference()
        for part in partsOf(Configuration):
            self.assertIn(f"\n{configuration.title(part)}\n", f"\n{shown}")
            keys = part.keys if isinstance(part, Section) else ()
            for key in keys:
                self.assertIn(f".. confval:: {part.name}.{key.name}\n", shown)

    def test_messages(self) -> None:
        """Each message is listed for each side that may send it."""
        inward, outward = ocpp.fromChargePoint(), ocpp.fromGateway()
        for name, action in ACTIONS.items():
            self.assertEqual(action.fromChargePoint, literal(name) in inward, name)
            self.assertEqual(action.fromCentralSystem, literal(name) in outward, name)

    def test_words(self) -> None:
        """Each word of OCPP that clients see is there, the old one too."""
        self.assertShown([*STATUSES.words, *OLDER_STATUSES], ocpp.statuses())
        self.assertShown(ERROR_CODES.words, ocpp.errorCodes())
        self.assertShown(REASONS.words, ocpp.stopReasons())
        self.assertShown(CONFIGURATION_KEYS, ocpp.configurationKeys())
        self.assertShown(MEASURANDS.words, addressspace.measurands())


class Content(SynchronousTestCase):
    """What single rows say."""

    def test_roles(self) -> None:
        """The role named is the lowest that may do it."""
        expected = {
            May.look: "observer",
            May.seePersons: "operator",
            May.command: "operator",
            May.configure: "engineer",
            May.administer: "engineer",
        }
        self.assertEqual(expected, {may: addressspace.leastRole(may).name for may in May})

    def test_offline(self) -> None:
        """What a lost link does to a value stands beside it."""
        shown = addressspace.types()
        for name, kind, offline in (
            ("Connected", "Boolean", "Good"),
            ("Status", "String", "Bad"),
            ("SessionEnergy", "Double, Wh", "Uncertain"),
        ):
            row = f"   * - {literal(name)}\n     - {kind}\n     - {offline}\n"
            self.assertIn(row, shown)

    def test_numbers(self) -> None:
        """A status has the number that clients see, and the old word is told apart."""
        shown = ocpp.statuses()
        self.assertIn("   * - ``Charging``\n     - 3\n", shown)
        self.assertIn("   * - ``Occupied``\n     - 2 or 3\n", shown)

    def test_overridden(self) -> None:
        """A key that overrides a general one names it instead of a default."""
        shown = configuration.reference().partition(".. confval:: chargePoints.callTimeout\n")[2]
        self.assertIn(":Default: that of :confval:`ocpp.callTimeout`\n", shown)

    def test_eachIsATable(self) -> None:
        """Each is text with at least one row or key."""
        for name, made in TABLES.items():
            text = made()
            self.assertTrue("   * - " in text or ".. confval:: " in text, name)

    def test_emptyType(self) -> None:
        """A type without parts has no table, rather than an empty one."""
        self.assertEqual(
            "Bare\n----\n\nNothing.\n", addressspace.ofType(TypeDeclaration("Bare", "Nothing.", ()))
        )


class OneSource(SynchronousTestCase):
    """What a word means is said once, and read in the documents, in SCADA and in the console."""

    def test_words(self) -> None:
        """Tables, Descriptions and tooltips have the same sentence for each word."""
        status, error = CONNECTOR_TYPE.byName["Status"], CONNECTOR_TYPE.byName["ErrorCode"]
        for words, shown, declared in (
            ({**STATUSES.texts, **OLDER_STATUSES}, ocpp.statuses(), status),
            (ERROR_CODES.texts, ocpp.errorCodes(), error),
            (REASONS.texts, ocpp.stopReasons(), TRANSACTION_TYPE.byName["StopReason"]),
        ):
            for word, text in words.items():
                self.assertIn(f"     - {plain(text)}\n", shown)
                self.assertIn(f"\n{word}: {text}", declared.description)
                self.assertEqual(text, meaning(word))

    def test_configurationKeys(self) -> None:
        """The Description of a configuration point is what the table says of the key."""
        shown = ocpp.configurationKeys()
        for key, info in CONFIGURATION_KEYS.items():
            self.assertEqual(info.text, declaredPoint(key, key).description)
            self.assertIn(f"     - {plain(info.text)}", shown)

    def test_otherWords(self) -> None:
        """A word that is none of these has no tooltip."""
        for word in ("", "Offline", "ok", None):
            self.assertEqual("", meaning(word))


class Writing(SynchronousTestCase):
    """How text becomes reStructuredText."""

    def test_plain(self) -> None:
        """Marks that reStructuredText would read are escaped, names within words are not."""
        self.assertEqual(
            r"5 \* 3, a\_ and \`b\` but my_name", plain("5 * 3, a_ and `b` but my_name")
        )

    @given(st.text("*`|\\_ ab"))
    def test_plainKeeps(self, text: str) -> None:
        """Escaping adds backslashes and changes nothing else."""
        escaped = plain(text)
        self.assertEqual(text.replace("\\", ""), escaped.replace("\\", ""))

    def test_table(self) -> None:
        """A table has its head, its rows, and empty cells where there is nothing to say."""
        expected = (
            ".. list-table::\n   :header-rows: 1\n   :widths: 1 2\n\n"
            "   * - A\n     - B\n   * - 1\n     -\n"
        )
        self.assertEqual(expected, table((1, 2), ("A", "B"), [("1", literal(""))]))

    def test_section(self) -> None:
        """A section leaves out what is empty."""
        self.assertEqual("Ab\n--\n\nx\n\ny\n", section("Ab", "-", "x", "", "y"))
