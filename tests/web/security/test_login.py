"""Tests of logging in and out, and of what each role may do."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.attempts import ACCEPTED, LOG_IN, REFUSED
from ocppgw.web.pages.entrance import ours
from tests.web.support import World


class LogInTests(SynchronousTestCase):
    """Somebody logs in."""

    def setUp(self) -> None:
        self.world = World(self, isLocal=False)
        self.browser = self.world.browser()

    def test_right(self) -> None:
        """With the right password one is in, as oneself, and lands where one wanted to go."""
        self.browser.get("/login")
        page = self.browser.post(
            "/login", user="otto", password="otto-password", next="/chargepoints?state=alarm"
        )
        self.assertEqual(
            (page.status, page.headers["Location"]), (303, "/chargepoints?state=alarm")
        )
        self.assertIn("otto (operator)", self.browser.get("/").words)

    def test_wrong(self) -> None:
        """With a wrong one, or an unknown name, one is told the same, and stays outside."""
        words = set()
        for name in ("otto", "nobody", ""):
            page = self.browser.logIn(name, "guess")
            self.assertEqual(page.status, 403)
            words.add(page.words)
        self.assertEqual(len(words), 1)
        self.assertEqual(self.browser.get("/").status, 303)

    def test_newCookie(self) -> None:
        """A log-in gives a new cookie: one that somebody planted beforehand opens nothing."""
        self.browser.get("/login")
        planted = self.browser.cookie
        self.browser.logIn("otto")
        self.assertNotEqual(self.browser.cookie, planted)
        self.assertEqual(self.browser.get("/", Cookie=planted).status, 303)

    def test_logOut(self) -> None:
        """After a log-out the old cookie opens nothing any more."""
        self.browser.logIn("otto")
        old = self.browser.cookie
        self.assertEqual(self.browser.post("/logout", self.browser.get("/")).status, 303)
        self.assertEqual(self.browser.get("/").status, 303)
        self.assertEqual(self.browser.get("/", Cookie=old).status, 303)

    def test_throttled(self) -> None:
        """Who fails often has to wait, with the right password too."""
        for _ in range(4):
            self.browser.logIn("otto", "guess")
        self.assertEqual(self.browser.logIn("otto").status, 403)
        self.world.clock.advance(60)
        self.assertEqual(self.browser.logIn("otto").status, 303)

    def test_ownUser(self) -> None:
        """Logging in as oneself wins no tries at another user."""
        for _ in range(2):
            for _ in range(3):
                self.browser.logIn("erna", "guess")
            self.assertEqual(self.browser.logIn("otto").status, 303)
        self.assertEqual(self.browser.logIn("erna").status, 403)
        self.assertEqual(self.browser.logIn("otto").status, 303)
        self.world.clock.advance(60)
        self.assertEqual(self.browser.logIn("erna").status, 303)

    def test_changedUser(self) -> None:
        """Who was changed or removed meanwhile logs in anew; others stay."""
        other = self.world.browser()
        other.logIn("erna")
        self.browser.logIn("otto")
        self.world.guard.sessions.endOf(frozenset({"otto"}))
        self.assertEqual(self.browser.get("/").status, 303)
        self.assertIn("erna (engineer)", other.get("/").words)

    def test_told(self) -> None:
        """The audit trail hears of each log-in: accepted, wrong, and not even looked at."""
        self.browser.logIn("otto")
        for _ in range(5):
            self.browser.logIn("otto", "guess")
        told = [(one.what, one.status, one.user, one.origin) for one in self.world.told]
        refused = (LOG_IN, REFUSED, "otto", "web")
        self.assertEqual(told, [(LOG_IN, ACCEPTED, "otto", "web"), *[refused] * 5])
        self.assertIn("too many", self.world.told[-1].why)
        self.assertNotIn("guess", f"{self.world.told}")

    @given(st.text(max_size=40))
    def test_next(self, text: str) -> None:
        """One is never sent to another host."""
        for path in (text, f"/{text}", f"//{text}", f"http://{text}"):
            target = ours(path)
            self.assertTrue(target.startswith("/"))
            self.assertFalse(target.startswith("//") or "\\" in target or "\n" in target)


class RoleTests(SynchronousTestCase):
    """What each role sees and does."""

    def setUp(self) -> None:
        self.world = World(self, isLocal=False)
        self.chargePoint = self.world.chargePoint()
        self.chargePoint.call("Authorize", {"idTag": "PERSON"})

    def test_observer(self) -> None:
        """An observer looks, sees no idTag and no button, and is refused by name of the role."""
        browser = self.world.browser("olga")
        page = browser.get("/chargepoints/CP1")
        self.assertEqual(page.status, 200)
        self.assertNotIn("PERSON", page.text)
        self.assertNotIn("/command", page.text)
        self.assertEqual(browser.get("/idtags").status, 403)
        refused = browser.post("/chargepoints/CP1/command", page, command="SoftReset")
        self.assertEqual(refused.status, 403)
        self.assertIn("operator", refused.words)
        self.assertEqual(self.chargePoint.takeCalls(), [])

    def test_operator(self) -> None:
        """An operator commands and sees who charges, and changes no set-up."""
        browser = self.world.browser("otto")
        page = browser.get("/chargepoints/CP1")
        self.assertIn("PERSON", page.text)
        for path in ("/settings", "/configuration", "/remove"):
            self.assertEqual(browser.post(f"/chargepoints/CP1{path}", page).status, 403)
        self.assertEqual(browser.post("/idtags", page, IdTag="X").status, 403)
        browser.posted("/chargepoints/CP1/command", page, command="SoftReset")
        self.world.ring.flush()
        self.assertEqual(self.chargePoint.takeCalls()[0][2], "Reset")

    def test_api(self) -> None:
        """The API holds to the same, and says which role is needed."""
        browser = self.world.browser("olga")
        token = browser.get("/api/v1/me").json["csrf"]
        for method, path, body in (
            ("POST", "/api/v1/chargepoints/CP1/commands", {"command": "ClearCache"}),
            ("PATCH", "/api/v1/chargepoints/CP1", {"name": "x"}),
            ("PUT", "/api/v1/idtags/X", {}),
            ("GET", "/api/v1/idtags", {}),
        ):
            answer = browser.send(method, path, body, X_CSRF_Token=token)
            self.assertEqual((answer.status, answer.json["error"]), (403, "forbidden"), path)
        told = browser.get("/api/v1/chargepoints/CP1")
        self.assertNotIn("PERSON", told.text)

    def test_apiOperator(self) -> None:
        """Commands that change the set-up need an engineer, though others do not."""
        browser = self.world.browser("otto")
        token = browser.get("/api/v1/me").json["csrf"]
        body = {"command": "ChangeConfiguration", "key": "A", "value": "1"}
        answer = browser.send("POST", "/api/v1/chargepoints/CP1/commands", body, X_CSRF_Token=token)
        self.assertEqual(answer.status, 403)
        self.assertIn("engineer", answer.json["detail"])
