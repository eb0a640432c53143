"""Tests of the trust list on disk."""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.security import trustlist
from ocppgw.uaserver.security.certificates import Certificate
from ocppgw.uaserver.security.trustlist import TrustList
from tests.uaserver.pki import authority, holder, keyOf, revocations


class TrustListTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.trustList = TrustList(self.folder)
        self.trustList.prepare()
        self.certificate = Certificate(holder().der)

    def rejected(self) -> list[Path]:
        """What lies in ``rejected``."""
        return sorted((self.folder / "rejected").iterdir())

    def test_prepare(self) -> None:
        """The folders are made once, for the gateway's own user only."""
        self.trustList.prepare()
        for name in ("trusted", "issuers", "crl", "rejected"):
            self.assertEqual((self.folder / name).stat().st_mode & 0o777, 0o700)

    def test_moving(self) -> None:
        """A rejected certificate is trusted once its file was moved, and no more once removed."""
        self.trustList.reject(self.certificate)
        self.assertEqual(self.trustList.trust().trusted, frozenset())
        [path] = self.rejected()
        moved = path.rename(self.folder / "trusted" / path.name)
        self.assertEqual(self.trustList.trust().trusted, {self.certificate})
        moved.unlink()
        self.assertEqual(self.trustList.trust().trusted, frozenset())

    def test_readOnce(self) -> None:
        """While no file changes, nothing is read again."""
        self.assertIs(self.trustList.trust(), self.trustList.trust())

    def test_forms(self) -> None:
        """DER and PEM are read, PEM with several certificates; and revocation lists of both."""
        root = authority("root")
        pem = b"".join(each.content.public_bytes(Encoding.PEM) for each in (holder(), root))
        (self.folder / "trusted" / "two.pem").write_bytes(pem)
        (self.folder / "issuers" / "root.crt").write_bytes(root.der)
        (self.folder / "crl" / "root.crl").write_bytes(revocations(root, holder()))
        found = self.trustList.trust()
        self.assertEqual(found.trusted, {self.certificate, Certificate(root.der)})
        self.assertEqual(found.issuers, {Certificate(root.der)})
        self.assertEqual(len(found.revocations), 1)

    def test_nonsense(self) -> None:
        """Files that make no sense are passed over, folders and hidden files too."""
        trusted = self.folder / "trusted"
        (trusted / "a.der").write_bytes(b"noise")
        (trusted / "b.pem").write_bytes(b"-----BEGIN NOISE-----")
        (trusted / "c").mkdir()
        (trusted / "d.der").symlink_to("nowhere")
        (trusted / ".e.der").write_bytes(holder("hidden").der)
        (trusted / "f.der").write_bytes(holder().der)
        self.assertEqual(self.trustList.trust().trusted, {self.certificate})

    def test_withoutFolders(self) -> None:
        """Without its folders the list is empty, and rejecting somebody does no harm."""
        lost = TrustList(self.folder / "nowhere")
        self.assertEqual(lost.trust().trusted, frozenset())
        lost.reject(self.certificate)

    def test_once(self) -> None:
        """Who knocks again and again is kept once."""
        for _ in range(3):
            self.trustList.reject(self.certificate)
        self.assertEqual(len(self.rejected()), 1)

    def test_name(self) -> None:
        """The file has the client's name, whatever that is made of, and the thumbprint."""
        odd = Certificate(holder("../a/b\N{SNOWMAN}" + "c" * 50, key=keyOf("odd")).der)
        self.trustList.reject(odd)
        [path] = self.rejected()
        self.assertEqual(path.name, f"___a_b_{'c' * 50} [{odd.thumbprint.hex()}].der")

    def test_bounded(self) -> None:
        """No more than so many rejected certificates are kept; the oldest gives way."""
        self.patch(trustlist, "MOST_REJECTED", 3)
        several = [Certificate(holder(f"c{n}", key=keyOf("odd")).der) for n in range(5)]
        for at, certificate in enumerate(several):
            self.trustList.reject(certificate)
            name = f"c{at} [{certificate.thumbprint.hex()}].der"
            os.utime(self.folder / "rejected" / name, (at, at))
        self.assertEqual([path.name[:2] for path in self.rejected()], ["c2", "c3", "c4"])
