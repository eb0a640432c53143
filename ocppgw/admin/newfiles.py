"""
Files that the console scripts make: never over another one, and for their owner's eyes only.

They hold keys and hashes, or idTags: personal data of the people who charge.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

from ocppgw.admin.terminal import Refused


def newFile(path: Path) -> BinaryIO:
    """An empty file to write to.  Raises `Refused` where there is one already."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Refused(f"{path} is there already: name another file") from None
    return os.fdopen(descriptor, "wb")
