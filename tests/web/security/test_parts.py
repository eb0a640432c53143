"""Tests of the parts of the guard: names, sessions, tokens, rates, rights."""

from __future__ import annotations

import os

from hypothesis import given, strategies as st
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.roles import Role
from ocppgw.web.security import sessions
from ocppgw.web.security.hosts import Hosts, nameOf
from ocppgw.web.security.rights import Right
from ocppgw.web.security.sessions import Sessions
from ocppgw.web.security.tokens import Tokens

TEXT = st.text(max_size=60)


class HostsTests(SynchronousTestCase):
    """Which names are ours."""

    def test_names(self) -> None:
        """The name of a Host header is found with port, brackets, case and final dot."""
        for host, name in (
            ("Box:8080", "box"),
            ("box.", "box"),
            ("[::1]:80", "::1"),
            ("192.0.2.1:1", "192.0.2.1"),
            ("", ""),
        ):
            self.assertEqual(nameOf(host), name)

    @given(TEXT)
    def test_anything(self, text: str) -> None:
        """Whatever is sent, there is an answer, and it is no for names that nobody declared."""
        accepted = Hosts().accepts(f"{text}.evil")
        self.assertFalse(accepted)
        self.assertIn(Hosts().isOurs(text, "", text), (True, False))

    def test_programs(self) -> None:
        """What comes from no page at all is a program's."""
        self.assertTrue(Hosts().isOurs("", "", "box"))
        self.assertTrue(Hosts().isOurs("", "none", "box"))


class SessionsTests(SynchronousTestCase):
    """Who is logged in."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.sessions = Sessions(os.urandom, self.clock.seconds)

    def test_begin(self) -> None:
        """A log-in's cookie finds it, and no other one does."""
        cookie = self.sessions.begin("otto", Role.operator)
        session = self.sessions.find(cookie)
        assert session is not None
        self.assertEqual((session.user, session.role), ("otto", Role.operator))
        for other in ("", cookie[:-1], cookie + "0", self.sessions.cookie(), "\udc80"):
            self.assertIsNone(self.sessions.find(other))

    def test_end(self) -> None:
        """After a log-out the cookie opens nothing; logging out twice is no mistake."""
        cookie = self.sessions.begin("otto", Role.operator)
        self.sessions.end(cookie)
        self.sessions.end(cookie)
        self.assertIsNone(self.sessions.find(cookie))

    def test_idle(self) -> None:
        """Who does nothing for an hour is logged out; who does something is not."""
        idle, busy = (self.sessions.begin(name, Role.observer) for name in "ab")
        for _ in range(3):
            self.clock.advance(sessions.IDLE / 2)
            self.assertIsNotNone(self.sessions.find(busy))
        self.assertIsNone(self.sessions.find(idle))

    def test_longest(self) -> None:
        """Nobody stays logged in for ever."""
        cookie = self.sessions.begin("a", Role.observer)
        for _ in range(int(sessions.LONGEST / 1800) + 1):
            found = self.sessions.find(cookie)
            self.clock.advance(1800)
        self.assertIsNotNone(found)
        self.assertIsNone(self.sessions.find(cookie))

    def test_bounded(self) -> None:
        """There are not more than so many; the one that was idle longest goes."""
        first = self.sessions.begin("first", Role.observer)
        second = self.sessions.begin("second", Role.observer)
        self.sessions.find(first)
        for _ in range(sessions.MOST - 1):
            self.sessions.begin("more", Role.observer)
        self.assertEqual(len(self.sessions), sessions.MOST)
        self.assertIsNone(self.sessions.find(second))
        self.assertIsNotNone(self.sessions.find(first))

    def test_notReadable(self) -> None:
        """What is in memory does not hold the cookie."""
        cookie = self.sessions.begin("otto", Role.operator)
        self.assertNotIn(cookie, repr(vars(self.sessions)))


class TokensTests(SynchronousTestCase):
    """What a form sends back."""

    @given(TEXT, TEXT)
    def test_fits(self, cookie: str, other: str) -> None:
        """A token fits the cookie that it was made for, and none without a cookie."""
        tokens = Tokens(b"key")
        self.assertEqual(tokens.fits(cookie, tokens.of(cookie)), bool(cookie))
        self.assertEqual(tokens.fits(other, tokens.of(cookie)), bool(other) and other == cookie)

    def test_otherKey(self) -> None:
        """One of another process does not fit."""
        self.assertFalse(Tokens(b"a").fits("cookie", Tokens(b"b").of("cookie")))


class RightTests(SynchronousTestCase):
    """What a page needs."""

    def test_least(self) -> None:
        """Each right names the lowest role that has it."""
        expected = {
            Right.anybody: Role.none,
            Right.look: Role.observer,
            Right.seePersons: Role.operator,
            Right.command: Role.operator,
            Right.configure: Role.engineer,
            Right.administer: Role.engineer,
        }
        self.assertEqual({right: right.least for right in Right}, expected)
