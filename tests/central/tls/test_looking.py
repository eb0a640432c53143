"""The files of a listener, looked over before the start."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.entrance.tls.looking import Unusable, lookOver
from ocppgw.config.listeners import ListenerTable
from tests.central.tls.authority import DAY, Authority, now, rsaKey

HOST = "gateway.example"
BEFORE = now() - 10 * DAY
"""A day on which nothing ends soon."""


class LookingTests(SynchronousTestCase):
    """What is said of files, and of which key."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.root = Authority()
        self.middle = Authority("Middle", self.root)
        self.issued = self.middle.issue(HOST, lifetime=100 * DAY, alternative=HOST)
        self.shown = self.issued.write(self.folder / "shown.pem")
        self.ca = self.root.write(self.folder / "ca.pem")

    def listener(self, **more: Any) -> ListenerTable:
        more.setdefault("certificates", (self.shown,))
        return ListenerTable("tcp:0", 3, hostName=HOST, organizations=("ACME",), **more)

    def found(self, **more: Any) -> list[tuple[str, str]]:
        """Key and text of each doubt."""
        return [(one.key, one.text) for one in lookOver(self.listener(**more), BEFORE)]

    def unusable(self, **more: Any) -> tuple[str, str]:
        """Key and text of what prevents the start."""
        finding = self.assertRaises(Unusable, lookOver, self.listener(**more), BEFORE).finding
        self.assertNotIn("\n", finding.text)
        self.assertIn("; accepted ", finding.text)
        return finding.key, finding.text

    def file(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def test_good(self) -> None:
        """Files that will do leave nothing to be said, nor does a port without certificates."""
        lists = (self.root.revoke(self.folder / "crl.pem"),)
        self.assertEqual(self.found(clientCas=(self.ca,), revocationLists=lists), [])
        self.assertEqual(lookOver(ListenerTable("tcp:0"), BEFORE), ())

    def test_missing(self) -> None:
        """A file that is not there is told with its key, whichever it is."""
        gone = self.folder / "gone.pem"
        for name, more in (
            ("certificates[1]", {"certificates": (gone,)}),
            ("keys[1]", {"keys": (gone,)}),
            ("clientCas[2]", {"clientCas": (self.ca, gone)}),
            ("revocationLists[1]", {"revocationLists": (gone,)}),
        ):
            key, text = self.unusable(**more)
            self.assertEqual(key, name)
            self.assertIn(f"{gone} cannot be read: No such file", text)

    def test_garbage(self) -> None:
        """A file with something else in it is told alike."""
        odd = self.file("odd.pem", b"-----BEGIN CERTIFICATE-----\nnothing\n")
        for name in ("certificates", "keys", "clientCas", "revocationLists"):
            key, text = self.unusable(**{name: (odd,)})
            self.assertEqual(key, f"{name}[1]")
            self.assertIn(str(odd), text)

    def test_foreignKey(self) -> None:
        """A key of another certificate is the fault of ``keys``, or of the one file there is."""
        other = self.file("other.pem", self.root.issue("x").keyPem())
        self.assertEqual(self.unusable(keys=(other,))[0], "keys[1]")
        bare = self.issued.write(self.folder / "bare.pem", withKey=False)
        key, text = self.unusable(certificates=(bare,))
        self.assertEqual(key, "certificates[1]")
        self.assertIn("private key", text)

    def test_sameKind(self) -> None:
        """OpenSSL would serve the second of two ECDSA certificates only: a mistake."""
        second = self.root.issue(HOST).write(self.folder / "second.pem")
        key, text = self.unusable(certificates=(self.shown, second))
        self.assertEqual(key, "certificates[2]")
        self.assertIn(str(self.shown), text)
        rsa = self.root.issue(HOST, key=rsaKey(), lifetime=99 * DAY, alternative=HOST)
        both = (self.shown, rsa.write(self.folder / "rsa.pem"))
        self.assertEqual([key for key, _ in self.found(certificates=both)], ["certificates[2]"])

    def test_ended(self) -> None:
        """What has ended is no mistake, for there may be charge points that do not look."""
        old = self.middle.issue(HOST, lifetime=-11 * DAY, alternative=HOST).write(
            self.folder / "o.pem"
        )
        [(key, text)] = self.found(certificates=(old,))
        self.assertEqual(key, "certificates[1]")
        self.assertIn(f"{old} has ended", text)

    def test_authorities(self) -> None:
        """Authorities by which nobody would get in are told."""
        noAuthority = self.issued.write(self.folder / "leaf.pem", withKey=False)
        [(key, text), *_] = self.found(clientCas=(noAuthority,))
        self.assertEqual(key, "clientCas[1]")
        self.assertIn("is no authority", text)
        middle = self.middle.write(self.folder / "middle.pem")
        lists = (self.root.revoke(self.folder / "crl.pem"),)
        [(key, text)] = self.found(clientCas=(self.ca, middle), revocationLists=lists)
        self.assertEqual(key, "clientCas[2]")
        self.assertIn("has no list", text)
        later = now() + timedelta(days=60)
        ends = [one.text for one in lookOver(self.listener(clientCas=(self.ca,)), later)]
        self.assertTrue(any("CN=Root" in text and "has ended" in text for text in ends), ends)

    def test_endedList(self) -> None:
        """A revocation list that has ended keeps everybody out: told before they are."""
        lists = (self.root.revoke(self.folder / "crl.pem", lifetime=-11 * DAY),)
        [(key, text)] = self.found(clientCas=(self.ca,), revocationLists=lists)
        self.assertEqual(key, "revocationLists[1]")
        self.assertIn("fetch a new one", text)
