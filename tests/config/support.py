"""What several tests of the configuration share: texts that are read, errors that are taken."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.configuration import Configuration
from ocppgw.config.errors import ConfigurationError
from ocppgw.config.reading import readText

FILE = "site.toml"


def read(text: str, folder: str = "/site") -> Configuration:
    """Read a configuration as if it stood in ``site.toml`` in a folder."""
    return readText(text, FILE, Path(folder))


class ErrorTestCase(SynchronousTestCase):
    """A test case that knows what an error message must be like."""

    def assertRefused(self, text: str, key: str, *parts: str) -> str:
        """One line refuses ``text``, names file and ``key`` and what is accepted."""
        error = self.assertRaises(ConfigurationError, read, text)
        line = str(error)
        self.assertEqual(len(line.splitlines()), 1, line)
        self.assertTrue(line.startswith(f"{FILE}: {key}: "), line)
        for part in ("accepted", *parts):
            self.assertIn(part, line)
        return line
