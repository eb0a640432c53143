"""Tests of the log as a whole."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from twisted.internet.task import Clock
from twisted.logger import LogLevel
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.log import LogSection
from ocppgw.logs.journal import Journal
from ocppgw.logs.output import Output
from tests.logs.support import event


class FullDisk(io.StringIO):
    """A stream that cannot be written for a while."""

    isFull = False

    def write(self, text: str) -> int:
        if self.isFull:
            raise OSError(28, "No space left on device")
        return super().write(text)


class JournalTests(SynchronousTestCase):
    """Levels, formats, files."""

    def setUp(self) -> None:
        self.stream = FullDisk()
        self.clock = Clock()
        self.journal = Journal(self.stream, None, self.clock.seconds)

    def configure(self, **values: Any) -> None:
        self.journal.configure(LogSection(**values))

    def lines(self) -> list[str]:
        text = self.stream.getvalue()
        self.stream.seek(0)
        self.stream.truncate()
        return text.splitlines()

    def test_level(self) -> None:
        """What is below the level is not written."""
        self.configure(level="warn")
        for level in (LogLevel.debug, LogLevel.info, LogLevel.warn, LogLevel.critical):
            self.journal(event("{what}", level, what=level.name))
        self.assertEqual([line.split()[1] for line in self.lines()], ["warn", "critical"])

    def test_levels(self) -> None:
        """A part may have a level of its own, with all that is below it."""
        self.configure(levels={"ocppgw.central": "debug", "ocppgw.central.linking": "error"})
        for namespace in ("ocppgw.central.x", "ocppgw.central.linking.x", "ocppgw.store"):
            self.journal(event("x", LogLevel.debug, log_namespace=namespace))
        [line] = self.lines()
        self.assertIn("ocppgw.central.x", line)

    def test_format(self) -> None:
        """The format can change while it runs."""
        self.configure(format="json")
        self.journal(event("x"))
        self.configure(format="text")
        self.journal(event("y"))
        first, second = self.lines()
        self.assertEqual((first[0], second[0]), ("{", "2"))

    def test_repeats(self) -> None:
        """Repeats are counted, and the count is told when its time is over and at the end."""
        self.configure(repeatInterval=10)
        for _ in range(3):
            self.journal(event("x"))
        self.clock.advance(10)
        self.journal.sweep()
        self.journal(event("y"))
        self.journal(event("y"))
        self.journal.end()
        self.assertEqual(len(self.lines()), 4)

    def test_file(self) -> None:
        """A file is appended to, and opened anew when it was moved away."""
        path = Path(self.mktemp()) / "gateway.log"
        self.configure(file=path, repeatInterval=0)
        self.journal(event("one"))
        path.rename(path.with_suffix(".1"))
        self.journal(event("two"))
        self.configure(file=path, repeatInterval=0)
        self.journal(event("three"))
        self.configure()
        self.assertEqual(path.with_suffix(".1").read_text().count("\n"), 2)
        self.assertIn("three", path.read_text())
        self.assertEqual(self.lines(), [])
        self.assertEqual(path.stat().st_mode & 0o027, 0)

    def test_unusableFile(self) -> None:
        """A file that cannot be opened changes nothing."""
        blocked = Path(self.mktemp())
        blocked.write_text("a file, where a folder is wanted")
        section = LogSection(file=blocked / "log", format="json")
        self.assertRaises(OSError, self.journal.configure, section)
        self.journal(event("x"))
        [line] = self.lines()
        self.assertTrue(line.startswith("2026"))

    def test_fullDisk(self) -> None:
        """A log that cannot be written stops nobody, and says later how much is missing."""
        self.configure(repeatInterval=0)
        self.stream.isFull = True
        self.journal(event("one"))
        self.journal(event("two"))
        self.stream.isFull = False
        self.journal(event("three"))
        first, second = self.lines()
        self.assertEqual(first, "(2 lines before this one could not be written)")
        self.assertTrue(second.endswith("three"))

    def test_interrupted(self) -> None:
        """A signal that interrupts the writing of a line has its own line written, after it."""
        write = self.stream.write

        def interrupted(text: str) -> int:
            self.stream.write = write  # type: ignore[method-assign]
            self.journal(event("the signal"))
            return write(text)

        self.stream.write = interrupted  # type: ignore[method-assign]
        self.journal(event("the line"))
        first, second = self.lines()
        self.assertIn("the line", first)
        self.assertIn("the signal", second)


class OutputTests(SynchronousTestCase):
    """Where lines go."""

    def test_closedStream(self) -> None:
        """A stream that somebody closed stops nobody."""
        stream = io.StringIO()
        stream.close()
        Output(stream).write("x\n")
        self.assertTrue(stream.closed)
