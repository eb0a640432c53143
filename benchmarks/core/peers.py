"""
Environments of peers: each has its own, made once from pinned releases and used again.

All that is in them is pinned, with hashes: what a peer depends on has a part in what it costs.
``make lock-peers`` pins those of Python anew, ``npm install --package-lock-only`` those of Node.js.

They are kept in ``benchmarks/.peers``; removing that folder makes them anew.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.core.experiment import Unavailable

PEERS = Path(__file__).parents[1] / ".peers"
BUILDING = Path(__file__).parents[2] / "requirements-build.lock"
"""What builds a peer that is released as source only, as it does in the Makefile."""


def pythonPeer(name: str, requirements: Path) -> Path:
    """The interpreter of a virtual environment with what this file pins, and nothing else."""
    files = (BUILDING, requirements)
    folder = PEERS / f"{name}-{_digest(*(file.read_text() for file in files), sys.version)}"
    python = folder / "bin" / "python"
    if not (folder / "made").exists():
        _run([sys.executable, "-m", "venv", "--clear", str(folder)], folder)
        install = [str(python), "-m", "pip", "--quiet", "install", "--require-hashes"]
        for file in files:
            _run([*install, "--no-build-isolation", "--use-pep517", "-r", str(file)], folder)
        (folder / "made").touch()
    return python


def nodePeer(name: str, manifest: Path) -> Path:
    """
    A folder with the ``node_modules`` of ``manifest``, a ``package.json`` beside its lock.

    Scripts of the packages are not run.
    """
    if not shutil.which("npm"):
        raise Unavailable("npm is missing")
    files = (manifest, manifest.with_name("package-lock.json"))
    folder = PEERS / f"{name}-{_digest(*(file.read_text() for file in files))}"
    if not (folder / "made").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copy(file, folder)
        _run(["npm", "ci", "--silent", "--ignore-scripts", "--prefix", str(folder)], folder)
        (folder / "made").touch()
    return folder


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:12]


def _run(command: Sequence[str], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        raise Unavailable(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}"[-2000:])
