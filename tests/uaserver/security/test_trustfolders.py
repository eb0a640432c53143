"""Tests of moving certificates between ``rejected`` and ``trusted``."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.security.certificates import Certificate
from ocppgw.uaserver.security.trustfolders import filed, move
from ocppgw.uaserver.security.trustlist import MOST_REJECTED
from tests.uaserver.pki import authority, holder, turnedAway


class TrustFoldersTests(SynchronousTestCase):
    """One certificate that was turned away."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.trustList, self.certificate = turnedAway(self.folder)
        self.thumbprint = self.certificate.thumbprint.hex()

    def test_trust(self) -> None:
        """Moved, it is trusted at once, and waits no more; moved back, the other way round."""
        self.assertEqual([one.isTrusted for one in filed(self.folder)], [False])
        self.assertEqual(move(self.folder, self.thumbprint, trust=True), self.certificate)
        self.assertEqual(self.trustList.trust().trusted, {self.certificate})
        self.assertEqual([one.isTrusted for one in filed(self.folder)], [True])
        self.assertEqual(move(self.folder, self.thumbprint, trust=False), self.certificate)
        self.assertEqual(self.trustList.trust().trusted, frozenset())
        self.assertEqual([one.isTrusted for one in filed(self.folder)], [False])

    def test_unknown(self) -> None:
        """What is not there, or no thumbprint at all, is not moved."""
        for thumbprint in ("", "00", "../x", self.thumbprint.upper()):
            self.assertIsNone(move(self.folder, thumbprint, trust=True))
        self.assertIsNone(move(self.folder, self.thumbprint, trust=False))

    def test_noOverwriting(self) -> None:
        """A file of the same name with another certificate keeps its place."""
        [waiting] = filed(self.folder)
        other = Certificate(holder("other").der)
        (self.folder / "trusted" / waiting.path.name).write_bytes(other.der)
        move(self.folder, self.thumbprint, trust=True)
        self.assertEqual(self.trustList.trust().trusted, {self.certificate, other})

    def test_copied(self) -> None:
        """One that somebody copied instead of moving it is there once in the end."""
        [waiting] = filed(self.folder)
        (self.folder / "trusted" / waiting.path.name).write_bytes(self.certificate.der)
        move(self.folder, self.thumbprint, trust=True)
        self.assertEqual([one.isTrusted for one in filed(self.folder)], [True])

    def test_together(self) -> None:
        """A file with several certificates is moved as a whole."""
        root = authority("root")
        pem = b"".join(each.content.public_bytes(Encoding.PEM) for each in (holder("b"), root))
        (self.folder / "trusted" / "two.pem").write_bytes(pem)
        self.assertEqual(len(filed(self.folder)), 3)
        move(self.folder, Certificate(root.der).thumbprint.hex(), trust=False)
        self.assertEqual(self.trustList.trust().trusted, frozenset())

    def test_bounded(self) -> None:
        """Rejecting keeps the bound of the folder."""
        move(self.folder, self.thumbprint, trust=True)
        rejected = self.folder / "rejected"
        for number in range(MOST_REJECTED):
            (rejected / f"{number}.der").write_bytes(b"noise")
        move(self.folder, self.thumbprint, trust=False)
        self.assertEqual(len(list(rejected.iterdir())), MOST_REJECTED)

    def test_nonsense(self) -> None:
        """Files that make no sense are passed over."""
        (self.folder / "trusted" / "a.der").write_bytes(b"noise")
        self.assertEqual(len(filed(self.folder)), 1)
