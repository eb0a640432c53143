"""New records share what did not change."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model.records import ConnectorRecord, LastCommand
from ocppgw.model.sharing import changed, kept, withItem, withItems

ITEMS = st.dictionaries(st.integers(0, 9), st.integers())


class ChangedTests(SynchronousTestCase):
    """One field changes, the others are the same objects."""

    def test_changed(self) -> None:
        """The named fields change, the others are kept, the old record stays as it was."""
        old = ConnectorRecord(1, commandIdTag="A")
        new = changed(old, commandIdTag="B", finished=3)
        self.assertEqual(new, ConnectorRecord(1, commandIdTag="B", finished=3))
        self.assertEqual(old, ConnectorRecord(1, commandIdTag="A"))
        self.assertIs(new.live, old.live)

    def test_nothing(self) -> None:
        """Nothing new gives back the same object."""
        old = ConnectorRecord(1)
        self.assertIs(changed(old), old)
        self.assertIs(changed(old, live=old.live, status=None), old)

    def test_unknownField(self) -> None:
        """A field that does not exist is a mistake that shows at once."""
        with self.assertRaises(AttributeError):
            changed(LastCommand(), nmae="x")

    def test_kept(self) -> None:
        """What is equal is the old object."""
        old, equal = LastCommand(name="a" * 99), LastCommand(name="a" * 99)
        self.assertIs(kept(old, equal), old)
        other = LastCommand()
        self.assertIs(kept(old, other), other)


class MappingTests(SynchronousTestCase):
    """Mappings are replaced, never changed."""

    @given(ITEMS, ITEMS)
    def test_withItems(self, old: dict[int, int], new: dict[int, int]) -> None:
        """Many items or one by one, the result is that of a dictionary's update."""
        single = withItems({}, old)
        for key, value in new.items():
            single = withItem(single, key, value)
        self.assertEqual(dict(withItems(withItems({}, old), new)), {**old, **new})
        self.assertEqual(dict(single), {**old, **new})

    def test_same(self) -> None:
        """The very value that is there already gives back the same mapping."""
        mapping = withItem({}, "a", "x")
        self.assertIs(withItem(mapping, "a", mapping["a"]), mapping)

    def test_immutable(self) -> None:
        """Nobody can change what was made."""
        with self.assertRaises(TypeError):
            withItem({}, "a", "x")["a"] = "y"  # type: ignore[index]
