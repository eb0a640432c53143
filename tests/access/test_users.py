"""Tests of users, of sessions without a user, and of the first start's engineer."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.peers import isLoopback
from ocppgw.access.roles import Role
from ocppgw.access.secrets import Cost, Secret, hashPassword
from ocppgw.access.users import User, Users, initialEngineer
from tests.access.test_secrets import SALT, quickHasher


def user(name: str, password: str, role: Role = Role.operator) -> User:
    """A user whose password costs nothing to hash."""
    return User(name, role, hashPassword(Secret(password), SALT, quickHasher))


class CountingHasher:
    """Counts hashes, and what each cost."""

    def __init__(self) -> None:
        self.costs: list[Cost] = []

    def __call__(self, password: bytes, salt: bytes, cost: Cost) -> bytes:
        """Hash quickly, and count."""
        self.costs.append(cost)
        return quickHasher(password, salt, cost)


class AuthenticateTests(SynchronousTestCase):
    """Who a name and a password are."""

    users = Users((user("ann", "apple"), user("bob", "", Role.engineer)))

    def test_right(self) -> None:
        """The right password gives the user, with the role."""
        found = self.users.authenticate("bob", Secret(""), quickHasher)
        assert found is not None
        self.assertEqual((found.name, found.role), ("bob", Role.engineer))

    def test_wrong(self) -> None:
        """A wrong password, an unknown name, another's password and another case give nobody."""
        for name, password in [
            ("ann", "Apple"),
            ("eve", "apple"),
            ("bob", "apple"),
            ("Ann", "apple"),
        ]:
            self.assertIsNone(self.users.authenticate(name, Secret(password), quickHasher))

    def test_unknownNameTakesAsLong(self) -> None:
        """An unknown name costs the same hash as a known one, so that time does not tell them."""
        hasher = CountingHasher()
        self.users.authenticate("ann", Secret("x"), hasher)
        self.users.authenticate("nobody", Secret("x"), hasher)
        self.assertEqual(hasher.costs[0], hasher.costs[1])
        self.assertEqual(len(hasher.costs), 2)

    def test_nobodyCannotLogIn(self) -> None:
        """Even a hasher that says yes to everything lets in nobody whom nobody made."""

        def yes(password: bytes, salt: bytes, cost: Cost) -> bytes:
            return bytes(32)

        self.assertIsNone(Users().authenticate("", Secret(""), yes))

    def test_reprShowsNoHash(self) -> None:
        """A user in a log shows no hash."""
        self.assertEqual(repr(user("ann", "apple")), "User(name='ann', role=<Role.operator: 2>)")


class AnonymousTests(SynchronousTestCase):
    """What a session without a user may do."""

    @given(st.text())
    def test_anyText(self, host: str) -> None:
        """What is no address gives the rights of a remote peer and no error."""
        users = Users((), anonymousLoopback=Role.operator, anonymousRemote=Role.observer)
        expected = Role.operator if isLoopback(host) else Role.observer
        self.assertEqual(users.anonymousRole(host), expected)

    def test_defaults(self) -> None:
        """Unless told otherwise, only this machine may do without a user."""
        self.assertEqual(Users().anonymousRole("127.0.0.1"), Role.engineer)
        self.assertEqual(Users().anonymousRole("192.0.2.1"), Role.none)


class InitialEngineerTests(SynchronousTestCase):
    """The user of a gateway that has none."""

    def test_firstStart(self) -> None:
        """The first start makes an engineer whose password opens the door."""
        made = initialEngineer(lambda length: bytes(range(7, 7 + length)))
        users = Users((made.user(quickHasher),))
        found = users.authenticate("engineer", made.password, quickHasher)
        assert found is not None
        self.assertEqual(found.role, Role.engineer)
        self.assertEqual(len(made.password.reveal()), 23)

    def test_laterStart(self) -> None:
        """With the password that was kept, a later start makes the same user again."""
        made = initialEngineer(bytes, Secret("k3pt"))
        password = made.user(quickHasher).password
        assert password is not None
        self.assertTrue(password.verify(Secret("k3pt"), quickHasher))

    def test_saltIsRandom(self) -> None:
        """Password and salt come from different random bytes."""
        drawn: list[int] = []

        def randomness(length: int) -> bytes:
            drawn.append(length)
            return bytes([len(drawn)]) * length

        made = initialEngineer(randomness)
        self.assertEqual(drawn, [20, 16])
        self.assertEqual(made.salt, b"\x02" * 16)


class KindTests(SynchronousTestCase):
    def test_kinds(self) -> None:
        """Whether anybody has a password, and whether anybody has a certificate, is known."""
        anna, scada = user("anna", "x"), User("scada", Role.engineer, None, b"der")
        for users, passwords, certificates in (
            ((), False, False),
            ((anna,), True, False),
            ((scada,), False, True),
            ((anna, scada), True, True),
        ):
            found = Users(users)
            self.assertEqual(found.havePasswords, passwords)
            self.assertEqual(found.haveCertificates, certificates)
