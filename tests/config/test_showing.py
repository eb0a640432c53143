"""Tests of values as they are written in TOML."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.roles import Role
from ocppgw.config.showing import shown, tomlKey, tomlText

#: TOML text holds no lone surrogates.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63) | st.floats(allow_nan=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


class TomlTextTests(SynchronousTestCase):
    """Values for the reference and for messages."""

    @given(VALUES)
    def test_roundTrip(self, value: object) -> None:
        """What is written is TOML and reads back as the same value."""
        self.assertEqual(tomllib.loads(f"x = {tomlText(value)}"), {"x": value})

    @given(TEXT)
    def test_keys(self, key: str) -> None:
        """Every key is written so that TOML reads it back."""
        self.assertEqual(tomllib.loads(f"{tomlKey(key)} = 1"), {key: 1})

    def test_frozenValues(self) -> None:
        """Roles, paths, zones and tuples are written as the file has them."""
        self.assertEqual(tomlText(Role.engineer), '"engineer"')
        self.assertEqual(tomlText(Path("a/b")), '"a/b"')
        self.assertEqual(tomlText(UTC), '"UTC"')
        self.assertEqual(tomlText(("a", 1)), '["a", 1]')
        self.assertEqual(
            tomllib.loads(f"x = {tomlText(datetime(2030, 1, 1, tzinfo=UTC))}")["x"].year, 2030
        )


class ShownTests(SynchronousTestCase):
    """Values in messages."""

    @given(VALUES)
    def test_short(self, value: object) -> None:
        """A message never gets long by the value that it shows."""
        self.assertLess(len(shown(value)), 70)
