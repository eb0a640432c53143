"""
The trust list on disk: who is trusted, who knocked, and what was revoked.

Owns four folders.  They are looked at anew whenever a client comes, so that
moving a file from ``rejected`` to ``trusted`` is all that it takes; what did
not change is not read again.  OPC UA thread, but for `TrustList.prepare`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from twisted.logger import Logger

from ocppgw.uaserver.security.certificates import UNREADABLE, Certificate
from ocppgw.uaserver.security.chains import Trust
from ocppgw.uaserver.security.refusals import SecurityRefused

TRUSTED, ISSUERS, REVOKED, REJECTED = "trusted", "issuers", "crl", "rejected"
#: Files that are kept of clients who were turned away; the oldest give way.
MOST_REJECTED = 100
#: Files that are looked at in one folder, and bytes in one of them.
_MOST_FILES = 1000
LARGEST = 4_194_304
_NAME_LENGTH = 60

T = TypeVar("T")
#: Path, time of the last change in nanoseconds, and size of a file.
Seen = tuple[str, int, int]

log = Logger()


class TrustList:
    """
    The folders ``trusted``, ``issuers``, ``crl`` and ``rejected``.

    :param folder: where they are.
    :param needsRevocations: see `Trust`.
    """

    def __init__(self, folder: Path, needsRevocations: bool = False) -> None:
        self._folder = folder
        self._needsRevocations = needsRevocations
        self._seen: tuple[list[Seen], ...] | None = None
        self._trust = Trust(needsRevocations=needsRevocations)

    def prepare(self) -> None:
        """Make the folders.  Blocks for the disk; fails with ``OSError``."""
        for name in (TRUSTED, ISSUERS, REVOKED, REJECTED):
            (self._folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)

    def trust(self) -> Trust:
        """What is trusted now."""
        folders = [self._folder / name for name in (TRUSTED, ISSUERS, REVOKED)]
        seen = tuple(look(folder) for folder in folders)
        if seen != self._seen:
            self._seen = seen
            trusted, issuers, revoked = seen
            self._trust = Trust(
                frozenset(_read(trusted, certificatesOf)),
                frozenset(_read(issuers, certificatesOf)),
                tuple(_read(revoked, _revocationsOf)),
                self._needsRevocations,
            )
        return self._trust

    def reject(self, certificate: Certificate) -> None:
        """Keep an unknown certificate, for somebody to look at and to trust."""
        folder = self._folder / REJECTED
        path = folder / f"{_fileName(certificate)} [{certificate.thumbprint.hex()}].der"
        try:
            if not path.exists():
                makeRoom(folder)
                path.write_bytes(certificate.der)
        except OSError as error:
            log.warn("{path} could not be written: {error}", path=str(path), error=str(error))


def certificatesOf(data: bytes) -> list[Certificate]:
    """The certificates of a file, DER or PEM.  Fails with ``ValueError`` or `SecurityRefused`."""
    if b"-----BEGIN" not in data:
        first = Certificate.received(data)
        return [first, *first.companions]
    found = x509.load_pem_x509_certificates(data)
    return [Certificate(each.public_bytes(Encoding.DER)) for each in found]


def _revocationsOf(data: bytes) -> list[x509.CertificateRevocationList]:
    if b"-----BEGIN" in data:
        return [x509.load_pem_x509_crl(data)]
    return [x509.load_der_x509_crl(data)]


def look(folder: Path) -> list[Seen]:
    """What is in a folder; a folder that cannot be read is an empty one."""
    try:
        with os.scandir(folder) as entries:
            found = [seen for entry in entries if (seen := _seen(entry)) is not None]
    except OSError as error:
        log.warn("{folder} could not be read: {error}", folder=str(folder), error=str(error))
        return []
    return sorted(found)[:_MOST_FILES]


def _seen(entry: os.DirEntry[str]) -> Seen | None:
    """``None`` for what is no file, or is gone by now."""
    try:
        if not entry.is_file() or entry.name.startswith("."):
            return None
        status = entry.stat()
    except OSError:
        return None
    return entry.path, status.st_mtime_ns, status.st_size


def _read(files: Iterable[Seen], parse: Callable[[bytes], list[T]]) -> list[T]:
    """What can be made of the files; one that makes no sense is told of, once."""
    found: list[T] = []
    for path, _, size in files:
        try:
            if size > LARGEST:
                raise ValueError("too large")
            found += parse(Path(path).read_bytes())
        except (OSError, SecurityRefused, *UNREADABLE) as error:
            log.warn("{path} is passed over: {error}", path=path, error=str(error))
    return found


def makeRoom(folder: Path) -> None:
    """Let the oldest files give way to one more."""
    files = sorted(look(folder), key=lambda seen: seen[1])
    for path, _, _ in files[: max(0, len(files) - MOST_REJECTED + 1)]:
        Path(path).unlink(missing_ok=True)


def _fileName(certificate: Certificate) -> str:
    """The common name as far as any file system takes it."""
    name = certificate.commonName or "unnamed"
    return "".join(c if c.isalnum() or c in " -_@" else "_" for c in name)[:_NAME_LENGTH]
