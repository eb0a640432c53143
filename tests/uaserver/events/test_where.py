"""Where clauses: every operator, three truth values, and what is refused."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings, strategies as st
from opcua import ua
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.roles import Role
from ocppgw.uaserver.events.fields import Seen
from ocppgw.uaserver.events.where import whereClause
from ocppgw.uaserver.events.wildcards import like
from ocppgw.uaserver.nodes import Occurrence, Viewer
from tests.conformance import shows
from tests.uaserver.events.case import contentFilter, element, literal, operand
from tests.uaserver.toy import DEVICE_FAILURE

(EQUALS, IS_NULL, GREATER, LESS, AT_LEAST, AT_MOST, LIKE, NOT, BETWEEN, IN_LIST, AND, OR, CAST,
 IN_VIEW, OF_TYPE, RELATED, BIT_AND, BIT_OR) = range(18)  # fmt: skip
BASE, SYSTEM = ua.NodeId(2041), ua.NodeId(2130)
TYPES = frozenset((BASE, SYSTEM, DEVICE_FAILURE))
K = ua.VariantType

EVENT = Occurrence(
    DEVICE_FAILURE,
    (),
    {
        ((0, "Severity"),): ua.Variant(500, K.UInt16),
        ((0, "SourceName"),): ua.Variant("CP 01", K.String),
        ((0, "Message"),): ua.Variant(ua.LocalizedText("fault"), K.LocalizedText),
        ((0, "Empty"),): ua.Variant(None, K.Null),
    },
)
SEEN = Seen(EVENT, Viewer("emma", Role.engineer), TYPES)
SEVERITY, NAME, MESSAGE, EMPTY = map(operand, ("Severity", "SourceName", "Message", "Empty"))


def isEventType(typeId: Any) -> bool:
    return typeId in TYPES


def passes(*elements: tuple[int, tuple[Any, ...]]) -> bool:
    """Does the event pass these elements?"""
    where, results = whereClause(contentFilter(*elements), isEventType, 64)
    assert where is not None, [each.StatusCode.name for each in results]
    return where.passes(SEEN)


def refusals(*elements: tuple[int, tuple[Any, ...]], most: int = 64) -> list[str]:
    """What is wrong with each element."""
    where, results = whereClause(contentFilter(*elements), isEventType, most)
    assert where is None
    return [str(each.StatusCode.name) for each in results]


class OperatorTests(SynchronousTestCase):
    @shows("Monitor Complex Event Filter")
    def test_each(self) -> None:
        """Each operator lets pass what it should, and nothing else."""
        for kind, operands, expected in (
            (EQUALS, (SEVERITY, literal(500)), True),
            (EQUALS, (SEVERITY, literal(500.0)), True),
            (EQUALS, (SEVERITY, literal("500")), True),
            (EQUALS, (SEVERITY, literal("many")), False),
            (EQUALS, (MESSAGE, literal("fault")), True),
            (EQUALS, (NAME, literal(b"CP 01")), False),
            (IS_NULL, (EMPTY,), True),
            (IS_NULL, (operand("Nothing"),), True),
            (IS_NULL, (NAME,), False),
            (GREATER, (SEVERITY, literal(499)), True),
            (GREATER, (SEVERITY, literal(500)), False),
            (LESS, (SEVERITY, literal(501)), True),
            (AT_LEAST, (SEVERITY, literal(500)), True),
            (AT_MOST, (SEVERITY, literal(499)), False),
            (LIKE, (NAME, literal("CP%")), True),
            (LIKE, (NAME, literal("cp%")), False),
            (LIKE, (SEVERITY, literal("5%")), False),
            (BETWEEN, (SEVERITY, literal(500), literal(600)), True),
            (BETWEEN, (SEVERITY, literal(501), literal(600)), False),
            (IN_LIST, (SEVERITY, literal(1), literal(500)), True),
            (IN_LIST, (SEVERITY, literal(1), literal(2)), False),
            (OF_TYPE, (literal(ua.Variant(BASE, K.NodeId)),), True),
            (OF_TYPE, (literal(ua.Variant(SYSTEM, K.NodeId)),), True),
        ):
            self.assertIs(passes((kind, operands)), expected, (kind, operands))

    def test_bits(self) -> None:
        """BitwiseAnd and BitwiseOr give numbers for others to compare."""
        for kind, number in ((BIT_AND, 500 & 6), (BIT_OR, 500 | 3)):
            mask = literal(6 if kind == BIT_AND else 3)
            self.assertTrue(
                passes((EQUALS, (element(1), literal(number))), (kind, (SEVERITY, mask)))
            )

    def test_logic(self) -> None:
        """And, Or and Not know three truth values: what is unknown does not pass."""
        yes, no = (EQUALS, (SEVERITY, literal(500))), (EQUALS, (SEVERITY, literal(1)))
        unknown = (EQUALS, (EMPTY, literal(1)))
        both = (element(1), element(2))
        for kind, one, other, expected in (
            (AND, yes, yes, True), (AND, yes, no, False), (AND, yes, unknown, False),
            (OR, no, yes, True), (OR, unknown, yes, True), (OR, no, no, False),
            (OR, unknown, no, False),
        ):  # fmt: skip
            self.assertIs(passes((kind, both), one, other), expected)
        self.assertTrue(passes((NOT, (element(1),)), no))
        self.assertFalse(passes((NOT, (element(1),)), yes))
        self.assertFalse(passes((NOT, (element(1),)), unknown))

    def test_nothingAsked(self) -> None:
        """Without a clause everything passes."""
        self.assertTrue(passes())

    def test_sharedElements(self) -> None:
        """A clause that refers to its elements again and again is computed in no time."""
        chain = [(OR, (element(n + 1), element(n + 1))) for n in range(60)]
        self.assertFalse(passes(*chain, (EQUALS, (SEVERITY, literal(1)))))


class RefusedTests(SynchronousTestCase):
    def test_each(self) -> None:
        """Each element that makes no sense says why."""
        for kind, operands, expected in (
            (EQUALS, (SEVERITY,), "BadFilterOperandCountMismatch"),
            (IN_LIST, (SEVERITY,), "BadFilterOperandCountMismatch"),
            (IN_LIST, (SEVERITY,) * 65, "BadFilterOperandCountMismatch"),
            (NOT, (element(0),), "BadFilterOperandInvalid"),
            (NOT, (element(7),), "BadFilterOperandInvalid"),
            (NOT, (None,), "BadFilterOperandInvalid"),
            (NOT, (ua.AttributeOperand(),), "BadFilterOperandInvalid"),
            (CAST, (SEVERITY, literal(1)), "BadFilterOperatorUnsupported"),
            (IN_VIEW, (literal(1),), "BadFilterOperatorUnsupported"),
            (RELATED, (), "BadFilterOperatorUnsupported"),
            (OF_TYPE, (), "BadFilterOperandCountMismatch"),
            (OF_TYPE, (literal("x"),), "BadFilterOperandInvalid"),
            (OF_TYPE, (literal(ua.Variant(ua.NodeId(58), K.NodeId)),), "BadFilterOperandInvalid"),
        ):
            self.assertEqual(refusals((kind, operands)), [expected])

    def test_unknownOperator(self) -> None:
        """A number that is no operator is refused."""
        asked = contentFilter((EQUALS, (SEVERITY, literal(1))))
        asked.Elements[0].FilterOperator = 99
        where, [result] = whereClause(asked, isEventType, 64)
        self.assertIsNone(where)
        self.assertEqual(result.StatusCode.name, "BadFilterOperatorInvalid")

    def test_tooMany(self) -> None:
        """The first element beyond the limit says so; no more are looked at."""
        one = (IS_NULL, (EMPTY,))
        self.assertEqual(refusals(one, one, one, one, most=2)[2:], ["BadTooManyOperations"])


class LikeTests(SynchronousTestCase):
    def test_each(self) -> None:
        """The wildcards of the specification."""
        for pattern, fits, doesNot in (
            ("main%", ("main", "mainland"), ("a main", "mai")),
            ("%en%", ("entail", "den", "en"), ("e n",)),
            ("abc[13-68]", ("abc1", "abc5", "abc8"), ("abc2", "abc", "abc11")),
            ("abc[^13-5]", ("abc0", "abc2"), ("abc1", "abc4")),
            ("_ould", ("would", "could"), ("ould", "should")),
            (r"100\%", ("100%",), ("100", "1000")),
            ("[", ("[",), ("", "]")),
            ("", ("",), ("x",)),
            ("a%b%c", ("abc", "axbxc", "abcbc"), ("acb",)),
        ):
            for text in fits:
                self.assertTrue(like(text, pattern), (text, pattern))
            for text in doesNot:
                self.assertFalse(like(text, pattern), (text, pattern))

    @settings(deadline=None)
    @given(st.text(alphabet="ab[]^-%_\\", max_size=12), st.text(alphabet="ab[]%", max_size=12))
    def test_anything(self, pattern: str, text: str) -> None:
        """Any pattern can be asked about any text; one behind % and before % finds it."""
        like(text, pattern)
        self.assertTrue(like(text, "%" + "".join("\\" + each for each in text) + "%"))
