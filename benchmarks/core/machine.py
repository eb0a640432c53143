"""
Where figures come from: the machine, and the releases of what was measured.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import Any

PACKAGES = ("twisted", "autobahn", "opcua", "msgspec", "attrs", "cryptography")


def machine() -> dict[str, Any]:
    """What the table says below itself."""
    return {
        "processors": os.cpu_count(),
        "processor": _model(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "node": _output("node", "--version"),
        "packages": {name: version(name) for name in PACKAGES},
        "revision": revision(),
        "loadBefore": round(os.getloadavg()[0], 2),
    }


def revision() -> str:
    """Of this tree."""
    return _output("git", "-C", str(Path(__file__).parent), "rev-parse", "--short=12", "HEAD")


def _model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(": ")[2].strip()
    return platform.machine()


def _output(*command: str) -> str:
    if not shutil.which(command[0]):
        return ""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
