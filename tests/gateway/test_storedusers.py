"""The users of the file and of the store are one book, and changes hold soon."""

from __future__ import annotations

from twisted.internet.defer import Deferred, fail
from twisted.internet.task import Clock
from twisted.logger import capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.roles import Role
from ocppgw.access.secrets import USER_COST, PasswordHash
from ocppgw.access.userbook import KeptUsers, UserRemoved, UserSet
from ocppgw.access.users import User, Users
from ocppgw.gateway.storedusers import INTERVAL, StoredUsers
from ocppgw.store.memory import MemoryStore


def user(name: str, role: Role = Role.operator, password: bytes = b"hash") -> User:
    return User(name, role, PasswordHash(USER_COST, b"salt", password))


class Broken(MemoryStore):
    """A store with a mistake in it, while it is said so."""

    isBroken = False

    def listUsers(self) -> Deferred[KeptUsers]:
        return fail(ZeroDivisionError()) if self.isBroken else super().listUsers()


FIRST = user("engineer", Role.engineer)


class StoredUsersTests(SynchronousTestCase):
    """A book that follows the store."""

    def setUp(self) -> None:
        self.store: MemoryStore = MemoryStore()
        self.clock = Clock()
        self.changed: list[frozenset[str]] = []

    def begin(self, *configured: User, isFirst: bool = False) -> StoredUsers:
        users = StoredUsers(Users(configured, Role.observer), self.store, self.clock)
        self.successResultOf(users.load())
        users.start(FIRST if isFirst else None)
        users.book.observe(self.changed.append)
        self.addCleanup(users.stop)
        self.users = users
        return users

    def keep(self, *users: User) -> None:
        for one in users:
            self.successResultOf(self.store.changeUser(UserSet(one)))

    def roles(self) -> dict[str, Role]:
        return {name: one.role for name, one in self.users.book.current.byName.items()}

    def test_both(self) -> None:
        """Users of file and store may come in; what anonymous ones may do is the file's."""
        self.keep(user("stored"))
        self.begin(user("configured", Role.engineer))
        expected = {"stored": Role.operator, "configured": Role.engineer}
        self.assertEqual(self.roles(), expected)
        self.assertEqual(self.users.book.current.anonymousLoopback, Role.observer)

    def test_configured(self) -> None:
        """Other users of the file hold at once; who changed or is gone is told."""
        self.keep(user("stored"))
        self.begin(user("anna"), user("bert"))
        self.users.configure(Users((user("anna", Role.engineer), user("carl")), Role.none))
        expected = {"stored": Role.operator, "anna": Role.engineer, "carl": Role.operator}
        self.assertEqual(self.roles(), expected)
        self.assertEqual(self.changed, [frozenset({"anna", "bert"})])
        self.assertEqual(self.users.book.current.anonymousLoopback, Role.observer)

    def test_fileCounts(self) -> None:
        """Of two users with one name the file's counts, and the log says so, once."""
        self.keep(user("anna", Role.engineer))
        self.begin(user("anna", Role.observer), user("bert", Role.engineer))
        self.keep(user("bert"))
        with capturedLogs() as events:
            self.clock.advance(INTERVAL)
            self.keep(user("carla"))
            self.clock.advance(INTERVAL)
        self.assertEqual(self.roles()["anna"], Role.observer)
        told = [one["user"] for one in events if "passed over" in str(one.get("log_format"))]
        self.assertEqual(told, ["bert"])

    def test_soon(self) -> None:
        """Who is added, changed or removed in the store is so within five seconds."""
        self.begin(user("configured"))
        self.keep(user("anna"))
        self.clock.advance(5)
        self.assertIn("anna", self.roles())
        self.keep(user("anna", Role.engineer))
        self.clock.advance(5)
        self.assertEqual(self.roles()["anna"], Role.engineer)
        self.successResultOf(self.store.changeUser(UserRemoved("anna")))
        self.clock.advance(5)
        self.assertEqual(self.roles(), {"configured": Role.operator})

    def test_told(self) -> None:
        """Who let somebody in hears whom that concerns: changed and removed ones, not new ones."""
        self.keep(user("anna"), user("bert"))
        self.begin(user("configured"))
        self.keep(user("anna", password=b"other"), user("carla"))
        self.successResultOf(self.store.changeUser(UserRemoved("bert")))
        self.clock.advance(INTERVAL)
        self.assertEqual(self.changed, [frozenset({"anna", "bert"})])
        self.clock.advance(INTERVAL)
        self.assertEqual(len(self.changed), 1)

    def test_failingStore(self) -> None:
        """While the store fails everybody stays who was known; then changes hold again."""
        self.keep(user("anna"))
        self.begin(user("configured"))
        self.store.fail("disk full")
        self.clock.advance(3 * INTERVAL)
        self.assertIn("anna", self.roles())
        self.store.recover()
        self.successResultOf(self.store.changeUser(UserRemoved("anna")))
        self.clock.advance(INTERVAL)
        self.assertNotIn("anna", self.roles())

    def test_damaged(self) -> None:
        """A user whose entry is damaged cannot come in and is named, once; others are as good."""
        self.keep(user("anna"))
        self.begin(user("configured"))
        self.keep(user("bert"))
        self.store.damageUser("bert")
        with capturedLogs() as events:
            self.clock.advance(INTERVAL)
            self.keep(user("carla"))
            self.clock.advance(INTERVAL)
        self.assertEqual(set(self.roles()), {"anna", "carla", "configured"})
        told = [one["user"] for one in events if "damaged" in str(one.get("log_format"))]
        self.assertEqual(told, ["bert"])

    def test_damagedAtTheStart(self) -> None:
        """Nor does such an entry keep the gateway from starting."""
        self.keep(user("anna"), user("bert"))
        self.store.damageUser("bert")
        self.begin()
        self.assertEqual(set(self.roles()), {"anna"})

    def test_mistake(self) -> None:
        """A look that meets a mistake of ours is logged, once; the next ones are taken."""
        self.store = store = Broken()
        self.begin(user("configured"))
        store.isBroken = True
        self.clock.advance(INTERVAL)
        self.clock.advance(INTERVAL)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        store.isBroken = False
        self.keep(user("anna"))
        self.clock.advance(INTERVAL)
        self.assertIn("anna", self.roles())

    def test_firstEngineer(self) -> None:
        """The first start's engineer is there until the store has an engineer."""
        self.begin(isFirst=True)
        self.assertTrue(self.users.needFirstEngineer)
        self.keep(user("anna", Role.observer))
        self.clock.advance(INTERVAL)
        self.assertEqual(set(self.roles()), {"engineer", "anna"})
        self.keep(user("bert", Role.engineer))
        self.clock.advance(INTERVAL)
        self.assertEqual(set(self.roles()), {"anna", "bert"})
        self.assertFalse(self.users.needFirstEngineer)

    def test_noFirstEngineer(self) -> None:
        """Where the file has users, whoever they are, there is none."""
        self.begin(user("anna", Role.observer))
        self.assertFalse(self.users.needFirstEngineer)
