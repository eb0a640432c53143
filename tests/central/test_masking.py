"""What a log may hold of a request head, and what is kept of it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import attrs
from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.linkaccess import PasswordSet
from ocppgw.central.entrance.masking import LONGEST, masked, maskedHead
from tests.central.test_authenticating import GENERATED, KEY, BasicCase, basic

SECRET = base64.b64encode(b"CP1:0123456789abcdef")


def textsIn(value: Any, seen: set[int]) -> Iterator[str]:
    """All texts that a value is made of, as deep as they are."""
    if isinstance(value, str | bytes):
        yield value if isinstance(value, str) else value.decode("latin-1")
    if id(value) in seen:
        return
    seen.add(id(value))
    if attrs.has(type(value)):
        value = [getattr(value, field.name) for field in attrs.fields(type(value))]
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list | tuple):
        for item in value:
            yield from textsIn(item, seen)


class MaskingTests(SynchronousTestCase):
    """No secret is left, and the rest is."""

    def test_C4_wholeHead(self) -> None:
        """All that helps to find out what is wrong stands there, line by line."""
        head = b"GET /CP1 HTTP/1.1\r\nHost: h:80\r\nUpgrade: websocket\r\nUser-Agent: x\r\n\r\n"
        self.assertEqual(
            maskedHead(head), "GET /CP1 HTTP/1.1\nHost: h:80\nUpgrade: websocket\nUser-Agent: x"
        )

    def test_C4_noSecrets(self) -> None:
        """Authorization is masked, however it is written, and so is whatever is like it."""
        for line in (
            b"Authorization: Basic %b",
            b"AUTHORIZATION:Basic %b",
            b"authorization : Basic %b",
            b"Authorization Basic %b",
            b"Authorization:\r\n Basic\r\n\t%b",
            b"X: y\nAuthorization: %b",
            b"X: y\rAuthorization: %b",
            b"Proxy-Authorization: Digest %b",
            b"Authentication: %b",
            b"Cookie: id=%b",
            b"X-Api-Key: %b",
            b"X-Auth-Token: %b",
            b"X-Odd: Basic %b",
        ):
            head = b"GET /CP1 HTTP/1.1\r\nHost: h\r\n" + line % SECRET + b"\r\nOrigin: o\r\n\r\n"
            shown = maskedHead(head)
            self.assertNotIn(SECRET.decode(), shown, line)
            self.assertIn("***", shown)
            self.assertTrue(shown.endswith("\nOrigin: o"), shown)

    def test_cut(self) -> None:
        """A long head is cut, and says so."""
        shown = maskedHead(b"GET / HTTP/1.1\r\nX: " + b"x" * 100_000)
        self.assertEqual(len(shown), LONGEST + 1)
        self.assertTrue(shown.endswith("\N{HORIZONTAL ELLIPSIS}"))

    def test_targets(self) -> None:
        """Passwords in a URL are masked, names of charge points are not."""
        self.assertEqual(masked("/ws://CP1:pw@host/CP1?x=1"), "/ws://***@host/CP1?x=1")
        self.assertEqual(masked("/CP1?password=a&b=c"), "/CP1?password=***&b=c")
        self.assertEqual(masked("/site/DE*ABC*E1@2"), "/site/DE*ABC*E1@2")

    @given(st.binary(max_size=300))
    def test_anyBytes(self, data: bytes) -> None:
        """Whatever was sent can be shown, and what follows Authorization is not."""
        head = b"GET / HTTP/1.1\r\n" + data + b"\r\nAuthorization: Basic " + SECRET + b"\r\n\r\n"
        self.assertNotIn(SECRET.decode(), maskedHead(head))


class ForgettingTests(BasicCase):
    """The head is for the handshake, which is short; a connection may live for months."""

    def test_notKept(self) -> None:
        """A connection that is open holds the password no more, in whatever form it came."""
        ring = self.ring(PasswordSet("CP1", GENERATED))
        chargePoint = self.attempt(ring, basic("CP1", KEY.encode()))
        self.assertEqual(chargePoint.status, 101)
        texts = list(textsIn(vars(chargePoint.protocol), set()))
        self.assertIn("/CP1", texts)
        encoded = basic("CP1", KEY.encode()).rpartition(" ")[2]
        self.assertEqual([one for one in texts if encoded in one or KEY in one], [])
