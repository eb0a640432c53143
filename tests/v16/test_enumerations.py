"""Tests of the vocabularies."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.v16 import answers, metering, states
from ocppgw.v16.enumeration import Enumeration

ALL = [
    vocabulary
    for module in (answers, metering, states)
    for vocabulary in vars(module).values()
    if isinstance(vocabulary, Enumeration)
]


class Vocabularies(SynchronousTestCase):
    """Words, numbers and texts."""

    def test_statusNumbers(self) -> None:
        """StatusNumber is what clients have bound to; a foreign word is 0."""
        words = ["Unknown", "Available", "Preparing", "Charging", "SuspendedEVSE", "SuspendedEV"]
        words += ["Finishing", "Reserved", "Unavailable", "Faulted"]
        self.assertEqual(list(states.STATUS_NAMES), words)
        for number, word in enumerate(words):
            self.assertEqual(states.STATUSES.number(word), number)
        self.assertEqual(states.STATUSES.number("Occupied"), 0)

    def test_errorNumbers(self) -> None:
        """ErrorNumber is what clients have bound to."""
        words = ["NoError", "ConnectorLockFailure", "EVCommunicationError", "GroundFailure"]
        words += ["HighTemperature", "InternalError", "LocalListConflict", "OtherError"]
        words += ["OverCurrentFailure", "OverVoltage", "PowerMeterFailure", "PowerSwitchFailure"]
        words += ["ReaderFailure", "ResetFailure", "UnderVoltage", "WeakSignal"]
        numbered = {word: states.ERROR_CODES.number(word) for word in states.ERROR_CODES.words}
        self.assertEqual(numbered, {word: number for number, word in enumerate(words)})

    def test_texts(self) -> None:
        """Every word of every vocabulary has a text of its own; a foreign word has none."""
        for vocabulary in ALL:
            texts = [word.text for word in vocabulary.words.values()]
            self.assertTrue(all(texts), vocabulary.name)
            self.assertEqual(len(texts), len(set(texts)), vocabulary.name)
            self.assertEqual(vocabulary.text("Foreign"), "")

    def test_meanings(self) -> None:
        """Each word that connectors and transactions show has one meaning, the old one too."""
        parts = (states.STATUSES.texts, states.ERROR_CODES.texts, states.REASONS.texts)
        count = sum(map(len, (*parts, states.OLDER_STATUSES)))
        self.assertEqual(count, len(states.MEANINGS))
        self.assertIn("Preparing", states.MEANINGS["Occupied"])

    def test_find(self) -> None:
        """A word is found in any case, and no two words differ by case alone."""
        for vocabulary in ALL:
            for word in vocabulary.words:
                for written in (word, word.lower(), f" {word.upper()} "):
                    self.assertEqual(vocabulary.find(written), word)
            self.assertIsNone(vocabulary.find("Foreign"))

    def test_S5_occupied(self) -> None:
        """The word of OCPP 1.5 is explained, but no status of 1.6."""
        self.assertIn(states.OCCUPIED, states.OLDER_STATUSES)
        self.assertNotIn(states.OCCUPIED, states.STATUSES.words)
