"""
The observer that twistd gives all events to: levels, repeats, lines, output, in this order.

Owns what of it can change while the gateway runs.  Events come from any thread.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TextIO

from twisted.logger import (
    FilteringLogObserver,
    ILogObserver,
    LogEvent,
    LogLevel,
    LogLevelFilterPredicate,
)
from zope.interface import implementer

from ocppgw.config.log import LogSection
from ocppgw.logs.lines import jsonLine, textLine
from ocppgw.logs.output import Output
from ocppgw.logs.repeats import Repeats

SWEEP = 10.0
"""Seconds between two looks for counts that are due."""

FORMATS: Mapping[str, Callable[[LogEvent], str]] = MappingProxyType(
    {"text": textLine, "json": jsonLine}
)


@implementer(ILogObserver)
class Journal:
    """
    The log.

    :param stream: where lines go while no file is named.
    :param file: the file that is written where ``[log] file`` names none.
    :param seconds: a clock that never goes back.
    """

    def __init__(
        self,
        stream: TextIO,
        file: Path | None = None,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._output = Output(stream)
        self._file = file
        self._line = FORMATS["text"]
        self._repeats = Repeats(self._write, seconds, 0.0)
        self._filtering = FilteringLogObserver(self._repeats, (LogLevelFilterPredicate(),))

    def configure(self, section: LogSection) -> None:
        """
        Go by a section from now on; a file is opened anew, whether its name changed or not.

        Fails with ``OSError`` where the file cannot be opened, and then nothing has changed.
        """
        self._output.use(section.path or self._file)
        self._line = FORMATS[section.format]
        levels = LogLevelFilterPredicate(LogLevel.levelWithName(section.level))
        for namespace, level in section.levels.items():
            levels.setLogLevelForNamespace(namespace, LogLevel.levelWithName(level))
        self._repeats.interval = section.repeatInterval
        self._filtering = FilteringLogObserver(self._repeats, (levels,))

    @property
    def isFile(self) -> bool:
        """Whether lines go into a file, where nobody sees them at once."""
        return self._output.isFile

    def __call__(self, event: LogEvent) -> None:
        """One event."""
        self._filtering(event)

    def sweep(self) -> None:
        """Tell what was only counted, where its time is over."""
        self._repeats.sweep()

    def end(self) -> None:
        """Tell all that was only counted."""
        self._repeats.flush()

    def _write(self, event: LogEvent) -> None:
        self._output.write(self._line(event))
