"""
What of the standards is done: the names of ``units`` beside the tests that show them.

A name without a test, and a mark that names nothing here, are errors: no page is built then.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from docs.tables.showing import Test, allTests, showing
from docs.tables.units import (
    CASES,
    GROUPS,
    MESSAGES_NOT_OFFERED,
    NOT_OFFERED,
    SERVICES,
    SERVICES_NOT_OFFERED,
)
from docs.tables.writing import literal, plain, section, table
from ocppgw.v16.actions import ACTIONS

DONE = "done"
REFUSED = "not offered"


class NotShown(Exception):
    """The tests do not show what the tables would have to say."""


def messages() -> tuple[str, ...]:
    """The rows of the table of messages: what is in both directions stands there twice."""
    return (
        *(f"{name} from the charge point" for name, one in ACTIONS.items() if one.fromChargePoint),
        *(f"{name} to the charge point" for name, one in ACTIONS.items() if one.fromCentralSystem),
    )


def known() -> frozenset[str]:
    """Every name that a test may be marked with."""
    units = (unit for group in GROUPS.values() for unit in group)
    return frozenset((*SERVICES, *SERVICES_NOT_OFFERED, *units, *messages()))


def check(shown: Collection[str], tests: Iterable[Test]) -> None:
    """Raise `NotShown` where a mark is unknown, or something that is done has no test."""
    names, refused = known(), {*SERVICES_NOT_OFFERED, *NOT_OFFERED}
    cases = {test.case for test in tests} - {""}
    wrong = [f"{name} is no name of docs/tables/units.py" for name in sorted({*shown} - names)]
    wrong += [f"no test shows {name}" for name in sorted(names - refused - {*shown})]
    wrong += [f"no test is named after case {case}" for case in CASES if case not in cases]
    wrong += [f"case {case} is not in docs/tables/units.py" for case in sorted(cases - {*CASES})]
    if wrong:
        raise NotShown("; ".join(wrong))


def _checked() -> Mapping[str, tuple[str, ...]]:
    shown = showing()
    check(shown, allTests())
    return shown


def _table(head: str, names: Iterable[str], refused: Collection[str]) -> str:
    shown = _checked()
    rows = (
        (
            plain(name),
            REFUSED if name in refused else DONE,
            ", ".join(map(literal, shown.get(name, ()))),
        )
        for name in names
    )
    return table((40, 15, 45), (head, "State", "Shown by"), rows)


def services() -> str:
    """The services of OPC UA."""
    return _table("Service", (*SERVICES, *SERVICES_NOT_OFFERED), SERVICES_NOT_OFFERED)


def conformanceUnits() -> str:
    """The conformance units of OPC UA, a section for each group."""
    return "\n".join(
        section(group, "-", _table("Conformance unit", units, NOT_OFFERED))
        for group, units in GROUPS.items()
    )


def ocppMessages() -> str:
    """The messages of OCPP, each way."""
    names = (*messages(), *(f"{name} to the charge point" for name in MESSAGES_NOT_OFFERED))
    refused = {f"{name} to the charge point" for name in MESSAGES_NOT_OFFERED}
    return _table("Message", names, refused)


def ocppCases() -> str:
    """The test cases of OCPP's compliance tests."""
    _checked()
    rows = sorted((test.case, test.promise, test.name) for test in allTests() if test.case)
    return table(
        (10, 45, 45),
        ("Case", "What happens", "Shown by"),
        ((case.replace("_", "."), plain(promise), literal(name)) for case, promise, name in rows),
    )
