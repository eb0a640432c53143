"""
Backups as files: a tar with a list of what is in it and what each should be.

Only the form.  An archive holds keys and personal data: it is made readable for its owner only.
Nothing is unpacked before every file was compared with the list.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import attrs

from ocppgw.admin.newfiles import newFile
from ocppgw.admin.terminal import Refused

MANIFEST = "manifest.json"
FORMAT = 1
_MOST_MANIFEST = 16 * 1024 * 1024


@attrs.frozen
class Archive:
    """
    What the list says.

    :ivar facts: version, schema, time and whatever else was worth telling.
    :ivar files: the SHA-256 of each file by its name.
    """

    facts: Mapping[str, Any]
    files: Mapping[str, str]


def write(target: Path, files: Mapping[str, Path], facts: Mapping[str, Any]) -> None:
    """Make an archive of files, by the names that they get in it; it must not be there yet."""
    made = newFile(target)
    try:
        with made as raw:
            _fill(raw, files, facts)
            raw.flush()
            os.fsync(raw.fileno())
    except BaseException:
        target.unlink()
        raise


def _fill(raw: Any, files: Mapping[str, Path], facts: Mapping[str, Any]) -> None:
    sums = {name: _sumOf(path) for name, path in files.items()}
    listed = {"format": FORMAT, **facts, "files": sums}
    text = json.dumps(listed, indent=1).encode()
    with tarfile.open(fileobj=raw, mode="w:gz") as tar:
        head = tarfile.TarInfo(MANIFEST)
        head.size, head.mode = len(text), 0o600
        tar.addfile(head, io.BytesIO(text))
        for name, path in files.items():
            info = tar.gettarinfo(str(path), name)
            info.uname = info.gname = ""
            info.uid = info.gid = 0
            with path.open("rb") as content:
                tar.addfile(info, content)


def unpack(source: Path, folder: Path) -> Archive:
    """
    Unpack into an empty folder and compare every file with the list.

    Raises `Refused` for what is no archive of ours, or is not whole.
    """
    try:
        with tarfile.open(source, "r:gz") as tar:
            for member in tar:
                _unpackOne(tar, member, folder)
    except (tarfile.TarError, OSError, EOFError) as error:
        raise Refused(f"{source} cannot be read: {error}; take another backup") from None
    archive = _listed(source, folder)
    for name, expected in archive.files.items():
        path = folder / name
        if not path.is_file() or _sumOf(path) != expected:
            raise Refused(f"{source} is damaged: {name} is not what it was; take another backup")
    return archive


def _unpackOne(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    name = PurePosixPath(member.name)
    if not member.isfile() or name.is_absolute() or ".." in name.parts:
        raise Refused(f"{member.name!r} has no place in a backup: it was made by somebody else")
    path = folder / name
    for parent in reversed(PurePosixPath(member.name).parents[:-1]):
        (folder / parent).mkdir(mode=0o700, exist_ok=True)
    content = tar.extractfile(member)
    assert content is not None, "a file has content"
    with newFile(path) as target:
        shutil.copyfileobj(content, target)


def _listed(source: Path, folder: Path) -> Archive:
    path = folder / MANIFEST
    try:
        if path.stat().st_size > _MOST_MANIFEST:
            raise ValueError("its list is too long")
        facts = json.loads(path.read_bytes())
        files = {str(name): str(value) for name, value in facts.pop("files").items()}
        if facts["format"] != FORMAT:
            raise ValueError(f"it has format {facts['format']}, and {FORMAT} is known")
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise Refused(f"{source} is no backup of ocppgw: {error}") from None
    found = {str(one.relative_to(folder)) for one in _filesIn(folder)} - {MANIFEST}
    if found != set(files):
        raise Refused(f"{source} is damaged: it does not hold what its list says")
    return Archive(facts, files)


def _filesIn(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def _sumOf(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
