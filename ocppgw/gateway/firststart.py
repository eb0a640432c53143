"""
The user of a gateway that has none: ``engineer``, with a password made at the first start.

Blocks for the disk and for a hash: for a thread, never for the reactor's.
"""

from __future__ import annotations

import os
from pathlib import Path

from ocppgw.access.secrets import Hasher, Randomness, Secret, scrypt
from ocppgw.access.users import User, initialEngineer

FILE_NAME = "initial-password"


def firstEngineer(
    state: Path, randomness: Randomness, hasher: Hasher = scrypt
) -> tuple[User, Path]:
    """
    The first start's engineer, and the file with the password.

    The file is written once, for the eyes of the gateway's own user only.  Fails with
    ``OSError``.
    """
    path = state / FILE_NAME
    kept = _read(path)
    engineer = initialEngineer(randomness, kept)
    if kept is None:
        _write(path, engineer.password)
    return engineer.user(hasher), path


def _read(path: Path) -> Secret | None:
    try:
        text = path.read_text("utf-8").strip()
    except FileNotFoundError:
        return None
    return Secret(text) if text else None


def _write(path: Path, password: Secret) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{password.reveal()}\n")
