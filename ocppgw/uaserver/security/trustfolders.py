"""
Which certificates lie in ``trusted`` and ``rejected``, and moving one from there to here.

Owns nothing: the trust list looks at its folders whenever a client comes.  Everything blocks for
the disk and fails with ``OSError``; any thread but the reactor's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attrs import frozen

from ocppgw.uaserver.security.certificates import UNREADABLE, Certificate
from ocppgw.uaserver.security.refusals import SecurityRefused
from ocppgw.uaserver.security.trustlist import (
    LARGEST,
    REJECTED,
    TRUSTED,
    certificatesOf,
    look,
    makeRoom,
)


@frozen
class Filed:
    """A certificate and the file in which it is; others may be in it, too."""

    certificate: Certificate
    path: Path

    @property
    def isTrusted(self) -> bool:
        """Whether it lies in ``trusted``."""
        return self.path.parent.name == TRUSTED


def filed(folder: Path) -> list[Filed]:
    """Those of ``rejected``, the newest first, then those of ``trusted``."""
    return [*_filed(folder / REJECTED), *_filed(folder / TRUSTED)]


def move(folder: Path, thumbprint: str, trust: bool) -> Certificate | None:
    """Move the file of a certificate; ``None`` where it is not in the other folder."""
    source, target = folder / (REJECTED if trust else TRUSTED), folder / _name(trust)
    found = [one for one in _filed(source) if one.certificate.thumbprint.hex() == thumbprint]
    if not found:
        return None
    if not trust:
        makeRoom(target)
    path = found[0].path
    path.replace(_free(target / path.name, path))
    return found[0].certificate


def _name(trust: bool) -> str:
    return TRUSTED if trust else REJECTED


def _free(target: Path, source: Path) -> Path:
    """Where a file can go without taking another one's place; onto its like it may."""
    count = 1
    made = target
    while made.exists() and made.read_bytes() != source.read_bytes():
        count += 1
        made = target.with_name(f"{target.stem} {count}{target.suffix}")
    return made


def _filed(folder: Path) -> Iterator[Filed]:
    for path, _, size in sorted(look(folder), key=lambda seen: -seen[1]):
        try:
            if size <= LARGEST:
                for one in certificatesOf(Path(path).read_bytes()):
                    yield Filed(one, Path(path))
        except (OSError, SecurityRefused, *UNREADABLE):
            # The trust list passes it over, too, and has told so.
            continue
