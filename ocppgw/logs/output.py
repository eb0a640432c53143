"""
Where the lines go: a stream that is there already, or a file that can be opened anew.

Any thread.  A line that cannot be written is counted, never raised: the disk that holds the log
may be the very one that the log complains about.  A signal may interrupt the writing of a line and
have something to say itself: its line follows.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from pathlib import Path
from typing import TextIO


class Output:
    """
    Writes lines.

    :param stream: what is written to while no file is named.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._path: Path | None = None
        self._file: TextIO | None = None
        self._lost = 0
        self._waiting: deque[str] = deque()
        self._isWriting = False
        self._lock = threading.RLock()

    def use(self, path: Path | None) -> None:
        """
        Write to a file from now on, opened anew; ``None`` is the stream.

        Fails with ``OSError``, and then goes on as before.
        """
        made = _opened(path) if path is not None else None
        with self._lock:
            old, self._file, self._path = self._file, made, path
        if old is not None:
            old.close()

    @property
    def isFile(self) -> bool:
        """Whether a file is named."""
        return self._file is not None

    def write(self, line: str) -> None:
        """Write a line, its end included, at once."""
        with self._lock:
            self._waiting.append(line)
            if self._isWriting:
                return
            self._isWriting = True
            try:
                while self._waiting:
                    self._put(self._waiting.popleft())
            finally:
                self._isWriting = False

    def _put(self, line: str) -> None:
        if self._lost:
            line = f"({self._lost} lines before this one could not be written)\n{line}"
        target = self._file or self._stream
        try:
            target.write(line)
            target.flush()
        except (OSError, ValueError):
            self._lost += 1
            self._reopen()
        else:
            self._lost = 0

    def _reopen(self) -> None:
        # What stands in the buffer of a stream that failed would be written again and again.
        if self._file is None or self._path is None:
            return
        try:
            made = _opened(self._path)
        except OSError:
            return
        _abandon(self._file)
        self._file = made


def _opened(path: Path) -> TextIO:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
    return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")


def _abandon(file: TextIO) -> None:
    try:
        file.close()
    except OSError:
        return
