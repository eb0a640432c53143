"""
What ``make dist`` has made, looked over: ``python -m tests.install.distributions dist``.

The source has every file that the repository has, locks included, and nothing else; both
distributions say the same of themselves, in a description that package indexes can show.
"""

from __future__ import annotations

import email
import re
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from email.message import Message
from pathlib import Path

from docutils.core import publish_string

ROOT = Path(__file__).resolve().parents[2]
MADE = ("PKG-INFO", "setup.cfg", "ocppgw.egg-info/")
"""What building adds to the source, or writes anew."""

LEFT = re.compile(r"benchmarks/(?!README\.rst$|results/[\w-]+\.json$)")
"""What only those who develop need; the documents are made from the rest."""


def doubts(folder: Path) -> Iterator[str]:
    """Everything that is wrong with the distributions in a folder."""
    sources, wheels = list(folder.glob("*.tar.gz")), list(folder.glob("*.whl"))
    if (len(sources), len(wheels)) != (1, 1):
        yield f"{folder} has {len(sources)} sources and {len(wheels)} wheels"
        return
    source, names = _source(sources[0])
    yield from _manifest(names)
    wheel = _wheel(wheels[0])
    for key in sorted({*source.keys(), *wheel.keys()}):
        if source.get_all(key) != wheel.get_all(key):
            yield f"source and wheel differ in {key}"
    if source.get_payload() != wheel.get_payload():
        yield "source and wheel differ in their description"
    yield from _description(wheel)


def _source(path: Path) -> tuple[Message, set[str]]:
    with tarfile.open(path) as archive:
        files = [member.name for member in archive.getmembers() if member.isfile()]
        names = {name.partition("/")[2] for name in files}
        top = path.name.removesuffix(".tar.gz")
        information = archive.extractfile(f"{top}/PKG-INFO")
        assert information is not None, "a source without PKG-INFO"
        return email.message_from_bytes(information.read()), names


def _wheel(path: Path) -> Message:
    with zipfile.ZipFile(path) as archive:
        [name] = [one for one in archive.namelist() if one.endswith(".dist-info/METADATA")]
        return email.message_from_bytes(archive.read(name))


def _manifest(names: set[str]) -> Iterator[str]:
    if not (ROOT / ".git").exists():
        return
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True, timeout=60
    )
    kept = {name for name in listed.stdout.splitlines() if not LEFT.match(name)}
    yield from (f"the source lacks {name}" for name in sorted(kept - names))
    more = {name for name in names - kept if not name.startswith(MADE)}
    yield from (f"nobody knows {name} in the source" for name in sorted(more))


def _description(wheel: Message) -> Iterator[str]:
    if wheel["Description-Content-Type"] != "text/x-rst":
        yield "the description is not named as reStructuredText"
    settings = {"report_level": 2, "halt_level": 2, "warning_stream": False}
    try:
        publish_string(wheel.get_payload(), writer_name="null", settings_overrides=settings)
    except Exception as error:  # noqa: BLE001 - docutils has many; its text is the news
        yield f"the description cannot be shown: {error}"


if __name__ == "__main__":
    found = list(doubts(Path(sys.argv[1])))
    print("\n".join(found) or "the distributions are whole")
    sys.exit(bool(found))
