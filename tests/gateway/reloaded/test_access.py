"""``[[idTags]]``, ``[authorization]``, ``[[users]]``, ``[log]`` after a reload."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

from twisted.logger import LogLevel

from ocppgw.access.secrets import Cost, Secret, hashPassword, scrypt
from tests.gateway.reloaded.case import ReloadedCase, reloads, toml
from tests.logs.support import event
from tests.uaserver.pki import holder


def cheap(password: bytes, salt: bytes, cost: Cost) -> bytes:
    return scrypt(password, salt, Cost(10))


def idTag(name: str, *lines: str) -> str:
    return "\n".join(["[[idTags]]", f'idTag = "{name}"', *lines])


def user(name: str, password: str = "first", *lines: str) -> str:
    text = hashPassword(Secret(password), bytes(16), cheap).text
    return "\n".join(["[[users]]", f'name = "{name}"', f'password = "{text}"', *lines])


class IdTagTests(ReloadedCase):
    """Who may charge."""

    def answer(self, name: str) -> dict[str, Any]:
        """What Authorize is answered with."""
        answer: dict[str, Any] = self.call("Authorize", {"idTag": name})["idTagInfo"]
        return answer

    def status(self, name: str = "CARD") -> str:
        return str(self.answer(name)["status"])

    @reloads("authorization.default")
    def test_default(self) -> None:
        """The next idTag that nobody knows is answered as the file says by now."""
        after = toml('[authorization]\ndefault = "Invalid"')
        self.changes(self.status, toml(), "Accepted", after, "Invalid")

    @reloads("idTags[]", "idTags.idTag")
    def test_comeAndGo(self) -> None:
        """An idTag that came is known, and one that went is not."""
        closed = '[authorization]\ndefault = "Invalid"'
        both = lambda: (self.status("OLD"), self.status("NEW"))  # noqa: E731
        before, after = toml(closed, idTag("OLD")), toml(closed, idTag("NEW"))
        self.changes(both, before, ("Accepted", "Invalid"), after, ("Invalid", "Accepted"))

    @reloads("idTags.status", "idTags.parentIdTag", "idTags.expiryDate")
    def test_keys(self) -> None:
        """The next answer has the new status, group and end."""
        for line, key, old, new in (
            ('status = "Blocked"', "status", "Accepted", "Blocked"),
            ('parentIdTag = "GROUP"', "parentIdTag", None, "GROUP"),
            ("expiryDate = 2020-01-01T00:00:00Z", "status", "Accepted", "Expired"),
        ):
            look = partial(lambda one: self.answer("CARD").get(one), key)
            self.changes(look, toml(idTag("CARD")), old, toml(idTag("CARD", line)), new)


class UserTests(ReloadedCase):
    """Who may come in."""

    def comesIn(self, name: str, password: str) -> bool:
        found = self.users.book.current.authenticate(name, Secret(password), cheap)
        return found is not None

    @reloads("users[]", "users.name")
    def test_comeAndGo(self) -> None:
        """A user who came is known, and one who went is not."""
        both = lambda: (self.comesIn("anna", "first"), self.comesIn("bert", "first"))  # noqa: E731
        before, after = toml(user("anna")), toml(user("bert"))
        self.changes(both, before, (True, False), after, (False, True))

    @reloads("users.password")
    def test_password(self) -> None:
        """Only the new password opens, and whoever came by the old one is told of."""
        both = lambda: (self.comesIn("anna", "first"), self.comesIn("anna", "other"))  # noqa: E731
        changed: list[frozenset[str]] = []
        self.begin(toml(user("anna")))
        self.users.book.observe(changed.append)
        self.assertEqual(both(), (True, False))
        self.reload(toml(user("anna", "other")))
        self.assertEqual((both(), changed), ((False, True), [frozenset({"anna"})]))

    @reloads("users.role")
    def test_role(self) -> None:
        """A role holds at once."""
        role = lambda: self.users.book.current.byName["anna"].role.name  # noqa: E731
        after = toml(user("anna", "first", 'role = "engineer"'))
        self.changes(role, toml(user("anna")), "observer", after, "engineer")

    @reloads("users.certificate")
    def test_certificate(self) -> None:
        """A user's certificate holds at once, also where only what is in the file is new."""
        first, second = holder("first", uri=None), holder("second", uri=None)
        path = self.folder / "anna.der"
        path.write_bytes(first.der)

        def known() -> list[bool]:
            users = self.users.book.current
            return [users.byCertificate(one.der) is not None for one in (first, second)]

        text = toml(user("anna", "first", 'certificate = "anna.der"'))
        self.changes(known, toml(user("anna")), [False, False], text, [True, False])
        path.write_bytes(second.der)
        self.reload(text)
        self.assertEqual(known(), [False, True])


class LogTests(ReloadedCase):
    """What the log says, and how."""

    def said(self, *levels: LogLevel) -> list[str]:
        """The lines that events of these levels make."""
        for level in levels or (LogLevel.info,):
            self.journal(event("{what} went", level, what=level.name))
        lines = self.stream.getvalue().splitlines()
        self.stream.seek(0)
        self.stream.truncate()
        return lines

    def log(self, *lines: str) -> str:
        return toml("\n".join(["[log]", "repeatInterval = 0", *lines]))

    @reloads("log.format")
    def test_format(self) -> None:
        """The next line is one for programs."""
        isJson = lambda: self.said()[0].startswith("{")  # noqa: E731
        self.changes(isJson, self.log(), False, self.log('format = "json"'), True)

    @reloads("log.level", "log.levels")
    def test_levels(self) -> None:
        """The next event is written or not, as the file says by now."""
        count = lambda: len(self.said(LogLevel.debug, LogLevel.info, LogLevel.warn))  # noqa: E731
        self.changes(count, self.log(), 2, self.log('level = "warn"'), 1)
        levels = 'levels = { "ocppgw.some" = "debug" }'
        self.reload(self.log('level = "warn"', levels))
        self.assertEqual(count(), 3)

    @reloads("log.repeatInterval")
    def test_repeatInterval(self) -> None:
        """Repeats are counted instead of written."""
        self.begin(self.log())
        self.assertEqual(len(self.said() + self.said()), 2)
        self.reload(toml("[log]\nrepeatInterval = 60"))
        self.assertEqual(len(self.said() + self.said()), 1)

    @reloads("log.file")
    def test_file(self) -> None:
        """Lines go into the new file; one that was moved away is opened anew."""
        text, path = self.log('file = "gateway.log"'), self.folder / "gateway.log"
        self.changes(lambda: len(self.said()), self.log(), 1, text, 0)
        self.assertEqual(len(path.read_text().splitlines()), 1)
        path.rename(self.folder / "gateway.log.1")
        self.reload(text)
        self.said()
        self.assertEqual(len(path.read_text().splitlines()), 1)
        self.assertIsInstance(self.stream, io.StringIO)
