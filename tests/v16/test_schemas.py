"""
The structs against the published JSON schemas, as the PyPI package ``ocpp`` ships them.

Where the schemas say less, or something else, than the specification's text, the difference has
a name here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import hypothesis_jsonschema
import jsonschema  # type: ignore[import-untyped]
import ocpp
from hypothesis import HealthCheck, given, settings, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.v16.actions import ACTIONS
from ocppgw.v16.decoding import decode, encode
from ocppgw.v16.messages import Message
from ocppgw.v16.messages.fields import INTEGER_MAX, INTEGER_MIN
from ocppgw.v16.plans import planOf
from ocppgw.v16.scalars import Text, Word
from ocppgw.v16.shapes import List, Object, Shape
from ocppgw.v16.times import writeTime
from tests.v16.declared import messages

FOLDER = Path(ocpp.__file__).parent / "v16" / "schemas"

FILES: dict[str, type[Message]] = {
    **{name: action.request for name, action in ACTIONS.items()},
    **{f"{name}Response": action.confirmation for name, action in ACTIONS.items()},
}
"""Which schema is whose."""

modest = settings(
    max_examples=20, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)

Change = Callable[[str, str, dict[str, Any]], None]
"""Changes one part of a schema: title of the message, name of the field, the part."""


def integersHave64Bits(message: str, name: str, part: dict[str, Any]) -> None:
    """The schemas know no bounds; we take what a database and a SCADA system can hold."""
    if part.get("type") == "integer":
        part.setdefault("minimum", INTEGER_MIN)
        part.setdefault("maximum", INTEGER_MAX)


def connectorsAreCounted(message: str, name: str, part: dict[str, Any]) -> None:
    """The text says which connector numbers make sense; the schemas do not carry it."""
    if name == "connectorId":
        real = ("StartTransaction", "RemoteStartTransaction", "UnlockConnector")
        part["minimum"] = 1 if message in real else 0


def stepsAreNotChecked(message: str, name: str, part: dict[str, Any]) -> None:
    """``multipleOf: 0.1`` cannot be checked on binary fractions: 0.3 fails."""
    part.pop("multipleOf", None)


def meterValuesHoldSomething(message: str, name: str, part: dict[str, Any]) -> None:
    """A MeterValue has at least one sample; the schema of StopTransaction forgets it."""
    if name == "sampledValue":
        part["minItems"] = 1


def hertzIsAUnit(message: str, name: str, part: dict[str, Any]) -> None:
    """Only the schema of MeterValues knows hertz; StopTransaction carries the same samples."""
    if name == "unit" and "Hertz" not in part["enum"]:
        part["enum"].append("Hertz")


def timesAreOfOurEra(message: str, name: str, part: dict[str, Any]) -> None:
    """Generated date-times include the year 0, which no calendar of ours has."""
    if part.get("format") == "date-time":
        part["format"] = "ocpp-time"


ALL = (
    integersHave64Bits,
    connectorsAreCounted,
    stepsAreNotChecked,
    meterValuesHoldSomething,
    hertzIsAUnit,
    timesAreOfOurEra,
)
FORMATS = {
    "ocpp-time": st.builds(
        writeTime,
        st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30)),  # noqa: DTZ001
        st.booleans(),
    )
}


def schema(file: str, changes: tuple[Change, ...]) -> dict[str, Any]:
    """A published schema, with the differences that have a name."""
    published: dict[str, Any] = json.loads((FOLDER / f"{file}.json").read_text("utf-8-sig"))
    definitions = published.pop("definitions", {})
    for name, one in published.get("properties", {}).items():
        reference = one.get("$ref", "").removeprefix("#/definitions/")
        published["properties"][name] = definitions.get(reference, one)
    _walk(file.removesuffix("Response"), "", published, changes)
    return published


def _walk(message: str, name: str, part: dict[str, Any], changes: tuple[Change, ...]) -> None:
    for change in changes:
        change(message, name, part)
    for inner, one in part.get("properties", {}).items():
        _walk(message, inner, one, changes)
    if "items" in part:
        _walk(message, name + "[]", part["items"], changes)


def publishedLimits(part: dict[str, Any], path: str = "") -> dict[str, Any]:
    """Of each field by its path: the longest text, the words, and whether it is required."""
    found: dict[str, Any] = {}
    for name, one in part.get("properties", {}).items():
        inner = f"{path}.{name}"
        words = frozenset(one.get("enum", ()))
        found[inner] = (one.get("maxLength"), words, name in part.get("required", ()))
        found |= publishedLimits(one, inner)
    if "items" in part:
        items = part["items"]
        found[f"{path}[]"] = (items.get("maxLength"), frozenset(items.get("enum", ())), True)
        found |= publishedLimits(items, f"{path}[]")
    return found


def declaredLimits(shape: Shape, path: str = "") -> dict[str, Any]:
    """The same of a struct of ours."""
    if isinstance(shape, List):
        return {f"{path}[]": (*_scalar(shape.item), True)} | declaredLimits(shape.item, f"{path}[]")
    if not isinstance(shape, Object):
        return {}
    found: dict[str, Any] = {}
    for name, field in shape.fields.items():
        found[f"{path}.{name}"] = (*_scalar(field.shape), field.required)
        found |= declaredLimits(field.shape, f"{path}.{name}")
    return found


def _scalar(shape: Shape) -> tuple[int | None, frozenset[str]]:
    longest = shape.longest if isinstance(shape, Text) else None
    words = shape.byLowerCase.values() if isinstance(shape, Word) else ()
    return longest, frozenset(words)


class PublishedSchemas(SynchronousTestCase):
    """What the rest of the world takes for OCPP 1.6 and what we do are the same."""

    def accepts(self, file: str, struct: type[Message]) -> None:
        """Whatever the schema allows is a message to the letter."""

        @modest
        @given(hypothesis_jsonschema.from_schema(schema(file, ALL), custom_formats=FORMATS))
        def check(instance: Any) -> None:
            decoded = decode(struct, json.dumps(instance).encode(), strict=True)
            self.assertEqual(json.loads(encode(decoded.message)), instance)

        check()

    def obeys(self, file: str, struct: type[Message]) -> None:
        """Whatever we send is valid."""
        validator = jsonschema.Draft4Validator(schema(file, (stepsAreNotChecked, hertzIsAUnit)))

        @modest
        @given(messages(struct))
        def check(message: Message) -> None:
            validator.validate(json.loads(encode(message)))

        check()

    def test_sameLimits(self) -> None:
        """Names, lengths, words and what is required are the published ones, field by field."""
        for file, struct in FILES.items():
            published = publishedLimits(schema(file, (hertzIsAUnit,)))
            self.assertEqual(declaredLimits(planOf(struct)), published, file)


def _add(kind: str, file: str, struct: type[Message], text: str) -> None:
    def test(self: PublishedSchemas) -> None:
        getattr(self, kind)(file, struct)

    test.__doc__ = text
    setattr(PublishedSchemas, f"test_{kind}_{struct.__name__}", test)


for _file, _struct in FILES.items():
    _add("accepts", _file, _struct, f"Strict reading takes every valid {_struct.__name__}.")
    _add("obeys", _file, _struct, f"Every {_struct.__name__} that we write is valid.")
